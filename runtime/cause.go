package runtime

import (
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// ErrNoCause refuses an append whose [Cause] lacks a correlation or causation
// id, as the zero Cause does. Start a chain with [Root], continue it with [CausedBy].
var ErrNoCause = errors.New("cause has no correlation or no causation id (use runtime.Root or runtime.CausedBy)")

// Lineage identifies something that can cause events. It is itself a [Causer],
// for causes that are not events: a message, a job, a request.
type Lineage struct {
	ID          uuid.UUID
	Correlation uuid.UUID
	Tenant      Tenant
	Actor       string
}

// Lineage returns l.
func (l Lineage) Lineage() Lineage { return l }

// Causer is whatever can cause an event: a [Meta], [Record] or [Envelope], or a
// command of yours.
type Causer interface {
	Lineage() Lineage
}

// Cause says why events come to be, and carries what travels with them. It is a
// value: the With methods return a changed copy. The zero Cause is refused with [ErrNoCause].
type Cause struct {
	correlation uuid.UUID
	causation   uuid.UUID
	command     uuid.UUID
	tenant      Tenant
	actor       string
	occurredAt  time.Time
	headers     map[string]string
}

// Root starts a chain: a new UUIDv7 is both its correlation and its causation id.
func Root() Cause {
	id := newID()
	return Cause{correlation: id, causation: id}
}

// CausedBy continues the chain of c: its correlation, tenant and actor are kept,
// its id becomes the causation. Headers are not inherited.
func CausedBy(c Causer) Cause {
	l := c.Lineage()
	return Cause{correlation: l.Correlation, causation: l.ID, tenant: l.Tenant, actor: l.Actor}
}

// WithCorrelation sets the id that all events of the chain share.
func (c Cause) WithCorrelation(id uuid.UUID) Cause { c.correlation = id; return c }

// WithCausation sets the id of what led to the events.
func (c Cause) WithCausation(id uuid.UUID) Cause { c.causation = id; return c }

// WithCommand makes the append idempotent: event ids are derived from the
// command id, the stream and the event's place in the batch, so that a retry is
// recognised. Give each append of one command to one stream a command id of its own.
func (c Cause) WithCommand(id uuid.UUID) Cause { c.command = id; return c }

// WithTenant sets the tenant on whose behalf the events are recorded.
func (c Cause) WithTenant(t Tenant) Cause { c.tenant = t; return c }

// WithActor sets who or what acted.
func (c Cause) WithActor(actor string) Cause { c.actor = actor; return c }

// WithOccurredAt sets the producer's time; without it the time of the append is
// taken. Stores keep whole microseconds.
func (c Cause) WithOccurredAt(t time.Time) Cause { c.occurredAt = t; return c }

// WithHeader adds one header, such as "traceparent". c's own headers stay as they are.
func (c Cause) WithHeader(name, value string) Cause {
	headers := make(map[string]string, len(c.headers)+1)
	maps.Copy(headers, c.headers)
	headers[name] = value
	c.headers = headers
	return c
}

// Correlation returns the id that all events of the chain share.
func (c Cause) Correlation() uuid.UUID { return c.correlation }

// Causation returns the id of what led to the events.
func (c Cause) Causation() uuid.UUID { return c.causation }

// Command returns the id given to WithCommand, or the zero UUID.
func (c Cause) Command() uuid.UUID { return c.command }

// Tenant returns the tenant on whose behalf the events are recorded.
func (c Cause) Tenant() Tenant { return c.tenant }

// Check returns [ErrNoCause] unless correlation and causation are set.
func (c Cause) Check() error {
	if c.correlation == uuid.Nil || c.causation == uuid.Nil {
		return ErrNoCause
	}
	return nil
}

// EventID returns the id of event number ordinal (from 0) of an append to
// stream: a UUIDv5 if the cause names a command, else a new UUIDv7.
func (c Cause) EventID(stream StreamID, ordinal int) uuid.UUID {
	if c.command == uuid.Nil {
		return newID()
	}
	name := make([]byte, 0, 64)
	name = append(name, stream.String()...)
	name = append(name, '#')
	return uuid.NewSHA1(c.command, strconv.AppendInt(name, int64(ordinal), 10))
}

// newID panics only where the operating system has no randomness left, as
// crypto/rand does.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
