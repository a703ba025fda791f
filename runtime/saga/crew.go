package saga

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// crew is a worker that runs: one goroutine for each saga that it is at, and one
// that prolongs their claims.
type crew[T any] struct {
	*Worker[T]
	known []string
	// places holds a token for each saga that may be taken on.
	places chan struct{}
	busy   sync.WaitGroup
	// plenty says that the last claim found something.
	plenty atomic.Bool
	// staffed counts the places that are not free.
	staffed atomic.Int64
	ahead   ahead[T]
	// alone is for a step that was lost with its process before. Of these one at a time
	// is under way in a process: if one of them is what processes die of, the others are
	// not with it when the next one does, and keep their attempts.
	alone sync.Mutex

	mu   sync.Mutex
	held map[*hold[T]]struct{}
	// pace is how long a saga stays at its place, of late; guarded by mu.
	pace time.Duration
}

func newCrew[T any](w *Worker[T], known []string) *crew[T] {
	c := &crew[T]{Worker: w, known: known, places: make(chan struct{}, w.config.workers), held: map[*hold[T]]struct{}{}}
	c.ahead.stale = time.NewTimer(Never)
	c.leave(w.config.workers)
	return c
}

func (c *crew[T]) run(ctx context.Context) {
	steps, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	var keeping sync.WaitGroup
	keeping.Add(1)
	go func() {
		defer keeping.Done()
		c.keep(steps)
	}()
	c.dispatch(ctx, steps)
	c.giveBack(ctx)
	drained := time.AfterFunc(c.config.drain, func() { stop(ErrShutdown) })
	c.busy.Wait()
	drained.Stop()
	stop(nil)
	keeping.Wait()
}

// dispatch claims what is due until ctx ends. While nothing is, it only looks.
func (c *crew[T]) dispatch(ctx, steps context.Context) {
	poll := c.config.poll
	for pause, likely := poll.Min, false; ; {
		woken := c.woken.Changed()
		n := c.enter(ctx)
		if n == 0 {
			return
		}
		var wait time.Duration
		if !likely {
			wait = c.next(ctx, pause)
		}
		got := 0
		if wait <= 0 {
			got = c.claim(ctx, steps, n)
		}
		c.leave(n - got)
		if likely = got == n; got > 0 {
			pause = poll.Min
			continue
		}
		if wait <= 0 || wait > pause {
			wait = pause
		}
		pause = min(2*pause, poll.Max)
		if sleep(ctx, woken, wait) {
			pause = poll.Min
		}
	}
}

// enter takes the places that are free, and blocks for one; 0: ctx has ended.
func (c *crew[T]) enter(ctx context.Context) int {
	select {
	case <-ctx.Done():
		return 0
	case <-c.places:
	}
	for n := 1; ; n++ {
		select {
		case <-c.places:
		default:
			return n
		}
	}
}

func (c *crew[T]) leave(n int) {
	for range n {
		c.places <- struct{}{}
	}
}

// next says how long nothing is due; if that cannot be known, as long as is usual.
func (c *crew[T]) next(ctx context.Context, usual time.Duration) time.Duration {
	wait, err := c.db.Next(ctx, c.definition.ID, c.known)
	if err != nil {
		c.warn(ctx, "looking for sagas failed, trying again", err)
		return usual
	}
	return wait
}

// claim takes on up to n sagas, and returns how many.
func (c *crew[T]) claim(ctx, steps context.Context, n int) int {
	holds := c.take(ctx, n)
	for _, h := range holds {
		c.busy.Add(1)
		c.staffed.Add(1)
		go func() {
			defer c.busy.Done()
			for ; h != nil; h = c.another(ctx) {
				c.drive(ctx, steps, h)
			}
			c.staffed.Add(-1)
			c.leave(1)
		}()
	}
	return len(holds)
}

// take claims up to n sagas. What it has asked for it waits for, also when ctx ends:
// nobody else would know of those claims.
func (c *crew[T]) take(ctx context.Context, n int) []*hold[T] {
	asking, done := context.WithTimeout(context.WithoutCancel(ctx), commitWait)
	defer done()
	began := time.Now()
	claims, err := c.db.Claim(asking, Claims{
		Saga: c.definition.ID, Known: c.known, Digest: c.digest, Owner: c.config.owner, Limit: n, Lease: c.config.lease,
	})
	if err != nil {
		c.warn(ctx, "claiming sagas failed, trying again", err)
	}
	c.plenty.Store(len(claims) > 0)
	holds := make([]*hold[T], len(claims))
	for i := range claims {
		holds[i] = newHold(c, claims[i], began)
	}
	if ctx.Err() != nil {
		c.releaseAll(ctx, holds)
		return nil
	}
	c.loadAll(ctx, holds)
	return holds
}

// drive goes as far with a saga as it can, and has its claim prolonged meanwhile.
func (c *crew[T]) drive(ctx, steps context.Context, h *hold[T]) {
	began := time.Now()
	c.mu.Lock()
	c.held[h] = struct{}{}
	c.mu.Unlock()
	h.drive(steps, ctx.Done())
	c.mu.Lock()
	delete(c.held, h)
	c.pace = (3*c.pace + time.Since(began)) / 4
	c.mu.Unlock()
}

// keep prolongs all claims at a third of the lease, until ctx ends. That the
// database cannot be reached is no reason to stop steps: nothing is committed
// under a claim that another worker has.
func (c *crew[T]) keep(ctx context.Context) {
	ticks := time.NewTicker(max(c.config.lease/3, time.Millisecond))
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.ahead.stale.C:
			c.giveBack(ctx)
			continue
		case <-ticks.C:
		}
		if err := c.prolong(ctx); err != nil && ctx.Err() == nil {
			c.warn(ctx, "prolonging claims of sagas failed, trying again", err)
		}
	}
}

func (c *crew[T]) prolong(ctx context.Context) error {
	asked := map[*hold[T]]Claim{}
	var claims []Claim
	c.mu.Lock()
	for h := range c.held {
		asked[h] = h.claim
		claims = append(claims, h.claim)
	}
	c.mu.Unlock()
	if len(claims) == 0 {
		return nil
	}
	found, err := c.db.Extend(ctx, claims, c.config.lease)
	if err != nil {
		return err
	}
	alive := map[Ref]string{}
	for i := range found {
		alive[found[i].Ref] = found[i].Cancel
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for h, claim := range asked {
		if h.claim.Version != claim.Version {
			continue // it has moved on meanwhile
		}
		if reason, ok := alive[claim.Ref]; !ok {
			h.cancel(ErrFenced)
		} else if reason != "" && claim.State != Compensating {
			h.cancel(ErrCancelled)
		}
	}
	return nil
}

func (c *crew[T]) warn(ctx context.Context, message string, err error) {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return
	}
	c.config.logger.WarnContext(ctx, message, slog.String("saga", c.definition.ID), slog.Any("error", err))
}

// sleep blocks for d, and reports whether it was woken before; or until ctx ends.
func sleep(ctx context.Context, woken <-chan struct{}, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	case <-woken:
		return true
	}
	return false
}

// backoff returns a random time to wait for a database that has failed n+1 times.
func backoff(n int) time.Duration {
	return rand.N(min(50*time.Millisecond<<min(n, 8), 5*time.Second))
}
