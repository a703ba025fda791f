package faults_test

import (
	"testing"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime"
)

// entry is what a table holds where all is well: number n of writer 1, in one stream.
func entry(n int) faults.Entry {
	return faults.Entry{
		Position: runtime.Position(n + 1), Version: runtime.StreamVersion(n + 1),
		Stream: stream(1).String(), Mark: faults.Mark{Writer: 1, Number: n},
	}
}

// testimony is of a writer whose events 0 and 1 were written, 2 refused, and who was
// told nothing of 3 and 4.
func testimony() *faults.Witness {
	w := faults.NewWitness(1)
	written, refused, unknown := w.Begin(), w.Begin(), w.Begin()
	written.Intend(stream(1), 2).At(runtime.Appended{First: 1, Last: 2, FirstPosition: 1, Position: 2})
	written.Settle(faults.Written)
	refused.Intend(stream(1), 1)
	refused.Settle(faults.Refused)
	unknown.Intend(stream(1), 2)
	return w
}

func TestVerdictFindsEachWayInWhichATruthIsWrong(t *testing.T) {
	at := func(e faults.Entry, position runtime.Position, version runtime.StreamVersion) faults.Entry {
		e.Position, e.Version = position, version
		return e
	}
	stranger := at(entry(9), 3, 3)
	for name, c := range map[string]struct {
		truth faults.Truth
		count func(v *faults.Verdict) int
	}{
		"missing":      {faults.Truth{entry(0)}, func(v *faults.Verdict) int { return v.Missing }},
		"doubled":      {faults.Truth{entry(0), entry(1), at(entry(1), 3, 3)}, func(v *faults.Verdict) int { return v.Doubled }},
		"risen":        {faults.Truth{entry(0), entry(1), entry(2)}, func(v *faults.Verdict) int { return v.Risen }},
		"torn":         {faults.Truth{entry(0), entry(1), at(entry(3), 3, 3)}, func(v *faults.Verdict) int { return v.Torn }},
		"misplaced":    {faults.Truth{entry(0), at(entry(1), 5, 2)}, func(v *faults.Verdict) int { return v.Misplaced }},
		"strange":      {faults.Truth{entry(0), entry(1), stranger}, func(v *faults.Verdict) int { return v.Strange }},
		"out of order": {faults.Truth{entry(0), entry(1), at(entry(3), 3, 4), at(entry(4), 4, 5)}, func(v *faults.Verdict) int { return v.Disordered }},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.truth.Check(testimony())
			if c.count(v) != 1 || v.Err() == nil {
				t.Errorf("%+v", v)
			}
		})
	}
	for name, truth := range map[string]faults.Truth{
		"nothing of what is unknown": {entry(0), entry(1)},
		"all of what is unknown":     {entry(0), entry(1), at(entry(3), 3, 3), at(entry(4), 4, 4)},
	} {
		if err := truth.Check(testimony()).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadingIsComparedWithTheTruth(t *testing.T) {
	truth := faults.Truth{entry(0), entry(1), entry(2)}
	other := entry(1)
	other.Mark.Number = 7
	for name, c := range map[string]struct {
		seen faults.Truth
		want faults.Sight
	}{
		"all":       {truth, faults.Sight{Seen: 3}},
		"lost":      {faults.Truth{entry(0), entry(2)}, faults.Sight{Seen: 2, Lost: 1}},
		"lost last": {truth[:2], faults.Sight{Seen: 2, Lost: 1}},
		"doubled":   {faults.Truth{entry(0), entry(1), entry(1), entry(2)}, faults.Sight{Seen: 4, Doubled: 1}},
		"invented":  {faults.Truth{entry(0), entry(1), entry(2), entry(3)}, faults.Sight{Seen: 4, Invented: 1}},
		"changed":   {faults.Truth{entry(0), other, entry(2)}, faults.Sight{Seen: 3, Invented: 1, Lost: 1}},
		"disorder":  {faults.Truth{entry(1), entry(0), entry(2)}, faults.Sight{Seen: 3, Disordered: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			var r faults.Reading
			for _, e := range c.seen {
				data, err := e.Mark.AppendJSON(nil)
				must(t, err)
				rec := runtime.Record{Data: data}
				rec.Position = e.Position
				must(t, r.See(&rec))
			}
			if got := truth.CheckReading(&r); got != c.want || (got.Err() == nil) != (name == "all") {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}
