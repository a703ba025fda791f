package runtime

import (
	"context"
	"iter"
	"sync"
	"time"
)

// Signal wakes those who wait for a store to grow. The zero Signal is ready.
type Signal struct {
	mu      sync.Mutex
	changed chan struct{}
}

// Changed returns a channel that the next Notify closes. Take it before looking
// at the store, so that no change falls in between.
func (s *Signal) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed == nil {
		s.changed = make(chan struct{})
	}
	return s.changed
}

// Notify wakes everyone who waits. It costs next to nothing if nobody does.
func (s *Signal) Notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.changed != nil {
		close(s.changed)
		s.changed = nil
	}
}

// Poll says how often to look for what other processes have written: after Min
// at first, ever more seldom while nothing comes, up to Max. The zero Poll
// relies on the [Signal] alone.
type Poll struct {
	Min, Max time.Duration
}

// Reader is the part of a [Store] that reads all streams.
type Reader interface {
	ReadAll(ctx context.Context, after Position, f Filter) iter.Seq2[Record, error]
	Head(ctx context.Context) (Position, Incarnation, error)
}

// Follow implements [Subscriber] for stores whose ReadAll shows positions only
// once no lower one can appear. It starts no goroutine. If f.Until is set, it
// ends there.
func Follow(ctx context.Context, store Reader, signal *Signal, poll Poll, after Position, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		at, pause := after, poll.Min
		for {
			changed := signal.Changed()
			head, more, err := catchUp(ctx, store, at, f, yield)
			if !more {
				return
			}
			if err != nil {
				yield(Record{}, err)
				return
			}
			if f.Until != 0 && head >= f.Until {
				return
			}
			if head > at {
				at, pause = head, poll.Min
				continue
			}
			if err := await(ctx, changed, pause); err != nil {
				yield(Record{}, err)
				return
			}
			pause = min(2*pause, poll.Max)
		}
	}
}

// catchUp yields what lies between at and the head, which it returns. more is
// false if the receiver has had enough.
func catchUp(ctx context.Context, store Reader, at Position, f Filter, yield func(Record, error) bool) (head Position, more bool, err error) {
	head, _, err = store.Head(ctx)
	if err != nil || head == at {
		return head, true, err
	}
	if f.Until == 0 || f.Until > head {
		f.Until = head
	}
	for rec, err := range store.ReadAll(ctx, at, f) {
		if err != nil {
			return head, true, err
		}
		if !yield(rec, nil) {
			return head, false, nil
		}
	}
	return head, true, nil
}

// await blocks until changed is closed, or for pause unless that is 0.
func await(ctx context.Context, changed <-chan struct{}, pause time.Duration) error {
	var due <-chan time.Time
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-due:
	}
	return nil
}
