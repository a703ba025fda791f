package projectiontest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// errCrash is what a process sees of its own death.
var errCrash = errors.New("the process has crashed")

// mortal is a database as a process sees it that dies at a step: nothing works
// from then on. A step is the moment before or after anything that changes
// something, and before and after the commit of that; looking costs no step, since
// a process may look any number of times.
type mortal[T any] struct {
	projection.Database[T]
	mu sync.Mutex
	// left is how many steps remain until death.
	left int
	dead chan struct{}
}

func newMortal[T any](db projection.Database[T], steps int) *mortal[T] {
	return &mortal[T]{Database: db, left: steps, dead: make(chan struct{})}
}

// step dies if its time has come.
func (m *mortal[T]) step() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left--; m.left == 0 {
		close(m.dead)
	}
	if m.left <= 0 {
		return errCrash
	}
	return nil
}

// around runs an action between two steps.
func (m *mortal[T]) around(action func() error) error {
	if err := m.step(); err != nil {
		return err
	}
	if err := action(); err != nil {
		return err
	}
	return m.step()
}

func (m *mortal[T]) Setup(ctx context.Context) error {
	return m.around(func() error { return m.Database.Setup(ctx) })
}

// alive returns errCrash after death.
func (m *mortal[T]) alive() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left <= 0 {
		return errCrash
	}
	return nil
}

// stepIf is a step if something was written, and a look if not.
func (m *mortal[T]) stepIf(wrote bool) error {
	if wrote {
		return m.step()
	}
	return m.alive()
}

func (m *mortal[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return m.within(func(run func(l projection.Ledger, fn func(l projection.Ledger) error) error) error {
		return m.Database.Ledger(ctx, func(l projection.Ledger) error { return run(l, fn) })
	})
}

func (m *mortal[T]) Transact(ctx context.Context, v projection.Version, fn func(tx T, l projection.Ledger) error) error {
	return m.within(func(run func(l projection.Ledger, fn func(l projection.Ledger) error) error) error {
		return m.Database.Transact(ctx, v, func(tx T, l projection.Ledger) error {
			return run(l, func(l projection.Ledger) error { return fn(tx, l) })
		})
	})
}

// within has a transaction watched: what it does with the ledger, and its commit.
func (m *mortal[T]) within(transact func(run func(l projection.Ledger, fn func(l projection.Ledger) error) error) error) error {
	if err := m.alive(); err != nil {
		return err
	}
	watched := &mortalLedger[T]{m: m}
	err := transact(func(l projection.Ledger, fn func(l projection.Ledger) error) error {
		watched.Ledger = l
		if err := fn(watched); err != nil {
			return err
		}
		return m.stepIf(watched.wrote)
	})
	if err != nil {
		return err
	}
	return m.stepIf(watched.wrote)
}

// mortalLedger steps around all that the ledger writes.
type mortalLedger[T any] struct {
	projection.Ledger
	m     *mortal[T]
	wrote bool
}

func (l *mortalLedger[T]) around(action func() error) error {
	l.wrote = true
	return l.m.around(action)
}

func (l *mortalLedger[T]) AddVersion(ctx context.Context, v projection.Version, shards int) (out projection.Version, err error) {
	err = l.around(func() error {
		out, err = l.Ledger.AddVersion(ctx, v, shards)
		return err
	})
	return out, err
}

func (l *mortalLedger[T]) SaveVersion(ctx context.Context, v projection.Version) error {
	return l.around(func() error { return l.Ledger.SaveVersion(ctx, v) })
}

func (l *mortalLedger[T]) ReplaceShards(ctx context.Context, v projection.Version, shards []projection.Shard) error {
	return l.around(func() error { return l.Ledger.ReplaceShards(ctx, v, shards) })
}

func (l *mortalLedger[T]) Claim(ctx context.Context, v projection.Version, shard int, owner string, ttl time.Duration) (lease *projection.Lease, err error) {
	if lease, err = l.Ledger.Claim(ctx, v, shard, owner, ttl); err == nil && lease != nil {
		l.wrote, err = true, l.m.step()
	}
	return lease, err
}

func (l *mortalLedger[T]) Advance(ctx context.Context, lease *projection.Lease, from, to runtime.Position) error {
	return l.around(func() error { return l.Ledger.Advance(ctx, lease, from, to) })
}

func (l *mortalLedger[T]) Park(ctx context.Context, letters []projection.Letter, wait time.Duration) error {
	return l.around(func() error { return l.Ledger.Park(ctx, letters, wait) })
}

func (l *mortalLedger[T]) Retry(ctx context.Context, id int64, state projection.LetterState, attempts int, failure string, wait time.Duration) error {
	return l.around(func() error { return l.Ledger.Retry(ctx, id, state, attempts, failure, wait) })
}

func (l *mortalLedger[T]) Settle(ctx context.Context, ids ...int64) error {
	return l.around(func() error { return l.Ledger.Settle(ctx, ids...) })
}

func (l *mortalLedger[T]) Publish(ctx context.Context, v projection.Version) error {
	return l.around(func() error { return l.Ledger.Publish(ctx, v) })
}

// errWeather is an error that passes.
var errWeather = errors.New("the link is down for a moment")

// unsteady is a database over a bad link: every so many transactions one fails,
// before it begins, before it commits, or after: then it took place, and nobody is told.
type unsteady[T any] struct {
	projection.Database[T]
	every int
	mu    sync.Mutex
	count int
}

func (u *unsteady[T]) moment() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.count++; u.count%u.every == 0 {
		return errWeather
	}
	return nil
}

