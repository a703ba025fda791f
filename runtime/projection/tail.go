package projection

import (
	"context"
	"iter"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
)

// Source is a store that projections can follow.
type Source interface {
	runtime.Reader
	runtime.Subscriber
}

// Watcher is a [Source] that can tell how far it reaches without its records being read.
type Watcher interface {
	// Watch yields the positions of last events that come after a position, as they
	// come. It ends as Subscribe does.
	Watch(ctx context.Context, after runtime.Position) iter.Seq2[runtime.Position, error]
}

// LeasedSource is a [Source] that is told who reads it: one that has to be opened, as a
// partition of a broker has. All of its shards are one.
type LeasedSource interface {
	Source
	// Begin is called when the shard has been claimed, before anything behind its
	// checkpoint is read, and End when it has come to a stand. Head is asked anew after Begin.
	Begin(ctx context.Context, l *Lease) error
	End(l *Lease)
}

// tail knows where a store ends, for all shards of a runner: one subscription
// that only counts, so that nobody else has to ask.
type tail struct {
	source Source
	logger *slog.Logger
	grown  runtime.Signal

	// asking makes what a look finds, and what the subscription tells, come one after
	// the other: an older answer must not take the place of a newer one.
	asking      sync.Mutex
	mu          sync.Mutex
	head        runtime.Position
	incarnation runtime.Incarnation
}

func (t *tail) end() (runtime.Position, runtime.Incarnation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.head, t.incarnation
}

func (t *tail) set(head runtime.Position, incarnation runtime.Incarnation) {
	t.mu.Lock()
	t.head, t.incarnation = head, incarnation
	t.mu.Unlock()
	t.grown.Notify()
}

// look asks the store itself.
func (t *tail) look(ctx context.Context) error {
	t.asking.Lock()
	defer t.asking.Unlock()
	head, incarnation, err := t.source.Head(ctx)
	if err == nil {
		t.set(head, incarnation)
	}
	return err
}

// follow blocks until ctx ends. A store that fails is asked again.
func (t *tail) follow(ctx context.Context) {
	for failures := 0; ctx.Err() == nil; failures++ {
		before, _ := t.end()
		if err := t.subscribe(ctx); err != nil && ctx.Err() == nil {
			t.logger.WarnContext(ctx, "following the store failed, trying again", slog.Any("error", err))
		}
		if after, _ := t.end(); after > before {
			failures = 0
		}
		_ = pause(ctx, jitter(100*time.Millisecond, 10*time.Second, failures))
	}
}

func (t *tail) subscribe(ctx context.Context) error {
	if err := t.look(ctx); err != nil {
		return err
	}
	head, incarnation := t.end()
	for at, err := range t.positions(ctx, head) {
		if err != nil {
			return err
		}
		t.told(at, incarnation)
	}
	return nil
}

func (t *tail) told(at runtime.Position, incarnation runtime.Incarnation) {
	t.asking.Lock()
	defer t.asking.Unlock()
	t.set(at, incarnation)
}

// positions yields those of records behind one, as they come.
func (t *tail) positions(ctx context.Context, after runtime.Position) iter.Seq2[runtime.Position, error] {
	if w, ok := t.source.(Watcher); ok {
		return w.Watch(ctx, after)
	}
	return func(yield func(runtime.Position, error) bool) {
		for rec, err := range t.source.Subscribe(ctx, after, runtime.Filter{}) {
			if !yield(rec.Position, err) {
				return
			}
		}
	}
}

// jitter returns a random time below min(base * 2^n, limit).
func jitter(base, limit time.Duration, n int) time.Duration {
	if n < 30 && base<<n < limit {
		limit = base << n
	}
	if limit <= 0 {
		return 0
	}
	return rand.N(limit)
}

// pause blocks for d, or until ctx ends: then it returns its error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
