package demo

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// clock stands still unless it is told to go.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func (c *clock) pass(d time.Duration) { c.at = c.at.Add(d) }

// idsOf returns ids that depend on nothing but a name and their number.
func idsOf(name string) func() uuid.UUID {
	n := 0
	return func() uuid.UUID {
		n++
		return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %d", name, n))
	}
}
