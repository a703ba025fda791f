package runtime

import (
	"context"
	"fmt"
	"iter"
)

// Decoder is the one way from stored records to events of today: store reads,
// aggregates, projections and brokers all go through it. [Registry] and
// [Schema] implement it.
type Decoder interface {
	// AppendEvents appends the events of today that rec stands for. Errors carry
	// the raw record: *[UnknownTypeError], *[NewerVersionError],
	// *[UnknownVersionError], *[DecodeError]. On an error dst is returned as it was.
	// It sets rec.Sealing where the event has sealed fields, and nothing else of rec.
	AppendEvents(dst []Event, rec *Record) ([]Event, error)
}

// Loader is the part of a [Store] that reads one stream.
type Loader interface {
	Load(ctx context.Context, stream StreamID, opts ...LoadOption) iter.Seq2[Record, error]
}

// LoadAs loads a stream, decoded and upcast, as events of the interface or
// struct type E. Generated packages call it with their sealed Event interface.
// For errors see [Decode].
func LoadAs[E Event](ctx context.Context, store Loader, d Decoder, stream StreamID, opts ...LoadOption) iter.Seq2[Envelope[E], error] {
	return Decode[E](d, store.Load(ctx, stream, opts...))
}

// Decode turns records into envelopes with events of type E.
//
// An error of records ends the iteration. An error of the decoder, or an event
// that is no E (*[UnexpectedEventError]), comes with the envelope's Meta filled
// in and does not: whoever breaks off stops there, whoever continues skips the
// record, and whoever wants to keep it takes it from the error. One that matches
// [ErrKeysUnavailable] says nothing about the record: break off, and come back.
func Decode[E Event](d Decoder, records iter.Seq2[Record, error]) iter.Seq2[Envelope[E], error] {
	return func(yield func(Envelope[E], error) bool) {
		var events []Event
		var rec Record // outside the loop: its address escapes, and so once only
		for next, err := range records {
			if rec = next; err != nil {
				yield(Envelope[E]{Meta: rec.Meta}, err)
				return
			}
			events, err = d.AppendEvents(events[:0], &rec)
			if err != nil {
				if !yield(Envelope[E]{Meta: rec.Meta}, err) {
					return
				}
				continue
			}
			if !yieldAs(yield, &rec.Meta, events) {
				return
			}
		}
	}
}

func yieldAs[E Event](yield func(Envelope[E], error) bool, meta *Meta, events []Event) bool {
	for i, event := range events {
		meta.Ordinal = i
		var err error
		data, ok := event.(E)
		if !ok {
			err = &UnexpectedEventError{Meta: *meta, Event: event}
		}
		if !yield(Envelope[E]{Meta: *meta, Data: data}, err) {
			return false
		}
	}
	return true
}

// UnknownTypeError says that no schema at hand knows the record's type: it was
// written by a newer build, or by another program.
type UnknownTypeError struct {
	Record Record
}

func (e *UnknownTypeError) Error() string {
	return fmt.Sprintf("%s: event type %q is unknown", whereIs(&e.Record.Meta), e.Record.Type)
}

// NewerVersionError says that the record was written by a newer build.
type NewerVersionError struct {
	Record Record
	// Latest is the newest version that this build knows.
	Latest int
}

func (e *NewerVersionError) Error() string {
	return fmt.Sprintf("%s: %s version %d is newer than this build, which knows versions up to %d",
		whereIs(&e.Record.Meta), e.Record.Type, e.Record.Version, e.Latest)
}

// UnknownVersionError says that the record's version is in no schema, although
// newer ones are.
type UnknownVersionError struct {
	Record Record
}

func (e *UnknownVersionError) Error() string {
	return fmt.Sprintf("%s: %s has no version %d", whereIs(&e.Record.Meta), e.Record.Type, e.Record.Version)
}

// DecodeError says that a stored payload could not be decoded or upcast, and
// wraps the reason. The text does not repeat the payload.
type DecodeError struct {
	Record Record
	Err    error
}

func (e *DecodeError) Error() string {
	return fmt.Sprintf("%s: decode %s version %d: %v", whereIs(&e.Record.Meta), e.Record.Type, e.Record.Version, e.Err)
}

func (e *DecodeError) Unwrap() error { return e.Err }

// UnexpectedEventError says that an event is not of the type that was asked for:
// it belongs to another package or aggregate.
type UnexpectedEventError struct {
	Meta  Meta
	Event Event
}

func (e *UnexpectedEventError) Error() string {
	return fmt.Sprintf("%s: event %s does not belong here", whereIs(&e.Meta), e.Event.EventType())
}

func whereIs(m *Meta) string {
	return fmt.Sprintf("event %s at position %d (%s version %d)", m.ID, m.Position, m.Stream, m.StreamVersion)
}
