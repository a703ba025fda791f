package mind

import (
	"math"
	"time"

	"github.com/evgen/evgen/examples/memory/search"
)

// HalfLife is how long it takes until half of an importance is gone that
// nothing refreshes.
const HalfLife = search.HalfLife

// Importance returns how much the memory matters at a time: 1 when captured, 1
// more at each access, and half of it after each [HalfLife]. Before its last
// event it is what it was then.
func (m Memory) Importance(at time.Time) float64 {
	elapsed := at.Sub(m.StrengthAt)
	if elapsed <= 0 {
		return m.Strength
	}
	return m.Strength * math.Exp2(-float64(elapsed)/float64(HalfLife))
}

// refresh adds 1 to the importance at a time.
func (m *Memory) refresh(at time.Time) {
	m.Strength = m.Importance(at) + 1
	m.StrengthAt = at
}
