package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// GapError says that an event has to wait for those of its stream before it, which
// are still to come: from another partition, say. It is tried again like any event
// that failed.
type GapError struct {
	Stream runtime.StreamID
	// Last is the version that was taken in last, Version the one that came.
	Last, Version runtime.StreamVersion
}

func (e *GapError) Error() string {
	return fmt.Sprintf("version %d of %s waits for version %d", e.Version, e.Stream, e.Last+1)
}

// CollisionError says that two events claim one version of a stream: two stores
// send to one consumer, or a store was restored.
type CollisionError struct {
	Stream  runtime.StreamID
	Version runtime.StreamVersion
}

func (e *CollisionError) Error() string {
	return fmt.Sprintf("another event was taken in as version %d of %s", e.Version, e.Stream)
}

// SlowHandlerError says that a handler took longer than it may. It does not unwrap:
// that a database broke off is its consequence, and no reason to try at once.
type SlowHandlerError struct {
	Limit time.Duration
	Err   error
}

func (e *SlowHandlerError) Error() string {
	return fmt.Sprintf("handler took longer than %s: %v", e.Limit, e.Err)
}

// errNoInbox says that a database cannot remember what came in.
var errNoInbox = errors.New("the ledger of this database has no inbox")

// intake is the handler of a consumer's partition: it lets through what its own
// handler has not had, in the order of versions, and remembers that in the same transaction.
type intake[T any] struct {
	consumer string
	inner    projection.Handler[T]
	types    map[string]bool
	decoder  runtime.Decoder
	format   Format
	sparse   bool
	timeout  time.Duration
	bad      projection.Unreadable
	logger   *slog.Logger
	// todo and recall are of the goroutine that applies.
	todo   selection
	recall *recall
}

var _ projection.RecordHandler[any] = (*intake[any])(nil)

// Tables implements [projection.Handler]: they belong to the consumer, not to its partitions.
func (*intake[T]) Tables() []string { return nil }

// Create implements [projection.Handler].
func (*intake[T]) Create(context.Context, T) error { return nil }

// Apply implements [projection.Handler]; runners call ApplyRecords instead.
func (*intake[T]) Apply(context.Context, T, []projection.Fact) error { return nil }

// selection is what of some records has yet to have its effect. It is used again and
// again: its memory is that of the largest transaction.
type selection struct {
	facts []projection.Fact
	// index says of which record each fact is.
	index []int
	// streams are those of the records, places where they stand in streams, and last
	// what was taken in of each, these records included.
	streams []runtime.StreamID
	places  map[runtime.StreamID]int
	last    []projection.Taken
	events  []runtime.Event
}

// begin makes s empty, and finds the streams of records.
func (s *selection) begin(records []runtime.Record) {
	clear(s.facts) // so that their payloads are not kept
	clear(s.events[:cap(s.events)])
	s.facts, s.index, s.streams, s.last = s.facts[:0], s.index[:0], s.streams[:0], s.last[:0]
	s.facts, s.index = slices.Grow(s.facts, len(records)), slices.Grow(s.index, len(records))
	if s.places == nil {
		s.places = map[runtime.StreamID]int{}
	}
	clear(s.places)
	for i := range records {
		s.of(records[i].Stream)
	}
}

// of returns what was taken in of a stream last. Where it points to changes as streams are added.
func (s *selection) of(stream runtime.StreamID) *projection.Taken {
	place, known := s.places[stream]
	if !known {
		place = len(s.streams)
		s.places[stream] = place
		s.streams, s.last = append(s.streams, stream), append(s.last, projection.Taken{})
	}
	return &s.last[place]
}

