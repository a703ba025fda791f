package delivery

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Relay returns a projection that writes the records of a store to sink, in their
// order, for a runner of runtime/projection to run: alone or beside others, on any
// database of read models, which keeps the checkpoint. types are stored types; none
// means all. name is the projection's ID and never changes, or everything is sent again.
//
// Without types every version of every stream is sent, which is what a [Consumer]
// goes by to tell what is missing.
func Relay[T any](name string, sink Sink, format Format, types ...string) projection.Projection[T] {
	return projection.Projection[T]{
		ID: name, Digest: "relay", Types: types,
		Handler: &relay[T]{name: name, sink: sink, format: format, writing: map[int]*route{}},
	}
}

// relay keeps a writer for each shard that this process owns.
type relay[T any] struct {
	name   string
	sink   Sink
	format Format

	mu      sync.Mutex
	writing map[int]*route
}

var (
	_ projection.Forwarder[any] = (*relay[any])(nil)
	_ projection.Adviser        = (*relay[any])(nil)
)

// route is an open writer, as one owner of a shard has opened it.
type route struct {
	Writer
	epoch int64
	// reached is the mark of what was written last.
	reached  Mark
	messages []Message
}

// Advice implements [projection.Adviser].
func (r *relay[T]) Advice() string { return adviceOf(r.sink) }

// Tables implements [projection.Handler]: there are none.
func (*relay[T]) Tables() []string { return nil }

// Create implements [projection.Handler].
func (*relay[T]) Create(context.Context, T) error { return nil }

// Apply implements [projection.Handler]; runners call Forward instead.
func (*relay[T]) Apply(context.Context, T, []projection.Fact) error { return nil }

// Forward implements [projection.Forwarder]. Records that the broker has, be it from
// an owner who did not live to move the checkpoint, are passed over; so are those
// that are not this version's to send, while a rebuilt relay catches up.
func (r *relay[T]) Forward(ctx context.Context, l *projection.Lease, records []runtime.Record) (int, error) {
	to, err := r.route(ctx, l)
	if err != nil {
		return 0, err
	}
	skip := 0
	for skip < len(records) && (records[skip].Position <= to.reached.Position || !l.Version.Effects(records[skip].Position)) {
		skip++
	}
	messages, err := r.encode(to, records[skip:])
	for i := range messages {
		messages[i].Mark = Mark{records[skip+i].Position, l.Version.Incarnation}
	}
	n, failed := r.write(ctx, l, to, messages)
	if failed != nil {
		err = failed
	}
	return skip + n, err
}

// ForwardLate implements [projection.Forwarder].
func (r *relay[T]) ForwardLate(ctx context.Context, l *projection.Lease, record runtime.Record) error {
	if !l.Version.Effects(record.Position) {
		return nil
	}
	to, err := r.route(ctx, l)
	if err != nil {
		return err
	}
	messages, err := r.encode(to, []runtime.Record{record})
	if err != nil {
		return err
	}
	messages[0].Mark = to.reached
	_, err = r.write(ctx, l, to, messages)
	return err
}

// encode returns the messages of records up to the first that has none, and why.
func (r *relay[T]) encode(to *route, records []runtime.Record) ([]Message, error) {
	clear(to.messages) // so that payloads are not kept
	to.messages = to.messages[:0]
	for i := range records {
		m, err := r.format.Encode(&records[i])
		if err != nil {
			return to.messages, &projection.EventError{Index: i, Err: fmt.Errorf("encode %s: %w", records[i].ID, err)}
		}
		to.messages = append(to.messages, m)
	}
	return to.messages, nil
}

// write writes messages. A writer that fails is given up: the next one begins where
// the broker says.
func (r *relay[T]) write(ctx context.Context, l *projection.Lease, to *route, messages []Message) (int, error) {
	if len(messages) == 0 {
		return 0, nil
	}
	n, err := to.Write(ctx, messages)
	if n > 0 {
		to.reached = messages[n-1].Mark
	}
	if err == nil {
		return n, nil
	}
	r.drop(l.Shard.Index, to)
	var refused *RefusedError
	if errors.As(err, &refused) {
		return n, &projection.EventError{Index: n, Err: err}
	}
	return n, fmt.Errorf("write to the broker: %w", err)
}

// route returns the writer of l's shard, opening it for a new owner.
func (r *relay[T]) route(ctx context.Context, l *projection.Lease) (*route, error) {
	r.mu.Lock()
	to := r.writing[l.Shard.Index]
	r.mu.Unlock()
	if to != nil && to.epoch == l.Epoch {
		return to, nil
	}
	if to != nil {
		r.drop(l.Shard.Index, to)
	}
	w, err := r.sink.Open(ctx, Owner{
		Relay: r.name, Shard: l.Shard.Index, First: l.Shard.First, Last: l.Shard.Last,
		Epoch: l.Epoch, Incarnation: l.Version.Incarnation,
	})
	if err != nil {
		return nil, fmt.Errorf("open the broker: %w", err)
	}
	to = &route{Writer: w, epoch: l.Epoch, reached: Mark{l.Shard.Position, l.Version.Incarnation}}
	if last := w.Last(); last.Incarnation == l.Version.Incarnation && last.Position > to.reached.Position {
		to.reached = last
	}
	r.mu.Lock()
	r.writing[l.Shard.Index] = to
	r.mu.Unlock()
	return to, nil
}

// Leave implements [projection.Forwarder].
func (r *relay[T]) Leave(l *projection.Lease) {
	r.mu.Lock()
	to := r.writing[l.Shard.Index]
	r.mu.Unlock()
	if to != nil && to.epoch == l.Epoch {
		r.drop(l.Shard.Index, to)
	}
}

func (r *relay[T]) drop(shard int, to *route) {
	to.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.writing[shard] == to {
		delete(r.writing, shard)
	}
}
