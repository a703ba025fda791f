package runtime

import (
	"time"

	"github.com/google/uuid"
)

// Meta is everything that is known about an event besides its payload.
type Meta struct {
	// ID identifies the event for ever: a UUIDv7, or a UUIDv5 derived from a
	// command id where the producer asked for idempotent retries.
	ID uuid.UUID
	// Type and Version are those that were stored. After decoding, the payload
	// itself tells its current ones (Data.EventType, Data.EventVersion).
	Type    string
	Version int
	// Ordinal counts, from 0, the events into which one stored event was upcast.
	Ordinal int

	Stream        StreamID
	StreamVersion StreamVersion
	Position      Position
	Tenant        Tenant

	// Correlation is shared by all events of one chain; Causation is the id of
	// the command or event that led to this one.
	Correlation uuid.UUID
	Causation   uuid.UUID
	// Actor names who or what caused the event, in the producer's own terms.
	Actor string

	// OccurredAt is the producer's time, RecordedAt the store's: both UTC, in
	// whole microseconds. Within a stream RecordedAt never falls as
	// StreamVersion rises, except for imported records, which keep theirs; stores
	// with one writer promise the same of Position.
	OccurredAt time.Time
	RecordedAt time.Time

	// Headers carry what travels with the event without being part of it, such
	// as "traceparent". Read only: records of one append may share the map.
	Headers map[string]string

	// Sealing says what became of the event's sealed fields when it was decoded;
	// nil if it has none. No store keeps it.
	Sealing *Sealing
}

// Lineage makes a Meta, and so every [Record] and [Envelope], a [Causer].
func (m Meta) Lineage() Lineage {
	return Lineage{ID: m.ID, Correlation: m.Correlation, Tenant: m.Tenant, Actor: m.Actor}
}

// Record is an event as stored: the payload is the JSON that its producer wrote.
// Data is read only and stays valid: no store writes to it again.
type Record struct {
	Meta
	Data []byte
}

// Envelope is an event as programs see it: decoded, and upcast to the newest version.
type Envelope[T any] struct {
	Meta
	Data T
}

// Wrap puts data into the envelope of m.
func Wrap[T any](m Meta, data T) Envelope[T] { return Envelope[T]{Meta: m, Data: data} }

// Timestamp brings t to the form that stores keep: UTC, whole microseconds,
// rounded down, without a monotonic reading.
func Timestamp(t time.Time) time.Time { return t.Truncate(time.Microsecond).UTC() }
