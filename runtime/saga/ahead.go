package saga

import (
	"context"
	"sync"
	"time"
)

// ahead are sagas that were claimed for places which come free in a moment, so that
// quick ones are claimed, and their events read, several at a time. Places never
// stand free meanwhile, and what is not begun soon after all is given back.
type ahead[T any] struct {
	mu    sync.Mutex
	sagas []*hold[T]
	stale *time.Timer
}

const (
	// moment is the time for which a crew claims ahead.
	moment   = 10 * time.Millisecond
	maxAhead = 15
	// patience is how long what was claimed ahead is kept, where the lease is not shorter.
	patience = 100 * time.Millisecond
)

// another returns a saga for the place of one that is over, if there are more; else
// the place is free. So places do not wait for each other while there is much to do.
func (c *crew[T]) another(ctx context.Context) *hold[T] {
	a := &c.ahead
	a.mu.Lock()
	defer a.mu.Unlock()
	if ctx.Err() != nil {
		return nil // giveBack has them
	}
	if len(a.sagas) == 0 && c.plenty.Load() {
		a.sagas = c.take(ctx, 1+c.foreseen())
		a.stale.Reset(min(patience, c.config.lease/3))
	}
	if len(a.sagas) == 0 {
		return nil
	}
	next := a.sagas[0]
	a.sagas = a.sagas[1:]
	return next
}

// foreseen returns how many more sagas the crew will get through in a moment: none
// if they take long, or if a place is free.
func (c *crew[T]) foreseen() int {
	if c.staffed.Load() < int64(c.config.workers) {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return int(min(moment*time.Duration(c.config.workers)/max(c.pace, 1), maxAhead))
}

// giveBack gives back what was claimed ahead.
func (c *crew[T]) giveBack(ctx context.Context) {
	c.ahead.mu.Lock()
	defer c.ahead.mu.Unlock()
	c.releaseAll(ctx, c.ahead.sagas)
	c.ahead.sagas = nil
}

// releaseAll gives claims back, so that nobody has to wait for them to run out.
func (c *crew[T]) releaseAll(ctx context.Context, holds []*hold[T]) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer done()
	for _, h := range holds {
		if err := c.db.Release(ctx, &h.claim); err != nil {
			c.warn(ctx, "giving a saga back failed", err)
		}
	}
}
