package faults

import (
	"context"
	"sync"
	"time"
)

// Crew are goroutines that are waited for.
type Crew struct{ sync.WaitGroup }

// Spawn starts goroutines of the crew.
func (c *Crew) Spawn(all ...func()) {
	for _, f := range all {
		c.Add(1)
		go func() {
			defer c.Done()
			f()
		}()
	}
}

// Pause blocks for d, or until ctx ends: what breaks things does so now and then.
func Pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