// ApplyRecords implements [projection.RecordHandler].
func (h *intake[T]) ApplyRecords(ctx context.Context, tx T, l projection.Ledger, records []runtime.Record) error {
	inbox, ok := l.(projection.Inbox)
	if !ok {
		return errNoInbox
	}
	todo := &h.todo
	h.recall.begin()
	recalled := len(h.recall.known) > 0
	err := h.sort(ctx, inbox, todo, records)
	if err != nil && recalled { // another partition's transaction may have taken in what is missing
		h.recall.forget()
		err = h.sort(ctx, inbox, todo, records)
	}
	if err == nil {
		err = h.handle(ctx, tx, todo)
	}
	if err != nil {
		return err
	}
	h.recall.noted = todo.taken(h.recall.known)
	if len(h.recall.noted) == 0 {
		return nil
	}
	return inbox.Take(ctx, h.consumer, h.recall.known, h.recall.noted)
}

// sort finds what of records is to be done.
func (h *intake[T]) sort(ctx context.Context, inbox projection.Inbox, todo *selection, records []runtime.Record) error {
	todo.begin(records)
	if err := h.recall.ask(ctx, inbox, h.consumer, todo.streams); err != nil {
		return err
	}
	for i, stream := range todo.streams {
		todo.last[i] = h.recall.known[stream]
	}
	for i := range records {
		if err := h.add(ctx, todo, i, &records[i]); err != nil {
			return &projection.EventError{Index: i, Err: err}
		}
	}
	return nil
}

// taken returns what was taken in of streams of which there was less before.
func (s *selection) taken(before map[runtime.StreamID]projection.Taken) map[runtime.StreamID]projection.Taken {
	more := make(map[runtime.StreamID]projection.Taken, len(s.streams))
	for i, stream := range s.streams {
		if s.last[i] != before[stream] {
			more[stream] = s.last[i]
		}
	}
	return more
}

// add puts record i among what is to be done, unless it was done before.
func (h *intake[T]) add(ctx context.Context, todo *selection, i int, carried *runtime.Record) error {
	rec, err := restored(h.format, *carried)
	if err != nil {
		return h.unreadable(ctx, carried, err)
	}
	last := todo.of(rec.Stream)
	switch {
	case rec.StreamVersion == last.Version && rec.ID != last.Event && last.Event != uuid.Nil: // Nil: it was skipped
		return &CollisionError{rec.Stream, rec.StreamVersion}
	case rec.StreamVersion <= last.Version:
		return nil
	case rec.StreamVersion > last.Version+1 && !h.sparse:
		return &GapError{rec.Stream, last.Version, rec.StreamVersion}
	}
	todo.events, err = h.decoder.AppendEvents(todo.events[:0], &rec)
	if err != nil {
		err = h.unreadable(ctx, carried, err)
	}
	if err != nil {
		return err
	}
	for ordinal, event := range todo.events {
		if h.types[event.EventType()] {
			fact := projection.Fact{Meta: rec.Meta, Data: event}
			fact.Ordinal = ordinal
			todo.facts, todo.index = append(todo.facts, fact), append(todo.index, i)
		}
	}
	*last = projection.Taken{Version: rec.StreamVersion, Event: rec.ID}
	return nil
}

// unreadable returns err unless what cannot be read is to be skipped. That keys cannot be
// had says nothing about the message: it waits for them.
func (h *intake[T]) unreadable(ctx context.Context, carried *runtime.Record, err error) error {
	if h.bad != projection.SkipUnreadable || errors.Is(err, runtime.ErrKeysUnavailable) {
		return err
	}
	h.logger.WarnContext(ctx, "message skipped that cannot be read", slog.String("consumer", h.consumer),
		slog.Int64("offset", int64(carried.Position)), slog.Any("error", err))
	return nil
}

// handle calls the handler, within its time.
func (h *intake[T]) handle(ctx context.Context, tx T, todo *selection) error {
	if len(todo.facts) == 0 {
		return nil
	}
	limit := h.timeout * time.Duration(len(todo.facts))
	bounded, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := h.inner.Apply(bounded, tx, todo.facts)
	if err != nil && bounded.Err() != nil && ctx.Err() == nil {
		return &SlowHandlerError{limit, err}
	}
	var known *projection.EventError
	if errors.As(err, &known) && known.Index >= 0 && known.Index < len(todo.index) {
		return &projection.EventError{Index: todo.index[known.Index], Err: known.Err}
	}
	return err
}
