package runtime

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Batch is an append that has been checked and encoded: all a store has left to
// do is to number the records and write them.
type Batch struct {
	Stream StreamID
	Expect Expect
	Tenant Tenant
	// Records lack StreamVersion, Position and RecordedAt. Their payloads stand
	// in one block of memory.
	Records []Record
	// next is the id that a longer batch of the same command would go on with.
	next uuid.UUID
}

// typicalEvent is the encoded size for which a batch reserves room, in bytes.
const typicalEvent = 320

// NewBatch does what every store does first: it checks the context, stream,
// expectation and cause, validates and encodes the events, and gives them their
// ids. For the errors see [Store.Append].
func NewBatch(ctx context.Context, stream StreamID, expect Expect, cause Cause, events []Event) (*Batch, error) {
	return NewSealedBatch(ctx, nil, stream, expect, cause, events)
}

// NewSealedBatch is [NewBatch] for a store with a [Sealer]: sealed fields are
// encrypted after validation. It may block for their keys.
func NewSealedBatch(ctx context.Context, sealer Sealer, stream StreamID, expect Expect, cause Cause, events []Event) (*Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("append to %s: %w", stream, err)
	}
	b := &Batch{Stream: stream, Expect: expect, Tenant: cause.tenant}
	if err := b.fill(ctx, sealer, cause, events); err != nil {
		return nil, fmt.Errorf("append to %s: %w", stream, err)
	}
	return b, nil
}

func (b *Batch) fill(ctx context.Context, sealer Sealer, cause Cause, events []Event) error {
	if err := b.Stream.Check(); err != nil {
		return err
	}
	if err := b.Expect.Check(); err != nil {
		return err
	}
	if err := cause.Check(); err != nil {
		return err
	}
	if len(events) == 0 {
		return ErrNoEvents
	}
	if cause.command != uuid.Nil {
		b.next = cause.EventID(b.Stream, len(events))
	}
	meta := cause.meta(b.Stream)
	b.Records = make([]Record, len(events))
	block := make([]byte, 0, typicalEvent*len(events))
	for i, event := range events {
		rec := &b.Records[i]
		rec.Meta = meta
		rec.ID = cause.EventID(b.Stream, i)
		var err error
		if block, err = rec.encode(block, event); err != nil {
			return &InvalidEventError{Index: i, Type: rec.Type, Err: err}
		}
		if sealable, ok := event.(Sealable); ok {
			if block, err = rec.seal(ctx, block, sealer, sealable.Seals()); err != nil {
				return unsealed(i, rec.Type, err)
			}
		}
	}
	return nil
}

// encode appends the payload to block and points Data at it. Where block grows,
// earlier records keep the old block alive; their bytes do not change.
func (r *Record) encode(block []byte, event Event) ([]byte, error) {
	if event == nil {
		return block, errNilEvent
	}
	r.Type, r.Version = event.EventType(), event.EventVersion()
	if err := event.Validate(); err != nil {
		return block, err
	}
	start := len(block)
	block, err := event.AppendJSON(block)
	if err != nil {
		return block[:start], err
	}
	r.Data = block[start:len(block):len(block)]
	return block, nil
}

func (c Cause) meta(stream StreamID) Meta {
	occurred := c.occurredAt
	if occurred.IsZero() {
		occurred = time.Now()
	}
	return Meta{
		Stream:      stream,
		Tenant:      c.tenant,
		Correlation: c.correlation,
		Causation:   c.causation,
		Actor:       c.actor,
		OccurredAt:  Timestamp(occurred),
		Headers:     c.headers,
	}
}

// LookupIDs returns the ids that a store has to look up before it writes the
// batch: those of its records, and the one with which a longer batch would go
// on. It is nil if the ids are new ones, which nothing can repeat.
func (b *Batch) LookupIDs() []uuid.UUID {
	if b.next == uuid.Nil {
		return nil
	}
	ids := make([]uuid.UUID, 0, len(b.Records)+1)
	for i := range b.Records {
		ids = append(ids, b.Records[i].ID)
	}
	return append(ids, b.next)
}

// CheckStored judges whether the batch was stored before. found holds, for each
// of LookupIDs, the stored record or nil.
//
// If nothing was found it returns false: append. If exactly this batch was
// found, in this stream, in order and with equal content, it returns the original
// outcome and true. Everything else is an *[IdempotencyError].
func (b *Batch) CheckStored(found []*Record) (Appended, bool, error) {
	known := slices.IndexFunc(found, func(r *Record) bool { return r != nil })
	if known < 0 {
		return Appended{}, false, nil
	}
	for i := range b.Records {
		if reason := b.deviation(found, i); reason != "" {
			return Appended{}, false, &IdempotencyError{ID: found[known].ID, Stream: found[known].Stream, Reason: reason}
		}
	}
	first, last := found[0], found[len(b.Records)-1]
	if longer := found[len(b.Records)]; longer != nil {
		return Appended{}, false, &IdempotencyError{ID: last.ID, Stream: last.Stream, Reason: "in a longer batch"}
	}
	return Appended{
		First: first.StreamVersion, Last: last.StreamVersion,
		FirstPosition: first.Position, Position: last.Position,
		Duplicate: true,
	}, true, nil
}

// deviation says how record i differs from what was found for it.
func (b *Batch) deviation(found []*Record, i int) string {
	switch {
	case found[i] == nil:
		return "the rest of the batch is not"
	case i > 0 && found[i].StreamVersion != found[i-1].StreamVersion+1:
		return "in another order"
	}
	return b.Records[i].differs(found[i])
}

// differs names what tells two records of one id apart; times, actor, chain and
// headers may differ, since a retry may well come with new ones.
func (r *Record) differs(stored *Record) string {
	switch {
	case r.Stream != stored.Stream:
		return "in another stream"
	case r.Tenant != stored.Tenant:
		return "for another tenant"
	case r.Type != stored.Type || r.Version != stored.Version:
		return "as another event"
	case string(r.Data) != string(stored.Data):
		return "with another payload"
	}
	return ""
}

// SameContent reports whether two records that have one id are one event.
func (r *Record) SameContent(other *Record) bool { return r.differs(other) == "" }
