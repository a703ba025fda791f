package projection

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// duePage is how many keys are tried again in one go, before events get their turn;
// lineLimit is how many letters of a key go in one transaction. A key on which
// events arrive while it waits would never be rid of its letters one by one.
const (
	duePage   = 100
	lineLimit = 200
)

// retry gives letters their effect whose time has come, one transaction a key, and
// says when to look again.
func (s *shard[T]) retry(ctx context.Context) (time.Duration, error) {
	var due []Letter
	err := s.ledger(ctx, func(l Ledger) (err error) {
		if s.parked, err = l.ParkedKeys(ctx, s.lease.Version, s.lease.Shard.Index); err == nil && len(s.parked) > 0 {
			due, err = l.Due(ctx, s.lease.Version, s.lease.Shard.Index, duePage)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	settled := 0
	for i := range due {
		ok, err := s.retryKey(ctx, &due[i])
		if err != nil {
			return 0, err
		}
		if ok {
			settled++
		}
	}
	if settled > 0 {
		return 0, nil
	}
	return s.poll, nil
}

// retryKey gives the letter that is due its effect, and those behind it theirs, and
// reports whether it did. An attempt counts for the first letter only: if another one
// fails, those before it have their effect, and it is the first one next time.
func (s *shard[T]) retryKey(ctx context.Context, due *Letter) (bool, error) {
	l, err := s.line(ctx, due)
	for err == nil {
		if err = s.settle(ctx, l); err == nil {
			for i := range l.letters {
				s.retried(&l.letters[i], l.letters[i].Attempts, "")
			}
			return true, nil
		}
		var failed *factError
		if errors.As(err, &failed) && len(l.letters) > 1 && !l.begins(failed.at) {
			l, err = l.before(failed.at), nil
		}
	}
	var failed *factError
	switch {
	case errors.As(err, &failed):
		return false, s.failedAgain(ctx, due, l.facts, failed.err)
	case unavailable(err): // which is no attempt
		s.warn(ctx, "letter cannot be opened, trying again", err)
		return false, nil
	}
	return false, err
}

// failedAgain notes one more attempt on a letter.
func (s *shard[T]) failedAgain(ctx context.Context, letter *Letter, facts []Fact, failure error) error {
	attempts, state, text := letter.Attempts+1, Retrying, scrubFacts(failure, letter.Record.Data, facts)
	if attempts >= s.retries.Attempts {
		state = Dead
		s.logger.ErrorContext(ctx, "dead letter: attempts used up", s.attrs(slog.Int64("position", int64(letter.Record.Position)), slog.String("error", text))...)
	}
	s.retried(letter, attempts, state)
	return s.ledger(ctx, func(l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, s.at); err != nil {
			return err
		}
		return l.Retry(ctx, letter.ID, state, attempts, text, s.backoff(attempts))
	})
}

// settle gives letters their effect and removes them, unless somebody else has removed
// one.
func (s *shard[T]) settle(ctx context.Context, waiting line) error {
	to, forwards := s.projection.Handler.(Forwarder[T])
	if forwards {
		if err := s.forwardLetter(ctx, to, waiting.facts); err != nil {
			return err
		}
	}
	start, ids := time.Now(), waiting.ids()
	err := s.transact(ctx, func(tx T, l Ledger) error {
		if err := l.Advance(ctx, s.lease, s.at, s.at); err != nil {
			return err
		}
		still, err := l.Letters(ctx, LetterQuery{IDs: ids})
		if err != nil || len(still) < len(ids) {
			return err
		}
		if !forwards {
			err = s.handle(ctx, tx, l, waiting.facts, nil)
		}
		if err != nil {
			return err
		}
		return l.Settle(ctx, ids...)
	})
	if err == nil {
		s.pace.took(len(waiting.facts), time.Since(start))
	}
	return err
}

// line returns a letter that is due, and those behind it that go with it. If the
// first one cannot be read the error says why.
func (s *shard[T]) line(ctx context.Context, due *Letter) (l line, err error) {
	letters, err := s.behind(ctx, due)
	if err != nil {
		return l, err
	}
	for i := range letters {
		var facts []Fact
		err := guarded(func() (err error) {
			facts, err = s.reread(&letters[i])
			return err
		})
		switch {
		case err == nil:
			l.add(letters[i], facts)
		case i > 0:
			return l, nil // its turn comes
		case unavailable(err):
			return l, err
		default:
			return l, &factError{at: 0, err: err}
		}
	}
	return l, nil
}

// behind returns due and the letters that wait behind it, as many as a transaction
// should take in.
func (s *shard[T]) behind(ctx context.Context, due *Letter) (letters []Letter, err error) {
	limit := min(s.bearable(), lineLimit)
	if _, forwards := s.projection.Handler.(Forwarder[T]); forwards || limit == 1 || s.parked[due.Key] == 1 {
		return []Letter{*due}, nil
	}
	err = s.ledger(ctx, func(l Ledger) (err error) {
		letters, err = l.Letters(ctx, LetterQuery{Projection: due.Version.ID, Version: due.Version.Number, Key: due.Key, Limit: limit})
		return err
	})
	return ahead(letters, due), err
}

// reread decodes a letter's record as it is read today, and returns the facts
// that the letter is about: none if the record means less than it did.
func (s *shard[T]) reread(letter *Letter) ([]Fact, error) {
	if s.reader.raw {
		return []Fact{{Meta: letter.Record.Meta, Data: stored{letter.Record.Data}}}, nil
	}
	events, err := s.decoder.AppendEvents(nil, &letter.Record)
	if err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	var facts []Fact
	for i, event := range events {
		wanted := letter.Record.Ordinal == AllOrdinals || letter.Record.Ordinal == i
		if !wanted || !s.reader.types[event.EventType()] {
			continue
		}
		f := Fact{Meta: letter.Record.Meta, Data: event}
		f.Ordinal = i
		facts = append(facts, f)
	}
	return facts, nil
}
