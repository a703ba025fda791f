package codec

import (
	"strings"
	"sync"
	"time"
)

// A time.Time cannot say how its text was spelt: "20.000Z" or "20Z", "+00:00" or "Z". So that
// stored facts are written again as they were read, the spelling lives in the location of the
// value, which no arithmetic looks at. Three kinds of location carry it:
//
//   - time.UTC: "Z", shortest fraction. All other locations, so those of the user's own values,
//     are written with their offset ("Z" for none) and the shortest fraction too;
//   - one of utcLocations, named "UTC": "Z", and a fraction of at least so many digits;
//   - a fixed zone named as "." + one "0" a digit + the offset's text. "+00:00" with the shortest
//     fraction is ".+00:00".
//
// Other offsets with the shortest fraction are the fixed zones that package time keeps itself.

// utcLocations are the locations for "Z" with one to nine digits. They never change.
var utcLocations = sync.OnceValue(func() *[10]*time.Location {
	var all [10]*time.Location
	for i := range all {
		all[i] = time.FixedZone("UTC", 0)
	}
	return &all
})

// stampLocation returns the location that remembers a zone and a number of fraction digits, 0 for
// the shortest fraction.
func stampLocation(z zone, digits int) *time.Location {
	if z.form == ZoneUTC {
		return utcLocations()[digits]
	}
	if digits == 0 && z.minutes != 0 {
		return time.FixedZone("", z.minutes*60)
	}
	name := []byte(".000000000"[:1+digits])
	if z.form == ZoneNegative {
		name = append(name, "-00:00"...)
	} else {
		name = appendOffset(name, z.minutes)
	}
	return time.FixedZone(string(name), z.minutes*60)
}

// A stamp is how a time is to be spelt.
type stamp struct {
	digits int
	zone   string // as text; empty to write the offset of the time
}

// spelling returns what the location of t remembers.
func spelling(loc *time.Location) stamp {
	if loc == time.UTC {
		return stamp{zone: "Z"}
	}
	name := loc.String()
	if name == "UTC" {
		for digits, l := range utcLocations() {
			if l == loc {
				return stamp{digits: digits, zone: "Z"}
			}
		}
		return stamp{zone: "Z"}
	}
	rest, ours := strings.CutPrefix(name, ".")
	if !ours {
		return stamp{}
	}
	at := strings.IndexAny(rest, "+-")
	if at < 0 || at > 9 || len(rest) != at+len("+00:00") || strings.Trim(rest[:at], "0") != "" {
		return stamp{}
	}
	return stamp{digits: at, zone: rest[at:]}
}
