package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/evgen/evgen/runtime"
)

// shard moves one shard of one version for as long as its lease holds. One
// goroutine applies and retries, so that nothing in a shard happens at once; a
// second reads ahead, and a third extends the lease.
type shard[T any] struct {
	*config
	db         Database[T]
	projection *Projection[T]
	decoder    runtime.Decoder
	tail       *tail
	moved      *runtime.Signal
	lease      *Lease
	reader     *reader

	// at is the checkpoint, as far as this owner has moved it.
	at runtime.Position
	// parked counts the letters of each key, as of the last transaction.
	parked map[string]int
	// passed is how far there was nothing to do, without a transaction yet.
	passed runtime.Position
	last   time.Time
	pace   pace
	// loaded is how far a bulk load has come, and since when: for others to see.
	loaded atomic.Int64
	since  time.Time
}

// errReload says that the version is not as it was: claim again, and look.
var errReload = fmt.Errorf("%w: the version has changed", ErrFenced)

// run blocks until ctx ends, the lease is lost, or nothing can go on.
func (s *shard[T]) run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, s.release(ctx, err)) }()
	if to, ok := s.projection.Handler.(Forwarder[T]); ok {
		defer to.Leave(s.lease)
	}
	if source, ok := s.tail.source.(LeasedSource); ok {
		defer source.End(s.lease)
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	held, cancel := context.WithCancelCause(ctx)
	var others sync.WaitGroup
	defer others.Wait()
	defer cancel(nil)
	others.Add(1)
	go func() {
		defer others.Done()
		s.keep(held, cancel)
	}()
	failed := make(chan error, 1)
	others.Add(1)
	go func() {
		defer others.Done()
		failed <- s.reader.run(held)
	}()
	if err = s.work(held); err == nil {
		err = <-failed // the reader has closed its channel
	}
	if cause := context.Cause(held); cause != nil {
		return cause
	}
	return err
}

// begin checks that the checkpoint means this store, and learns what is parked.
func (s *shard[T]) begin(ctx context.Context) error {
	if err := s.sameStore(); err != nil {
		return err
	}
	if err := s.within(ctx); err != nil {
		return err
	}
	if err := s.admitted(ctx); err != nil {
		return err
	}
	if source, ok := s.tail.source.(LeasedSource); ok {
		if err := source.Begin(ctx, s.lease); err != nil {
			return err
		}
		if err := s.tail.look(ctx); err != nil {
			return err
		}
	}
	if err := s.skip(ctx); err != nil {
		return err
	}
	return s.ledger(ctx, func(l Ledger) (err error) {
		s.parked, err = l.ParkedKeys(ctx, s.lease.Version, s.lease.Shard.Index)
		return err
	})
}

func (s *shard[T]) sameStore() error {
	if _, actual := s.tail.end(); actual != s.lease.Version.Incarnation {
		return &RewoundError{Version: s.lease.Version, Stored: s.lease.Version.Incarnation, Actual: actual}
	}
	return nil
}

// within checks that the store reaches up to the checkpoint. The tail may know
// less than whoever moved it.
func (s *shard[T]) within(ctx context.Context) error {
	if head, _ := s.tail.end(); head >= s.at {
		return nil
	}
	if err := s.tail.look(ctx); err != nil {
		return err
	}
	if head, _ := s.tail.end(); head >= s.at {
		return nil
	}
	// After a restart of the store its settled end may lie below what was settled
	// once: only the store knows whether it was rewound.
	for _, err := range s.tail.source.ReadAll(ctx, s.at, runtime.Filter{Until: s.at}) {
		return err
	}
	return nil
}

// work applies batches and retries letters until the reader ends.
func (s *shard[T]) work(ctx context.Context) error {
	if err := s.fill(ctx); err != nil {
		return err
	}
	tick := time.NewTimer(0)
	defer tick.Stop()
	for {
		select {
		case b, ok := <-s.reader.out:
			if !ok {
				return nil
			}
			if err := s.take(ctx, b); err != nil {
				return err
			}
		case <-tick.C:
			again, err := s.tend(ctx)
			if err != nil {
				return err
			}
			tick.Reset(again)
		}
	}
}

// idleMoves bounds how often a checkpoint moves of which no fact was for the shard.
const idleMoves = 50 * time.Millisecond

// take applies a batch. A stretch without facts may wait for the next one, so that
// other people's events do not cost a commit each.
func (s *shard[T]) take(ctx context.Context, b *batch) error {
	defer s.reader.recycle(b)
	if err := s.moves(ctx, b); err != nil {
		return err
	}
	if len(b.facts) == 0 && time.Since(s.last) < idleMoves {
		s.passed = b.to
		return nil
	}
	return s.apply(ctx, b.part)
}

