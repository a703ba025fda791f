package resolve

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/evgen/evgen/schema/syntax"
)

// spanForm is an ISO 8601 duration of parts whose length is known: months and years have none.
var spanForm = regexp.MustCompile(`^P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)$`)

// spanUnits are the units of the groups of spanForm.
var spanUnits = [...]time.Duration{7 * 24 * time.Hour, 24 * time.Hour, time.Hour, time.Minute, time.Second}

// duration reads a time span as Go writes it ("10m") or ISO 8601 ("PT10M"); 0 if none is written.
func (r *resolver) duration(t syntax.Text) time.Duration {
	if t.Value == "" {
		return 0
	}
	d, err := time.ParseDuration(t.Value)
	if err != nil {
		d = isoSpan(t.Value)
	}
	if d <= 0 {
		r.rep.Add(badDuration(t))
		return 0
	}
	return d
}

// isoSpan reads an ISO 8601 duration; 0 if it is none, or too long.
func isoSpan(text string) time.Duration {
	groups := spanForm.FindStringSubmatch(text)
	if groups == nil {
		return 0
	}
	const longest = float64(1<<63 - 1)
	var sum float64
	for i, unit := range spanUnits {
		if groups[i+1] == "" {
			continue
		}
		n, err := strconv.ParseFloat(strings.Replace(groups[i+1], ",", ".", 1), 64)
		if err != nil {
			return 0
		}
		sum += n * float64(unit)
	}
	if sum >= longest {
		return 0
	}
	return time.Duration(sum)
}
