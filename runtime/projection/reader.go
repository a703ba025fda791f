package projection

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/evgen/evgen/runtime"
)

// reader reads and decodes for one shard, one batch ahead of who applies them.
type reader struct {
	tail    *tail
	decoder runtime.Decoder
	filter  runtime.Filter
	types   map[string]bool
	// raw says that nothing is decoded.
	raw        bool
	key        func(*Fact) string
	shard      Shard
	unreadable Unreadable
	limit      Batching
	logger     *slog.Logger
	// bound returns how far the shard may go at most, given where the store ends.
	bound func(ctx context.Context, head runtime.Position) (runtime.Position, error)
	// moved tells that the bound may have.
	moved *runtime.Signal

	at     runtime.Position
	events []runtime.Event
	out    chan *batch
	free   chan *batch
}

// run sends batches until ctx ends or reading fails, and closes out.
func (r *reader) run(ctx context.Context) error {
	defer close(r.out)
	first, wait := true, boundPoll
	for {
		grown, moved := r.tail.grown.Changed(), r.moved.Changed()
		head, _ := r.tail.end()
		until, err := r.bound(ctx, head)
		if err != nil {
			return err
		}
		if until > r.at || first {
			first, wait = false, boundPoll
			if err := r.readTo(ctx, max(until, r.at)); err != nil {
				return err
			}
			continue
		}
		if wait = min(2*wait, slowestPoll); head == until {
			wait = slowestPoll
		}
		if err := await(ctx, grown, moved, wait); err != nil {
			return err
		}
	}
}

// How often a version that waits for the live one looks where that is, unless it
// is told.
const (
	boundPoll   = 5 * time.Millisecond
	slowestPoll = time.Second
)

func await(ctx context.Context, grown, moved <-chan struct{}, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-grown:
	case <-moved:
	case <-timer.C:
	}
	return nil
}

// readTo sends what lies up to until. The last batch is sent even if it is empty:
// events that are filtered out move the checkpoint too.
func (r *reader) readTo(ctx context.Context, until runtime.Position) error {
	b := r.empty()
	filter := r.filter
	filter.Until = until
	var rec runtime.Record // outside the loop: its address escapes, and so once only
	for next, err := range r.records(ctx, filter) {
		if err != nil {
			return err
		}
		if rec = next; r.add(ctx, b, &rec) != nil {
			return r.stopAt(ctx, b, &rec)
		}
		r.at = rec.Position
		if b.full(r.limit) {
			b.to = r.at
			if err := r.send(ctx, b); err != nil {
				return err
			}
			b = r.empty()
		}
	}
	r.at, b.to, b.tip = until, until, true
	return r.send(ctx, b)
}

// records yields what lies up to f.Until, and ends nowhere before: a store whose
// server has restarted may not know at once that it is settled so far.
func (r *reader) records(ctx context.Context, f runtime.Filter) func(func(runtime.Record, error) bool) {
	if f.Until == r.at { // Until 0 would mean: without a bound
		return func(func(runtime.Record, error) bool) {}
	}
	return r.tail.source.Subscribe(ctx, r.at, f)
}

// stopAt sends what came before a record that nobody may pass.
func (r *reader) stopAt(ctx context.Context, b *batch, rec *runtime.Record) error {
	b.to = r.at
	if err := r.send(ctx, b); err != nil {
		return err
	}
	return guarded(func() error { return r.addFacts(&batch{}, rec) })
}

// errStop says that a record must not be passed.
var errStop = errors.New("record cannot be read")

// add decodes rec and appends its facts to b, as far as they are the shard's.
func (r *reader) add(ctx context.Context, b *batch, rec *runtime.Record) error {
	if r.raw {
		r.addRaw(b, rec)
		return nil
	}
	n, bytes := len(b.facts), b.bytes
	if err := guarded(func() error { return r.addFacts(b, rec) }); err != nil {
		b.facts, b.origins, b.bytes = b.facts[:n], b.origins[:n], bytes
		return r.addUnreadable(ctx, b, rec, err)
	}
	return nil
}

// addFacts appends what rec means. After an error, or a panic, b may hold a part of it.
func (r *reader) addFacts(b *batch, rec *runtime.Record) (err error) {
	r.events, err = r.decoder.AppendEvents(r.events[:0], rec)
	if err != nil {
		return err
	}
	for i, event := range r.events {
		if !r.types[event.EventType()] {
			continue
		}
		b.facts = append(b.facts, Fact{Meta: rec.Meta, Data: event})
		f := &b.facts[len(b.facts)-1]
		f.Ordinal = i
		key := r.key(f)
		slot := SlotOf(key)
		if !r.shard.Holds(slot) {
			b.facts = b.facts[:len(b.facts)-1]
			continue
		}
		b.origins = append(b.origins, origin{data: rec.Data, key: key, slot: slot})
		b.bytes += len(rec.Data)
	}
	return nil
}

func (r *reader) addUnreadable(ctx context.Context, b *batch, rec *runtime.Record, err error) error {
	key := rec.Stream.String()
	slot := SlotOf(key)
	switch {
	case unavailable(err): // no fault of the record's: wait until they are
		return errStop
	case !r.shard.Holds(slot):
	case r.unreadable == StopAtUnreadable:
		return errStop
	case r.unreadable == SkipUnreadable:
		r.logger.WarnContext(ctx, "record skipped that cannot be read", slog.Any("error", err))
	default:
		b.facts = append(b.facts, Fact{Meta: rec.Meta})
		b.origins = append(b.origins, origin{data: rec.Data, key: key, slot: slot, err: err})
		b.bytes += len(rec.Data)
	}
	return nil
}

func (r *reader) send(ctx context.Context, b *batch) error {
	select {
	case r.out <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// empty returns a batch to fill, one that has been applied if there is any.
func (r *reader) empty() *batch {
	var b *batch
	select {
	case b = <-r.free:
	default:
		b = &batch{}
	}
	b.reset()
	return b
}

// recycle takes back a batch that has been applied.
func (r *reader) recycle(b *batch) {
	select {
	case r.free <- b:
	default:
	}
}
