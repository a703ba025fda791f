package projection

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// How long a transaction that may pass if it is tried again waits at first, and at most.
const (
	transientBase = 20 * time.Millisecond
	transientMax  = 30 * time.Second
)

// factError says that a transaction failed for its facts. At counts in the part
// that was applied, -1 if unknown.
type factError struct {
	at  int
	err error
}

func (e *factError) Error() string { return e.err.Error() }

func (e *factError) Unwrap() error { return e.err }

// limitAt says which fact of a part is one letter too many.
type limitAt struct {
	at  int
	err *LimitError
}

func (e *limitAt) Error() string { return e.err.Error() }

func (e *limitAt) Unwrap() error { return e.err }

// apply gives p its effect: in one transaction if all goes well, else in as many
// as it takes to find out which facts fail. Those become letters.
func (s *shard[T]) apply(ctx context.Context, p part) error {
	for todo := []part{p}; len(todo) > 0; {
		next := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n := s.bearable(); n < len(next.facts) {
			todo = append(todo, next.at(n)...)
			continue
		}
		err := s.commit(ctx, next)
		var failed *factError
		var limit *limitAt
		switch {
		case errors.As(err, &failed):
			smaller, err := s.isolate(ctx, next, failed)
			if err != nil {
				return err
			}
			todo = append(todo, smaller...)
		case errors.As(err, &limit):
			before := next.start(limit.at)
			if before > 0 {
				todo = append(todo, next.at(before)...)
				continue
			}
			if err := s.await(ctx, limit.err); err != nil {
				return err
			}
			todo = append(todo, next)
		case err != nil:
			return err
		}
	}
	return nil
}

// bearable returns how many facts a transaction should take in: a consumer's handler
// may be slow.
func (s *shard[T]) bearable() int {
	if !s.lease.Version.Consumes() {
		return s.batch.Facts
	}
	return s.pace.within(s.batch.Time)
}

// isolate parts p so that the fact that failed comes closer to being alone; once
// it is, it is marked, and becomes a letter next time. If the transaction fails even
// so, or had no facts, they are not at fault: the shard stops.
func (s *shard[T]) isolate(ctx context.Context, p part, failed *factError) ([]part, error) {
	if len(p.facts) == 0 {
		return nil, failed.err
	}
	if failed.at < 0 {
		if smaller := p.halves(); len(smaller) > 1 {
			return smaller, nil
		}
		// the facts of one record: too few to be clever
		at, err := s.probe(ctx, p)
		if err != nil {
			return nil, err
		}
		failed.at = at
	}
	if p.origins[failed.at].err != nil {
		return nil, failed.err
	}
	p.origins[failed.at].err = failed.err
	return p.around(failed.at), nil
}

// errProbed rolls back a transaction that was to show whether it works.
var errProbed = errors.New("rolled back on purpose")

// probe returns the first fact with which the facts of p fail, or the last one.
func (s *shard[T]) probe(ctx context.Context, p part) (int, error) {
	for n := 1; n < len(p.facts); n++ {
		var failed *factError
		err := s.transact(ctx, func(tx T, l Ledger) error {
			facts, index, _, err := s.triage(ctx, l, part{p.facts[:n], p.origins[:n], p.to})
			if err == nil {
				err = s.handle(ctx, tx, l, facts, index)
			}
			if err != nil {
				return err
			}
			return errProbed
		})
		switch {
		case errors.As(err, &failed):
			return n - 1, nil
		case !errors.Is(err, errProbed):
			return 0, err
		}
	}
	return len(p.facts) - 1, nil
}

// commit gives p its effect in one transaction. Besides those of the ledger it
// returns a *[factError] and a *[limitAt].
func (s *shard[T]) commit(ctx context.Context, p part) error {
	start := time.Now()
	if to, ok := s.projection.Handler.(Forwarder[T]); ok {
		return s.commitForwarded(ctx, to, p)
	}
	var letters triaged
	var done int
	err := s.transact(ctx, func(tx T, l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, p.to); err != nil {
			return err
		}
		facts, index, parked, err := s.triage(ctx, l, p)
		if err != nil {
			return err
		}
		letters, done = parked, len(facts)
		if err := s.handle(ctx, tx, l, facts, index); err != nil {
			return err
		}
		return s.park(ctx, l, letters.letters)
	})
	if err != nil {
		return err
	}
	s.advanced(p, letters, done, time.Since(start))
	return nil
}