// moves clears the reason why the shard stood still, now that it does not.
func (s *shard[T]) moves(ctx context.Context, b *batch) error {
	if !b.tip && b.to == s.at {
		return nil
	}
	return s.unpause(ctx)
}

// unpause clears the reason why the shard stood still.
func (s *shard[T]) unpause(ctx context.Context) error {
	if s.lease.Shard.Paused == "" {
		return nil
	}
	s.lease.Shard.Paused = ""
	return s.note(ctx, "")
}

// tend does what has to be done now and then, and says when to do it again.
func (s *shard[T]) tend(ctx context.Context) (time.Duration, error) {
	if s.passed > s.at {
		if err := s.apply(ctx, part{to: s.passed}); err != nil {
			return 0, err
		}
	}
	if len(s.parked) == 0 {
		return idleMoves, nil
	}
	return s.retry(ctx)
}

// bound keeps a version that is not live from passing the one that is: so that
// side effects are those of the one up to a position, and of the other from there.
func (s *shard[T]) bound(ctx context.Context, head runtime.Position) (runtime.Position, error) {
	head, err := s.held(ctx, head)
	if err == nil {
		err = s.sameStore()
	}
	if err != nil || s.lease.Version.State == Live {
		return head, err
	}
	err = s.ledger(ctx, func(l Ledger) error {
		versions, err := l.Versions(ctx, s.lease.Version.ID)
		if err != nil {
			return err
		}
		live := inState(versions, Live)
		switch {
		case live == nil || !live.Loaded || live.Incarnation != s.lease.Version.Incarnation:
			return nil
		case live.Number == s.lease.Version.Number:
			return errReload
		}
		shards, err := l.Shards(ctx, *live)
		for i := range shards {
			if overlap(&shards[i], &s.lease.Shard) {
				head = min(head, shards[i].Position)
			}
		}
		return err
	})
	return head, err
}

// held is head, or where the shard is to stand still for a while: see [Reshard]. Who
// stands still commits nothing, and so has to ask whether the shard is still its own.
func (s *shard[T]) held(ctx context.Context, head runtime.Position) (runtime.Position, error) {
	hold := &s.lease.Shard
	if time.Since(s.since) >= hold.HoldFor {
		return head, nil
	}
	err := s.ledger(ctx, func(l Ledger) error { return l.Extend(ctx, s.lease, s.config.lease) })
	return min(head, max(hold.Hold, hold.Position)), err
}

func overlap(a, b *Shard) bool { return a.First <= b.Last && b.First <= a.Last }

func inState(versions []Version, state State) *Version {
	for i := range versions {
		if versions[i].State == state {
			return &versions[i]
		}
	}
	return nil
}

// keep extends the lease until ctx ends, and cancels it when the lease is lost.
// That the database cannot be reached is no reason to stop: no transaction
// commits under a lease that another one holds.
func (s *shard[T]) keep(ctx context.Context, cancel context.CancelCauseFunc) {
	for pause(ctx, s.config.lease/3) == nil {
		err := s.db.Ledger(ctx, func(l Ledger) error { return l.Extend(ctx, s.lease, s.config.lease) })
		if errors.Is(err, ErrFenced) {
			cancel(err)
			return
		}
		if err != nil && ctx.Err() == nil {
			s.warn(ctx, "extending the lease failed, trying again", err)
		}
	}
}

// release gives the shard back, and notes why it stands still if it does.
func (s *shard[T]) release(ctx context.Context, reason error) error {
	if ctx.Err() != nil || errors.Is(reason, ErrFenced) {
		return giveBack(ctx, s.db, s.lease, "")
	}
	return giveBack(ctx, s.db, s.lease, scrub(reason))
}

// giveBack ends a lease, if it still holds, so that nobody has to wait for it to
// run out; even if ctx has ended. An empty reason is none for a shard to stand still.
func giveBack(ctx context.Context, db Control, lease *Lease, reason string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWait)
	defer cancel()
	err := db.Ledger(ctx, func(l Ledger) error {
		if reason != "" {
			if err := l.Pause(ctx, lease, reason); err != nil {
				return err
			}
		}
		return l.Release(ctx, lease)
	})
	if errors.Is(err, ErrFenced) {
		return nil // nothing is left to be given back
	}
	return err
}

// releaseWait bounds how long a runner that is told to stop waits for the database.
const releaseWait = 5 * time.Second

func (s *shard[T]) warn(ctx context.Context, message string, err error) {
	s.logger.WarnContext(ctx, message, s.attrs(slog.Any("error", err))...)
}

func (s *shard[T]) attrs(more ...any) []any {
	return append([]any{slog.String("version", s.lease.Version.String()), slog.Int("shard", s.lease.Shard.Index)}, more...)
}
