package testimony

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"github.com/evgen/evgen/runtime"
)

// Reading is what one reader has seen, in the order in which it saw it.
type Reading struct {
	mu   sync.Mutex
	seen []sight
}

type sight struct {
	position runtime.Position
	mark     Mark
}

// See notes a record.
func (r *Reading) See(rec *runtime.Record) error {
	mark, err := ParseMark(rec.Data)
	if err != nil {
		return fmt.Errorf("record at position %d: %w", rec.Position, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen = append(r.seen, sight{rec.Position, mark})
	return nil
}

// At returns the position of what was seen last: where a reader resumes.
func (r *Reading) At() runtime.Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.seen) == 0 {
		return 0
	}
	return r.seen[len(r.seen)-1].position
}

// Sight says how a reading differs from the truth.
type Sight struct {
	Seen int
	// Lost was never seen; Doubled was seen again; Invented is not there, or is
	// something else; Disordered was seen after what stands behind it.
	Lost, Doubled, Invented, Disordered int
}

// Err is nil if the reader saw the truth.
func (s Sight) Err() error {
	if s.Lost+s.Doubled+s.Invented+s.Disordered == 0 {
		return nil
	}
	return fmt.Errorf("of %d records seen %d were doubled, %d invented, %d out of order; %d were lost", s.Seen, s.Doubled, s.Invented, s.Disordered, s.Lost)
}

// CheckReading compares a reading from the beginning to the end with the truth.
func (t Truth) CheckReading(r *Reading) Sight {
	s := Sight{Seen: len(r.seen)}
	for i := 1; i < len(r.seen); i++ {
		if r.seen[i].position < r.seen[i-1].position {
			s.Disordered++
		}
	}
	sorted := slices.SortedFunc(slices.Values(r.seen), func(a, b sight) int { return cmp.Compare(a.position, b.position) })
	distinct := slices.CompactFunc(sorted, func(a, b sight) bool { return a.position == b.position })
	s.Doubled = s.Seen - len(distinct)
	next := 0
	for i := range distinct {
		for next < len(t) && t[next].Position < distinct[i].position {
			next++
			s.Lost++
		}
		if next == len(t) || t[next].Position != distinct[i].position || t[next].Mark != distinct[i].mark {
			s.Invented++
			continue
		}
		next++
	}
	s.Lost += len(t) - next
	return s
}