func (u *unsteady[T]) Transact(ctx context.Context, v projection.Version, fn func(tx T, l projection.Ledger) error) error {
	if err := u.moment(); err != nil {
		return err
	}
	err := u.Database.Transact(ctx, v, func(tx T, l projection.Ledger) error {
		if err := fn(tx, l); err != nil {
			return err
		}
		return u.moment()
	})
	return errors.Join(err, u.moment())
}

func (u *unsteady[T]) Transient(err error) bool {
	return errors.Is(err, errWeather) || u.Database.Transient(err)
}

// errRefused is an error that does not pass, and is no fact's fault.
var errRefused = errors.New("the database refuses to commit")

// refusing is a database that rolls back, at the commit, all that would be committed while it is told to.
type refusing[T any] struct {
	projection.Database[T]
	refuses atomic.Bool
}

func (r *refusing[T]) Transact(ctx context.Context, v projection.Version, fn func(tx T, l projection.Ledger) error) error {
	return r.Database.Transact(ctx, v, func(tx T, l projection.Ledger) error {
		err := fn(tx, l)
		if err == nil && r.refuses.Load() {
			return errRefused
		}
		return err
	})
}

// gated is the database of a process that can be paused: nothing begins while it is.
type gated[T any] struct {
	projection.Database[T]
	mu     sync.RWMutex
	paused chan struct{} // closed when it goes on; nil: it is not paused
}

func (g *gated[T]) pause() (resume func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	gate := make(chan struct{})
	g.paused = gate
	return sync.OnceFunc(func() { close(gate) })
}

func (g *gated[T]) pass(ctx context.Context) error {
	g.mu.RLock()
	gate := g.paused
	g.mu.RUnlock()
	if gate == nil {
		return nil
	}
	select {
	case <-gate:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gated[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	if err := g.pass(ctx); err != nil {
		return err
	}
	return g.Database.Ledger(ctx, fn)
}

func (g *gated[T]) Transact(ctx context.Context, v projection.Version, fn func(tx T, l projection.Ledger) error) error {
	if err := g.pass(ctx); err != nil {
		return err
	}
	return g.Database.Transact(ctx, v, fn)
}

// watched is a database beside which things happen when a runner has looked at the
// versions, and when it has claimed a shard.
type watched[T any] struct {
	projection.Database[T]
	looked func()
	// claimed returns what the runner is told of the commit.
	claimed func() error
}

func (d *watched[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	seen := &watchedLedger{}
	err := d.Database.Ledger(ctx, func(l projection.Ledger) error {
		seen.Ledger = l
		return fn(seen)
	})
	switch {
	case err == nil && seen.looked && d.looked != nil:
		d.looked()
	case err == nil && seen.claimed && d.claimed != nil:
		return d.claimed()
	}
	return err
}

type watchedLedger struct {
	projection.Ledger
	looked, claimed bool
}

func (l *watchedLedger) Versions(ctx context.Context, id string) ([]projection.Version, error) {
	l.looked = l.looked || id == ""
	return l.Ledger.Versions(ctx, id)
}

func (l *watchedLedger) Claim(ctx context.Context, v projection.Version, shard int, owner string, ttl time.Duration) (*projection.Lease, error) {
	lease, err := l.Ledger.Claim(ctx, v, shard, owner, ttl)
	l.claimed = l.claimed || lease != nil
	return lease, err
}
