package testimony

import (
	"errors"
	"fmt"

	"github.com/evgen/evgen/runtime"
)

// Verdict says what writers were told, and how the truth differs from it.
type Verdict struct {
	// Events counts what is there; Written, Refused and Unknown what writers were
	// told; Found how much of Unknown is there.
	Events, Written, Refused, Unknown, Found int
	// Missing was acknowledged and is not there; Doubled is there twice; Risen was
	// refused or rolled back and is there all the same; Torn counts units of unknown
	// outcome that are there in part; Misplaced stands elsewhere than acknowledged;
	// Strange is there and nobody wrote it; Disordered breaks the versions of its stream.
	Missing, Doubled, Risen, Torn, Misplaced, Strange, Disordered int
	// first are the first differences, in words.
	first []error
}

// shown is how many differences are told in words.
const shown = 12

func (v *Verdict) note(count *int, format string, args ...any) {
	*count++
	if len(v.first) < shown {
		v.first = append(v.first, fmt.Errorf(format, args...))
	}
}

// Err is nil if the truth is what writers were told.
func (v *Verdict) Err() error {
	if len(v.first) == 0 {
		return nil
	}
	sum := fmt.Errorf("of %d events %d are missing, %d doubled, %d risen, %d units torn, %d misplaced, %d strange, %d out of order",
		v.Written, v.Missing, v.Doubled, v.Risen, v.Torn, v.Misplaced, v.Strange, v.Disordered)
	return errors.Join(append([]error{sum}, v.first...)...)
}

// Check compares the truth with what all its writers were told.
func (t Truth) Check(witnesses ...*Witness) *Verdict {
	v := &Verdict{Events: len(t)}
	t.checkStreams(v)
	found := make(map[int][]*Entry, len(witnesses))
	for _, w := range witnesses {
		found[w.writer] = make([]*Entry, len(w.claims))
	}
	for i := range t {
		v.file(found[t[i].Mark.Writer], &t[i])
	}
	for _, w := range witnesses {
		v.judge(w, found[w.writer])
	}
	return v
}

// checkStreams demands that versions count from 1, in the order of positions.
func (t Truth) checkStreams(v *Verdict) {
	versions := map[string]runtime.StreamVersion{}
	for i := range t {
		e := &t[i]
		if versions[e.Stream]++; e.Version != versions[e.Stream] {
			v.note(&v.Disordered, "version %d of %s at position %d should be %d", e.Version, e.Stream, e.Position, versions[e.Stream])
			versions[e.Stream] = e.Version
		}
	}
}

// file puts an event where its writer's claims are judged.
func (v *Verdict) file(found []*Entry, e *Entry) {
	switch n := e.Mark.Number; {
	case n < 0 || n >= len(found):
		v.note(&v.Strange, "event %+v at position %d was written by nobody", e.Mark, e.Position)
	case found[n] != nil:
		v.note(&v.Doubled, "event %+v stands at positions %d and %d", e.Mark, found[n].Position, e.Position)
	default:
		found[n] = e
	}
}

func (v *Verdict) judge(w *Witness, found []*Entry) {
	there := map[int]int{} // of units of unknown outcome: how many events are there
	size := map[int]int{}
	for n := range w.claims {
		c, e := &w.claims[n], found[n]
		switch c.outcome {
		case Written:
			v.Written++
			v.judgeWritten(w.writer, n, c, e)
		case Refused:
			v.Refused++
			if e != nil {
				v.note(&v.Risen, "event %+v at position %d was refused or rolled back", e.Mark, e.Position)
			}
		case Unknown:
			v.Unknown++
			size[c.unit]++
			if e != nil {
				v.Found++
				there[c.unit]++
			}
		}
	}
	for n := range w.claims {
		if unit := w.claims[n].unit; there[unit] > 0 && there[unit] < size[unit] {
			v.note(&v.Torn, "of a unit of writer %d only %d of %d events are there", w.writer, there[unit], size[unit])
			delete(there, unit)
		}
	}
}

func (v *Verdict) judgeWritten(writer, n int, c *claim, e *Entry) {
	switch {
	case e == nil:
		v.note(&v.Missing, "event %d of writer %d, acknowledged at position %d, version %d of %s, is missing", n, writer, c.position, c.version, c.stream)
	case e.Stream != c.stream, c.version != 0 && e.Version != c.version, c.position != 0 && e.Position != c.position:
		v.note(&v.Misplaced, "event %+v was acknowledged at position %d, version %d of %s, and stands at %d, version %d of %s",
			e.Mark, c.position, c.version, c.stream, e.Position, e.Version, e.Stream)
	}
}
