package projection

import (
	"context"
	"log/slog"
	"maps"
	"time"
)

// triaged is what of a part cannot have its effect now.
type triaged struct {
	letters []Letter
	// keys counts the letters of each key, these included; nil if there are none.
	keys map[string]int
}

// triage tells the facts of p that can be handled from those that failed before,
// and those that stand behind a letter of their key. index is nil if the facts are
// all of p. Too many letters are a *[limitAt].
func (s *shard[T]) triage(ctx context.Context, l Ledger, p part) (facts []Fact, index []int, out triaged, err error) {
	if len(s.parked) == 0 && p.sound() {
		return p.facts, nil, out, nil
	}
	if out.keys, err = l.ParkedKeys(ctx, s.lease.Version, s.lease.Shard.Index); err != nil {
		return nil, nil, out, err
	}
	facts, index, out.letters, err = s.sort(p, out.keys)
	return facts, index, out, err
}

// sound reports whether nothing in p has failed before.
func (p part) sound() bool {
	for i := range p.origins {
		if p.origins[i].err != nil {
			return false
		}
	}
	return true
}

// sort does the work of triage, given how many letters each key has; it counts
// the new ones there.
func (s *shard[T]) sort(p part, keys map[string]int) (facts []Fact, index []int, letters []Letter, err error) {
	total := 0
	for _, n := range keys {
		total += n
	}
	for i := range p.facts {
		o := &p.origins[i]
		behind := keys[o.key] > 0
		if o.err == nil && !behind {
			facts, index = append(facts, p.facts[i]), append(index, i)
			continue
		}
		if limit := s.admit(o.key, keys[o.key], total); limit != nil {
			return nil, nil, nil, &limitAt{i, limit}
		}
		keys[o.key]++
		total++
		letter := p.letter(i)
		letter.Version, letter.Shard = s.lease.Version, s.lease.Shard.Index
		if !behind {
			letter.State = Retrying
		}
		letters = append(letters, letter)
	}
	return facts, index, letters, nil
}

// admit returns an error unless one more letter may wait.
func (s *shard[T]) admit(key string, ofKey, total int) *LimitError {
	switch {
	case ofKey >= s.limits.Key:
		return &LimitError{Version: s.lease.Version, Shard: s.lease.Shard.Index, Key: key, Limit: s.limits.Key}
	case total >= s.limits.Shard:
		return &LimitError{Version: s.lease.Version, Shard: s.lease.Shard.Index, Limit: s.limits.Shard}
	}
	return nil
}

func (s *shard[T]) park(ctx context.Context, l Ledger, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	if err := l.Park(ctx, letters, s.backoff(1)); err != nil {
		return &LetterError{err}
	}
	for i := range letters {
		if letter := &letters[i]; letter.State == Retrying {
			s.logger.ErrorContext(ctx, "event parked", s.attrs(slog.Int64("position", int64(letter.Record.Position)), slog.String("error", letter.Error))...)
		}
	}
	return nil
}

// backoff is the wait after an attempt, from 1.
func (s *shard[T]) backoff(attempt int) time.Duration {
	return jitter(s.retries.Base, s.retries.Max, attempt)
}

// await blocks until there is room for a letter, which retries and operators make.
func (s *shard[T]) await(ctx context.Context, limit *LimitError) error {
	s.logger.ErrorContext(ctx, "shard paused: too many dead letters", s.attrs(slog.Any("error", limit))...)
	s.observer.Stopped(s.lease.Version, s.lease.Shard.Index, limit)
	if err := s.note(ctx, scrub(limit)); err != nil {
		return err
	}
	for {
		if err := pause(ctx, s.poll); err != nil {
			return context.Cause(ctx)
		}
		if _, err := s.retry(ctx); err != nil {
			return err
		}
		total := 0
		for _, n := range s.parked {
			total += n
		}
		if s.admit(limit.Key, s.parked[limit.Key], total) == nil {
			return s.note(ctx, "")
		}
	}
}

// note sets or clears the reason why the shard stands still.
func (s *shard[T]) note(ctx context.Context, reason string) error {
	return s.ledger(ctx, func(l Ledger) error { return l.Pause(ctx, s.lease, reason) })
}

// copied returns a copy of keys that may be counted in.
func copied(keys map[string]int) map[string]int {
	if keys == nil {
		return map[string]int{}
	}
	return maps.Clone(keys)
}
