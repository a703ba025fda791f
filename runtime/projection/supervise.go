package projection

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
)

// supervisor gives each shard that is ours a goroutine, and waits for them all.
type supervisor[T any] struct {
	*Runner[T]
	workers sync.WaitGroup
	// end stops all that the runner does, and says why.
	end context.CancelCauseFunc

	// failures is guarded by the runner's mutex, as working is.
	failures map[place]failure
	// nextSwap is when a swap of a version may be tried again. Only look uses it.
	nextSwap map[place]time.Time
}

// place names a shard.
type place struct {
	id            string
	number, shard int
}

// failure is what keeps a shard from being claimed again at once.
type failure struct {
	count int
	until time.Time
}

// claimPause parts runners that start together, so that each sees what the others claim.
const claimPause = 20 * time.Millisecond

func (s *supervisor[T]) run(ctx context.Context) {
	defer s.workers.Wait()
	for ctx.Err() == nil {
		woken := s.woken.Changed()
		claimed, err := s.look(ctx)
		wait := s.nextLook()
		switch {
		case err != nil && ctx.Err() == nil:
			s.config.logger.WarnContext(ctx, "looking at the projections failed, trying again", slog.Any("error", err))
		case claimed:
			wait = rand.N(claimPause)
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
		case <-woken:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// nextLook is a poll from now, or when a shard that was left alone may be claimed.
func (s *supervisor[T]) nextLook() time.Duration {
	wait := s.config.poll
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.failures {
		if left := time.Until(f.until); left > 0 {
			wait = min(wait, left+time.Millisecond)
		}
	}
	return wait
}

// look takes up the versions that are ours, and claims at most one shard of each.
func (s *supervisor[T]) look(ctx context.Context) (claimed bool, err error) {
	var versions []Version
	err = s.db.Ledger(ctx, func(l Ledger) error {
		versions, err = l.Versions(ctx, "")
		return err
	})
	if err != nil {
		return false, err
	}
	var errs []error
	for i := range versions {
		v := versions[i]
		p := s.projections[v.ID]
		if p == nil || !p.follows(&v) {
			continue
		}
		one, err := s.takeUp(ctx, p, v)
		claimed = claimed || one
		errs = append(errs, err)
	}
	return claimed, errors.Join(errs...)
}

func (s *supervisor[T]) takeUp(ctx context.Context, p *followed[T], v Version) (bool, error) {
	if v.Incarnation == "" {
		err := s.create(ctx, p, v)
		return err == nil, err // the next look finds it made
	}
	var unswapped error // is no reason to leave the shards of v alone
	if s.config.swapWhenDone && v.State == Building && v.Loaded {
		unswapped = s.trySwap(ctx, v)
	}
	claimed, err := s.takeShard(ctx, p, v)
	return claimed, errors.Join(unswapped, err)
}

// takeShard claims a shard of v and begins to work on it, if there is one to be had.
func (s *supervisor[T]) takeShard(ctx context.Context, p *followed[T], v Version) (bool, error) {
	var lease *Lease
	err := s.db.Ledger(ctx, func(l Ledger) error {
		shards, err := l.Shards(ctx, v)
		if err == nil {
			lease, err = s.claim(ctx, l, v, shards)
		}
		return err
	})
	switch {
	case err != nil && lease != nil: // the claim may have been committed all the same
		return false, errors.Join(err, giveBack(ctx, s.db, lease, ""))
	case err != nil || lease == nil:
		return false, err
	}
	s.start(ctx, p, lease)
	return true, nil
}

// trySwap swaps v in if it has caught up: with the live version, or with the store
// if their positions do not compare.
func (s *supervisor[T]) trySwap(ctx context.Context, v Version) error {
	head, _ := s.tail.end()
	err := s.db.Ledger(ctx, func(l Ledger) error {
		if err := atHead(ctx, l, v, head); err != nil {
			return err
		}
		return noMoreLetters(ctx, l, v)
	})
	at := place{id: v.ID, number: v.Number}
	if err == nil && time.Now().After(s.nextSwap[at]) {
		err = swapHolding(ctx, s.db, v.ID, v.Number)
		s.nextSwap[at] = time.Now().Add(persistPause)
		if err == nil {
			s.config.logger.InfoContext(ctx, "version swapped in", slog.String("version", v.String()))
		}
	}
	switch {
	case errors.Is(err, errMoreLetters):
		if time.Now().After(s.nextSwap[at]) {
			s.config.logger.WarnContext(ctx, "version not swapped in by itself", slog.String("version", v.String()), slog.Any("error", err))
			s.nextSwap[at] = time.Now().Add(lettersPause)
		}
		return nil
	case errors.Is(err, ErrBehind):
		return nil
	}
	return err
}

// errMoreLetters keeps a version back whose handlers fail where those of the live
// one do not: only an operator may want it nevertheless.
var errMoreLetters = errors.New("it has more dead letters than the live version")

// lettersPause is how often a version that is kept back is worth a warning.
const lettersPause = time.Minute

// noMoreLetters returns errMoreLetters if v has more letters than the live version.
func noMoreLetters(ctx context.Context, l Ledger, v Version) error {
	versions, err := l.Versions(ctx, v.ID)
	live := inState(versions, Live)
	if err != nil || live == nil {
		return err
	}
	mine, err := countLetters(ctx, l, v)
	if err != nil || mine == 0 {
		return err
	}
	theirs, err := countLetters(ctx, l, *live)
	if err == nil && mine > theirs {
		err = errMoreLetters
	}
	return err
}

func countLetters(ctx context.Context, l Ledger, v Version) (n int, err error) {
	waiting, err := l.Waiting(ctx, v)
	for _, w := range waiting {
		n += w.Letters
	}
	return n, err
}

// atHead returns [ErrBehind] if v must have come as far as head, and has not.
func atHead(ctx context.Context, l Ledger, v Version, head runtime.Position) error {
	versions, err := l.Versions(ctx, v.ID)
	if err != nil {
		return err
	}
	live := inState(versions, Live)
	if live == nil {
		return nil
	}
	blue, err := l.Shards(ctx, *live)
	if err != nil || comparablePositions(*live, v, blue) {
		return err
	}
	if green, err := l.Shards(ctx, v); err != nil || lowest(green) >= head {
		return err
	}
	return ErrBehind
}

// claim takes one shard of v, unless this runner has its share of those.
func (s *supervisor[T]) claim(ctx context.Context, l Ledger, v Version, shards []Shard) (*Lease, error) {
	mine := s.claimable(v, shards)
	if mine == nil {
		return nil, nil
	}
	for _, i := range mine {
		lease, err := l.Claim(ctx, v, i, s.config.owner, s.config.lease)
		if err == nil && lease != nil {
			lease.Version, err = current(ctx, l, v)
		}
		if err != nil || lease != nil {
			return lease, err
		}
	}
	return nil, nil
}

// current returns v as it is now that one of its shards is held: until this
// transaction began somebody may have swapped it out, and from now on whoever does
// fences. One who took it for live yet would repeat the side effects of another.
func current(ctx context.Context, l Ledger, v Version) (Version, error) {
	versions, err := l.Versions(ctx, v.ID)
	if now := numbered(versions, v.Number); err == nil && now != nil {
		return *now, nil
	}
	return v, err
}

// claimable lists the shards that may be asked for: none if this runner works on
// its share already. Who is alive is judged by the database's clock.
func (s *supervisor[T]) claimable(v Version, shards []Shard) []int {
	owners := map[string]bool{s.config.owner: true}
	now := time.Now() // for what this process remembers
	var free []int
	held := 0
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range shards {
		at := place{v.ID, v.Number, shards[i].Index}
		if s.working[at] != nil {
			held++
			continue
		}
		other := shards[i].Leased && shards[i].Owner != s.config.owner
		if other {
			owners[shards[i].Owner] = true
		} else if now.After(s.failures[at].until) {
			free = append(free, shards[i].Index)
		}
	}
	if share := (len(shards) + len(owners) - 1) / len(owners); held >= share {
		return nil
	}
	return free
}

// start works on a shard in a goroutine that run waits for.
func (s *supervisor[T]) start(ctx context.Context, p *followed[T], lease *Lease) {
	at := place{lease.Version.ID, lease.Version.Number, lease.Shard.Index}
	work := s.shard(p, lease)
	s.mu.Lock()
	s.working[at] = work
	s.mu.Unlock()
	s.workers.Add(1)
	go func() {
		defer s.workers.Done()
		err := work.run(ctx)
		if ctx.Err() == nil {
			s.ended(ctx, work, at, err)
		}
		s.mu.Lock()
		delete(s.working, at)
		s.mu.Unlock()
		s.Wake()
	}()
}

// ended judges why a shard came to an end, and when to try it again.
func (s *supervisor[T]) ended(ctx context.Context, work *shard[T], at place, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil || errors.Is(err, ErrFenced) {
		s.failures[at] = failure{until: time.Now().Add(s.stays(work))}
		return
	}
	f := s.failures[at]
	if work.at > work.lease.Shard.Position {
		f.count = 0 // it went on in between
	}
	longest := s.config.retries.Max
	if gate := (*gateError)(nil); errors.As(err, &gate) {
		longest = min(longest, transientMax) // nobody tells when it is admitted
	}
	f.until = time.Now().Add(jitter(s.config.retries.Base, longest, f.count))
	f.count++
	s.failures[at] = f
	s.config.logger.ErrorContext(ctx, "shard stopped", work.attrs(slog.Any("error", err))...)
	s.config.observer.Stopped(work.lease.Version, work.lease.Shard.Index, err)
	if errors.Is(err, ErrOver) {
		s.end(err)
	}
}

// stays is how long a shard that was fenced is left alone: a live one is fenced by
// those who want it to stand still.
func (s *supervisor[T]) stays(work *shard[T]) time.Duration {
	if v := &work.lease.Version; v.State == Live && v.Loaded {
		return stillFor
	}
	return 0
}

func (s *supervisor[T]) shard(p *followed[T], lease *Lease) *shard[T] {
	out := &shard[T]{
		config: &s.config, db: s.db, projection: &p.Projection, decoder: s.decoder,
		tail: s.tail, moved: &s.moved, lease: lease, at: lease.Shard.Position, since: time.Now(),
	}
	out.loaded.Store(int64(out.at))
	out.reader = &reader{
		tail: s.tail, decoder: s.decoder, filter: p.filter, types: p.types, raw: isRaw(p.Handler), key: p.KeyOf,
		shard: lease.Shard, unreadable: s.config.unreadable, limit: s.config.batch, logger: s.config.logger,
		bound: out.bound, moved: &s.moved, at: lease.Shard.Position,
		out: make(chan *batch, 1), free: make(chan *batch, 2),
	}
	return out
}
