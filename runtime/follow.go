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
// ends there. A store that begins another life meanwhile, since it was restored, is
// a *[StoreRewoundError]: what follows may stand where something else was read.
func Follow(ctx context.Context, store Reader, signal *Signal, poll Poll, after Position, f Filter) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		at, pause := after, poll.Min
		known := &oneLife{Reader: store}
		for {
			changed := signal.Changed()
			head, more, err := catchUp(ctx, known, at, f, yield)
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
			woken, err := await(ctx, changed, pause)
			if err != nil {
				yield(Record{}, err)
				return
			}
			if pause = min(2*pause, poll.Max); woken {
				pause = poll.Min // what woke us may have yet to be committed
			}
		}
	}
}

// oneLife is a store for as long as it lives the life in which it was first seen.
type oneLife struct {
	Reader
	life Incarnation
}

func (o *oneLife) headAfter(ctx context.Context, at Position) (Position, error) {
	head, now, err := o.Head(ctx)
	switch {
	case err != nil:
		return 0, err
	case o.life == "":
		o.life = now
	case o.life != now:
		return 0, &StoreRewoundError{After: at, Head: head, Incarnation: now}
	}
	return head, nil
}

// catchUp yields what lies between at and the head, which it returns. more is
// false if the receiver has had enough.
func catchUp(ctx context.Context, store *oneLife, at Position, f Filter, yield func(Record, error) bool) (head Position, more bool, err error) {
	head, err = store.headAfter(ctx, at)
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

// await blocks until changed is closed, or for pause unless that is 0, and says
// whether it was the former.
func await(ctx context.Context, changed <-chan struct{}, pause time.Duration) (woken bool, err error) {
	var due <-chan time.Time
	if pause > 0 {
		timer := time.NewTimer(pause)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return false, ctx.Err()
	case <-changed:
		return true, nil
	case <-due:
		return false, nil
	}
}
