package runtime

import (
	"context"
	"fmt"
	"time"
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
}

// typicalEvent is the encoded size for which a batch reserves room, in bytes.
const typicalEvent = 320

// NewBatch does what every store does first: it checks the context, stream,
// expectation and cause, validates and encodes the events, and gives them their
// ids. For the errors see [Store.Append].
func NewBatch(ctx context.Context, stream StreamID, expect Expect, cause Cause, events []Event) (*Batch, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("append to %s: %w", stream, err)
	}
	b := &Batch{Stream: stream, Expect: expect, Tenant: cause.tenant}
	if err := b.fill(cause, events); err != nil {
		return nil, fmt.Errorf("append to %s: %w", stream, err)
	}
	return b, nil
}

func (b *Batch) fill(cause Cause, events []Event) error {
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

// CheckStored judges a batch some of whose event ids may be stored already: found
// holds the stored record, or nil, for each of the batch's, in its order.
//
// If nothing was found it returns false: append. If all were found, in this
// stream, in order and with equal content, it returns the original outcome and
// true. Everything else is an *[IdempotencyError].
func (b *Batch) CheckStored(found []*Record) (Appended, bool, error) {
	var known *Record
	missing := false
	for _, rec := range found {
		if rec == nil {
			missing = true
		} else if known == nil {
			known = rec
		}
	}
	switch {
	case known == nil:
		return Appended{}, false, nil
	case missing:
		return Appended{}, false, &IdempotencyError{ID: known.ID, Stream: known.Stream, Reason: "the rest of the batch is not"}
	}
	for i, rec := range found {
		if reason := b.Records[i].differs(rec); reason != "" {
			return Appended{}, false, &IdempotencyError{ID: rec.ID, Stream: rec.Stream, Reason: reason}
		}
		if i > 0 && rec.StreamVersion != found[i-1].StreamVersion+1 {
			return Appended{}, false, &IdempotencyError{ID: rec.ID, Stream: rec.Stream, Reason: "in another order"}
		}
	}
	first, last := found[0], found[len(found)-1]
	return Appended{
		First: first.StreamVersion, Last: last.StreamVersion,
		FirstPosition: first.Position, Position: last.Position,
		Duplicate: true,
	}, true, nil
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
