package projection

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// fill brings a version that has just been made up to the log, by bulk load if
// its handler can. It returns nil if that has been done before, and errReload when
// it is done.
func (s *shard[T]) fill(ctx context.Context) error {
	loader, can := s.projection.Handler.(Loader[T])
	if !can || s.lease.Version.Loaded {
		return nil
	}
	load := loader.NewLoad()
	if s.at == 0 {
		filled, err := s.load(ctx, load)
		var failed *factError
		var limit *LimitError
		switch {
		case errors.As(err, &failed), errors.As(err, &limit):
			// What was flushed stays; the rest is applied, which finds the culprit.
			s.warn(ctx, "bulk load failed, going on in batches", err)
			load = loader.NewLoad()
		case err != nil || filled == nil:
			return err
		default:
			return s.finish(ctx, load, filled)
		}
	}
	return s.finish(ctx, load, &stretch{part: part{to: s.at}})
}

// stretch is what has been added to a load since its last flush.
type stretch struct {
	part    // without facts: they are in the load
	count   int
	letters triaged
	began   time.Time
}

// load adds the log to load, flushing what exceeds the memory, up to its end. It
// returns what the last flush must write; nil if the reader ended.
func (s *shard[T]) load(ctx context.Context, load Load[T]) (*stretch, error) {
	at := &stretch{letters: triaged{keys: copied(s.parked)}, began: time.Now()}
	for b := range s.reader.out {
		if err := s.add(load, at, b); err != nil {
			return nil, err
		}
		tip := b.tip
		s.reader.recycle(b)
		if tip {
			return at, nil
		}
		if load.Size() < s.memory {
			continue
		}
		if err := s.write(ctx, at, load.Flush); err != nil {
			return nil, err
		}
		at = &stretch{letters: triaged{keys: copied(s.parked)}, began: time.Now()}
	}
	return nil, nil
}

func (s *shard[T]) add(load Load[T], at *stretch, b *batch) error {
	facts := b.facts
	if len(at.letters.keys) > 0 || !b.sound() {
		var letters []Letter
		var err error
		if facts, _, letters, err = s.sort(b.part, at.letters.keys); err != nil {
			return err
		}
		at.letters.letters = append(at.letters.letters, letters...)
	}
	if err := guarded(func() error { return load.Add(facts) }); err != nil {
		return &factError{at: -1, err: err}
	}
	at.count, at.to = at.count+len(facts), b.to
	s.loaded.Store(int64(b.to))
	return nil
}

// write flushes a stretch in one transaction with its letters and the checkpoint.
func (s *shard[T]) write(ctx context.Context, at *stretch, flush func(context.Context, T) error) error {
	start := time.Now()
	err := s.transact(ctx, func(tx T, l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, at.to); err != nil {
			return err
		}
		if err := guarded(func() error { return flush(ctx, tx) }); err != nil {
			return &factError{at: -1, err: err}
		}
		return s.park(ctx, l, at.letters.letters)
	})
	if err == nil {
		s.advanced(at.part, at.letters, at.count, time.Since(start))
	}
	return err
}

// finish writes the last stretch and makes what waited for the end: the version
// is as any other from then on. It ends with errReload.
func (s *shard[T]) finish(ctx context.Context, load Load[T], at *stretch) error {
	v := s.lease.Version
	v.Loaded = true
	err := s.transact(ctx, func(tx T, l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, at.to); err != nil {
			return err
		}
		if at.count > 0 {
			if err := guarded(func() error { return load.Flush(ctx, tx) }); err != nil {
				return &factError{at: -1, err: err}
			}
		}
		if err := s.park(ctx, l, at.letters.letters); err != nil {
			return err
		}
		if err := load.Finish(ctx, tx); err != nil {
			return err
		}
		if err := l.SaveVersion(ctx, v); err != nil {
			return err
		}
		return s.spread(ctx, l)
	})
	var failed *factError
	switch {
	case errors.As(err, &failed) && at.count > 0:
		s.warn(ctx, "bulk load failed, going on in batches", err)
		return s.finish(ctx, s.projection.Handler.(Loader[T]).NewLoad(), &stretch{part: part{to: s.at}})
	case err != nil:
		return err
	}
	s.advanced(at.part, at.letters, at.count, time.Since(at.began))
	s.logger.InfoContext(ctx, "version loaded", s.attrs(slog.Int64("position", int64(at.to)))...)
	return errReload
}

// spread parts the shard of a version that has been loaded, into as many as the
// live version has, or as the runner is told to make.
func (s *shard[T]) spread(ctx context.Context, l Ledger) error {
	n := s.config.shards
	versions, err := l.Versions(ctx, s.lease.Version.ID)
	if err != nil {
		return err
	}
	if live := inState(versions, Live); live != nil && live.Number != s.lease.Version.Number {
		shards, err := l.Shards(ctx, *live)
		if err != nil {
			return err
		}
		n = len(shards)
	}
	old, err := l.LockShards(ctx, s.lease.Version)
	if err != nil || n == len(old) {
		return err
	}
	shards, err := reshard(old, n)
	if err != nil {
		return err
	}
	return l.ReplaceShards(ctx, s.lease.Version, shards)
}
