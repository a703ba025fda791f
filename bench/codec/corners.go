package codec

import (
	"reflect"

	"github.com/evgen/evgen/runtime/codec/codectest"
)

// CornerRow is what each peer makes of one corner.
type CornerRow struct {
	Name   string
	Faults []string // "" where the peer is right
}

// Corners tries every corner on every peer.
func Corners(peers []Peer) []CornerRow {
	var rows []CornerRow
	for _, c := range codectest.Corners() {
		row := CornerRow{Name: c.Name}
		for _, p := range peers {
			row.Faults = append(row.Faults, decodeFault(p, c))
		}
		rows = append(rows, row)
	}
	for _, c := range codectest.EncodeCorners() {
		row := CornerRow{Name: c.Name}
		for _, p := range peers {
			row.Faults = append(row.Faults, encodeFault(p, c))
		}
		rows = append(rows, row)
	}
	return rows
}

func decodeFault(p Peer, c codectest.Corner) string {
	var got codectest.Probe
	err := p.DecodeProbe([]byte(c.In), &got)
	switch {
	case c.Want == nil && err == nil:
		return "accepts"
	case c.Want == nil:
		return ""
	case err != nil:
		return "refuses"
	case !got.T.Equal(c.Want.T):
		return "other"
	}
	got.T = c.Want.T
	if !reflect.DeepEqual(&got, c.Want) {
		return "other"
	}
	return ""
}

// encodeFault takes any spelling of the same value, but for the order of map keys.
func encodeFault(p Peer, c codectest.EncodeCorner) string {
	got, err := p.EncodeProbe(&c.In)
	switch {
	case c.Want == "" && err == nil:
		return "accepts"
	case c.Want == "":
		return ""
	case err != nil:
		return "refuses"
	}
	var back, want codectest.Probe
	if back.Decode(got) != nil || want.Decode([]byte(c.Want)) != nil || !reflect.DeepEqual(back, want) {
		return "other"
	}
	if len(c.In.M) > 1 && string(got) != c.Want {
		return "other"
	}
	return ""
}
