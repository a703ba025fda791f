package projection

import (
	"context"
	"errors"
	"log/slog"

	"github.com/evgen/evgen/runtime"
)

// RecordHandler is a [Handler] that takes records as they are stored: the runner
// decodes nothing, and Apply is never called. Their ordering key is the stream.
// [Projection.Types] are stored types; none means all.
type RecordHandler[T any] interface {
	Handler[T]
	// ApplyRecords gives records their effect, in their order and in tx, to which l
	// belongs; see [Handler].Apply for errors.
	ApplyRecords(ctx context.Context, tx T, l Ledger, records []runtime.Record) error
}

// Forwarder is a [Handler] whose effect takes place somewhere else: it takes
// records as a [RecordHandler] does, outside any transaction. The checkpoint moves
// when they are safe there; after a crash in between they are forwarded again.
type Forwarder[T any] interface {
	Handler[T]
	// Forward brings records to where they belong and blocks until the first n of
	// them are safe; n is below their number only with an error. An *[EventError]
	// makes record n a letter, whatever its Index. After [ErrFenced] the shard is
	// given up, after [ErrOver] the runner. Any other error passes: what is left is
	// tried again, for ever, and each time the lease is seen to hold before.
	//
	// After a letter was made of one of them, records in front of it come again.
	Forward(ctx context.Context, l *Lease, records []runtime.Record) (n int, err error)
	// ForwardLate forwards a record that was a letter: what is behind it in the log
	// may have been forwarded long ago. Errors are those of Forward.
	ForwardLate(ctx context.Context, l *Lease, record runtime.Record) error
	// Leave gives up what is held for a shard that is this process's no longer.
	Leave(l *Lease)
}

// isRaw reports whether a handler takes records rather than facts.
func isRaw[T any](h Handler[T]) bool {
	switch h.(type) {
	case RecordHandler[T], Forwarder[T]:
		return true
	}
	return false
}

// stored stands for an event that is not decoded: its payload, in a fact.
type stored struct{ data []byte }

var _ runtime.Event = stored{}

func (stored) EventType() string { return "" }

func (stored) EventVersion() int { return 0 }

func (s stored) AppendJSON(dst []byte) ([]byte, error) { return append(dst, s.data...), nil }

func (stored) Validate() error { return nil }

// recordsOf returns facts as the records that they were made of.
func recordsOf(facts []Fact) []runtime.Record {
	records := make([]runtime.Record, len(facts))
	for i := range facts {
		records[i] = runtime.Record{Meta: facts[i].Meta, Data: facts[i].Data.(stored).data}
	}
	return records
}

// addRaw appends rec to b as it is stored, if it is the shard's.
func (r *reader) addRaw(b *batch, rec *runtime.Record) {
	key := rec.Stream.String()
	slot := SlotOf(key)
	if !r.shard.Holds(slot) {
		return
	}
	b.facts = append(b.facts, Fact{Meta: rec.Meta, Data: stored{rec.Data}})
	b.origins = append(b.origins, origin{data: rec.Data, key: key, slot: slot})
	b.bytes += len(rec.Data)
}

// forwardPart forwards what of p does not have to wait, before anything is written.
// Those that become letters are decided on here, once: so that commit does not
// count as forwarded what was left out.
func (s *shard[T]) forwardPart(ctx context.Context, to Forwarder[T], p part) (out triaged, n int, err error) {
	var facts []Fact
	var index []int
	err = s.ledger(ctx, func(l Ledger) (err error) {
		facts, index, out, err = s.triage(ctx, l, p)
		return err
	})
	if err == nil && len(facts) > 0 {
		err = s.forward(ctx, facts, to.Forward)
	}
	var failed *factError
	if errors.As(err, &failed) && index != nil {
		failed.at = index[failed.at]
	}
	return out, len(facts), err
}

// forwardLetter forwards what a letter is about.
func (s *shard[T]) forwardLetter(ctx context.Context, to Forwarder[T], facts []Fact) error {
	return s.forward(ctx, facts, func(ctx context.Context, l *Lease, records []runtime.Record) (int, error) {
		return 0, to.ForwardLate(ctx, l, records[0])
	})
}

// forward blocks until send has made records safe where they belong. One that is
// refused is a *[factError].
func (s *shard[T]) forward(ctx context.Context, facts []Fact, send func(context.Context, *Lease, []runtime.Record) (int, error)) error {
	records := recordsOf(facts)
	for done, failures := 0, 0; ; failures++ {
		sending, sent := s.working(ctx, facts[done:])
		n, err := send(sending, s.lease, records[done:])
		sent(err)
		var refused *EventError
		switch done += n; {
		case err == nil:
			return s.unpause(ctx)
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, ErrFenced), errors.Is(err, ErrOver):
			return err
		case errors.As(err, &refused):
			return &factError{at: min(done, len(records)-1), err: refused.Err}
		}
		if n > 0 {
			failures = 0
		}
		s.logger.WarnContext(ctx, "forwarding failed, trying again", s.attrs(slog.Any("error", err))...)
		if pause(ctx, jitter(transientBase, transientMax, failures)) != nil {
			return context.Cause(ctx)
		}
		if err := s.holds(ctx); err != nil {
			return err
		}
		if failures == noteFailures {
			s.lease.Shard.Paused = scrub(err)
			if err := s.note(ctx, s.lease.Shard.Paused); err != nil {
				return err
			}
		}
	}
}

// noteFailures is how often forwarding fails in a row before operators are told why.
const noteFailures = 3

// holds returns [ErrFenced] if the lease is lost.
func (s *shard[T]) holds(ctx context.Context) error {
	return s.ledger(ctx, func(l Ledger) error { return l.Extend(ctx, s.lease, s.config.lease) })
}
