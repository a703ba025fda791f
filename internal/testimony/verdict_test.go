package testimony_test

import (
	"testing"

	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
)

func stream() runtime.StreamID { return runtime.StreamOf("Sweep", "1") }

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// entry is what a table holds where all is well: number n of writer 1, in one stream.
func entry(n int) testimony.Entry {
	return testimony.Entry{
		Position: runtime.Position(n + 1), Version: runtime.StreamVersion(n + 1),
		Stream: stream().String(), Mark: testimony.Mark{Writer: 1, Number: n},
	}
}

// witness is of a writer whose events 0 and 1 were written, 2 refused, and who was
// told nothing of 3 and 4.
func witness() *testimony.Witness {
	w := testimony.NewWitness(1)
	written, refused, unknown := w.Begin(), w.Begin(), w.Begin()
	written.Intend(stream(), 2).At(runtime.Appended{First: 1, Last: 2, FirstPosition: 1, Position: 2})
	written.Settle(testimony.Written)
	refused.Intend(stream(), 1)
	refused.Settle(testimony.Refused)
	unknown.Intend(stream(), 2)
	return w
}

func TestVerdictFindsEachWayInWhichATruthIsWrong(t *testing.T) {
	at := func(e testimony.Entry, position runtime.Position, version runtime.StreamVersion) testimony.Entry {
		e.Position, e.Version = position, version
		return e
	}
	stranger := at(entry(9), 3, 3)
	for name, c := range map[string]struct {
		truth testimony.Truth
		count func(v *testimony.Verdict) int
	}{
		"missing":      {testimony.Truth{entry(0)}, func(v *testimony.Verdict) int { return v.Missing }},
		"doubled":      {testimony.Truth{entry(0), entry(1), at(entry(1), 3, 3)}, func(v *testimony.Verdict) int { return v.Doubled }},
		"risen":        {testimony.Truth{entry(0), entry(1), entry(2)}, func(v *testimony.Verdict) int { return v.Risen }},
		"torn":         {testimony.Truth{entry(0), entry(1), at(entry(3), 3, 3)}, func(v *testimony.Verdict) int { return v.Torn }},
		"misplaced":    {testimony.Truth{entry(0), at(entry(1), 5, 2)}, func(v *testimony.Verdict) int { return v.Misplaced }},
		"strange":      {testimony.Truth{entry(0), entry(1), stranger}, func(v *testimony.Verdict) int { return v.Strange }},
		"out of order": {testimony.Truth{entry(0), entry(1), at(entry(3), 3, 4), at(entry(4), 4, 5)}, func(v *testimony.Verdict) int { return v.Disordered }},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.truth.Check(witness())
			if c.count(v) != 1 || v.Err() == nil {
				t.Errorf("%+v", v)
			}
		})
	}
	for name, truth := range map[string]testimony.Truth{
		"nothing of what is unknown": {entry(0), entry(1)},
		"all of what is unknown":     {entry(0), entry(1), at(entry(3), 3, 3), at(entry(4), 4, 4)},
	} {
		if err := truth.Check(witness()).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadingIsComparedWithTheTruth(t *testing.T) {
	truth := testimony.Truth{entry(0), entry(1), entry(2)}
	other := entry(1)
	other.Mark.Number = 7
	for name, c := range map[string]struct {
		seen testimony.Truth
		want testimony.Sight
	}{
		"all":       {truth, testimony.Sight{Seen: 3}},
		"lost":      {testimony.Truth{entry(0), entry(2)}, testimony.Sight{Seen: 2, Lost: 1}},
		"lost last": {truth[:2], testimony.Sight{Seen: 2, Lost: 1}},
		"doubled":   {testimony.Truth{entry(0), entry(1), entry(1), entry(2)}, testimony.Sight{Seen: 4, Doubled: 1}},
		"invented":  {testimony.Truth{entry(0), entry(1), entry(2), entry(3)}, testimony.Sight{Seen: 4, Invented: 1}},
		"changed":   {testimony.Truth{entry(0), other, entry(2)}, testimony.Sight{Seen: 3, Invented: 1, Lost: 1}},
		"disorder":  {testimony.Truth{entry(1), entry(0), entry(2)}, testimony.Sight{Seen: 3, Disordered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var r testimony.Reading
			for _, e := range c.seen {
				data, err := e.Mark.AppendJSON(nil)
				noError(t, err)
				rec := runtime.Record{Data: data}
				rec.Position = e.Position
				noError(t, r.See(&rec))
			}
			if got := truth.CheckReading(&r); got != c.want || (got.Err() == nil) != (name == "all") {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}