// commitForwarded is commit where the effect takes place outside the database.
func (s *shard[T]) commitForwarded(ctx context.Context, to Forwarder[T], p part) error {
	start := time.Now()
	letters, done, err := s.forwardPart(ctx, to, p)
	if err != nil {
		return err
	}
	err = s.ledger(ctx, func(l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, p.to); err != nil {
			return err
		}
		return s.park(ctx, l, letters.letters)
	})
	if err == nil {
		s.advanced(p, letters, done, time.Since(start))
	}
	return err
}

// advanced notes that p is behind.
func (s *shard[T]) advanced(p part, letters triaged, done int, took time.Duration) {
	s.at, s.last = p.to, time.Now()
	s.pace.took(len(p.facts), took)
	s.loaded.Store(int64(p.to))
	if letters.keys != nil {
		s.parked = letters.keys
	}
	if s.lease.Version.State == Live {
		s.moved.Notify()
	}
	head, _ := s.tail.end()
	a := Applied{Version: s.lease.Version, Shard: s.lease.Shard.Index, Facts: done, Letters: len(letters.letters), Position: p.to, Head: head, Took: took}
	for i := range letters.letters {
		if l := &letters.letters[i]; l.State == Retrying {
			a.Failed = append(a.Failed, l.Record.Position)
		}
	}
	if n := len(p.facts); n > 0 {
		a.Age = time.Since(p.facts[n-1].RecordedAt)
	}
	s.observer.Applied(a)
}

// handle calls the handler. index says where in the part the facts were, nil: at
// the same places.
func (s *shard[T]) handle(ctx context.Context, tx T, l Ledger, facts []Fact, index []int) error {
	if len(facts) == 0 {
		return nil
	}
	ctx, worked := s.working(ctx, facts)
	err := guarded(func() error { return s.call(ctx, tx, l, facts) })
	worked(err)
	var panicked *PanicError
	if errors.As(err, &panicked) {
		s.logger.ErrorContext(ctx, "handler panicked", s.attrs(slog.Any("error", err), slog.String("stack", string(panicked.Stack)))...)
	}
	if err == nil || errors.Is(err, ErrFenced) { // which a database may notice late
		return err
	}
	failed := &factError{at: -1, err: err}
	var known *EventError
	if errors.As(err, &known) && known.Index >= 0 && known.Index < len(facts) {
		failed.at, failed.err = known.Index, known.Err
	} else if len(facts) == 1 {
		failed.at = 0
	}
	if failed.at >= 0 && index != nil {
		failed.at = index[failed.at]
	}
	return failed
}

func (s *shard[T]) call(ctx context.Context, tx T, l Ledger, facts []Fact) error {
	if h, ok := s.projection.Handler.(RecordHandler[T]); ok {
		return h.ApplyRecords(ctx, tx, l, recordsOf(facts))
	}
	return s.projection.Handler.Apply(ctx, tx, facts)
}

// transact runs fn in a transaction, again while it fails for reasons that pass.
// If the outcome of a commit was unknown, the next try finds the checkpoint moved
// and is fenced: whoever claims the shard then sees where it stands.
func (s *shard[T]) transact(ctx context.Context, fn func(tx T, l Ledger) error) error {
	return s.insist(ctx, func() error {
		ran := false
		err := s.db.Transact(ctx, s.lease.Version, func(tx T, l Ledger) error {
			err := fn(tx, l)
			ran = err == nil
			return err
		})
		if ran && err != nil && !errors.Is(err, ErrFenced) && !s.db.Transient(err) { // the commit found fault with what was written
			return &factError{at: -1, err: err}
		}
		return err
	})
}

// ledger is transact for what needs no handler.
func (s *shard[T]) ledger(ctx context.Context, fn func(l Ledger) error) error {
	return s.insist(ctx, func() error { return s.db.Ledger(ctx, fn) })
}

// insist tries again while a transaction fails for reasons that pass.
func (s *shard[T]) insist(ctx context.Context, try func() error) error {
	for failures := 0; ; failures++ {
		err := try()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, ErrFenced), !unavailable(err) && !s.db.Transient(err):
			return err
		}
		s.warn(ctx, "transaction failed, trying again", err)
		if pause(ctx, jitter(transientBase, transientMax, failures)) != nil {
			return context.Cause(ctx)
		}
	}
}
