package archive

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Option configures a [Projection].
type Option func(*config)

type config struct {
	every time.Duration
	full  int
	plain bool
}

// WithEvery sets how long records are gathered for a segment; a minute is the
// default. So much of the newest events an archive may lack.
func WithEvery(d time.Duration) Option { return func(c *config) { c.every = d } }

// WithFull sets how many bytes of payload are worth a segment at once; 1 MiB is the
// default. The runner's batches bound segments from above.
func WithFull(bytes int) Option { return func(c *config) { c.full = bytes } }

// Plain leaves segments uncompressed.
func Plain() Option { return func(c *config) { c.plain = true } }

// Projection returns a projection that writes all records of a store to sink, for a
// runner of runtime/projection to run: on any database of read models, which keeps the
// checkpoint, with a version of one shard. name is its ID and never changes.
//
// Whoever takes it up looks what the archive has: records behind the checkpoint that
// are there already are passed over, and what is missing in front of it, since
// somebody has removed segments, is read from store and written again. Of a store that
// has forgotten its oldest records already an archive that is new begins with the rest,
// and states so: see [ReadForgotten].
func Projection[T any](name string, store runtime.Reader, sink Sink, opts ...Option) projection.Projection[T] {
	c := config{every: time.Minute, full: 1 << 20}
	for _, opt := range opts {
		opt(&c)
	}
	return projection.Projection[T]{ID: name, Digest: "archive", Handler: &writer[T]{config: c, store: store, sink: sink}}
}

// writer is where one process has come to with its shard.
type writer[T any] struct {
	config
	store runtime.Reader
	sink  Sink

	mu    sync.Mutex
	epoch int64
	// through is how far the archive reaches, put when that was last moved.
	through runtime.Position
	put     time.Time
}

var _ projection.Forwarder[any] = (*writer[any])(nil)

// Tables implements [projection.Handler]: there are none.
func (*writer[T]) Tables() []string { return nil }

// Create implements [projection.Handler].
func (*writer[T]) Create(context.Context, T) error { return nil }

// Apply implements [projection.Handler]; runners call Forward instead.
func (*writer[T]) Apply(context.Context, T, []projection.Fact) error { return nil }

// Forward implements [projection.Forwarder]: one segment a call.
func (w *writer[T]) Forward(ctx context.Context, l *projection.Lease, records []runtime.Record) (int, error) {
	if l.Shard.First != 0 || l.Shard.Last != projection.Slots-1 {
		return 0, fmt.Errorf("archive %s has more than one shard: a segment holds all records of a stretch", l.Version.ID)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := w.begin(ctx, l); err != nil {
		return 0, err
	}
	skip := 0
	for skip < len(records) && records[skip].Position <= w.through {
		skip++
	}
	if err := w.gather(ctx, records[skip:]); err != nil {
		return skip, err
	}
	n, err := w.write(ctx, l.Version.Incarnation, records[skip:])
	return skip + n, err
}

// begin asks how far the archive reaches, once an owner, and mends it up to the checkpoint.
func (w *writer[T]) begin(ctx context.Context, l *projection.Lease) (err error) {
	if w.epoch == l.Epoch {
		return nil
	}
	life := l.Version.Incarnation
	if w.through, err = Through(ctx, w.sink, life); err != nil {
		return err
	}
	if err := w.mend(ctx, life, l.Shard.Position); err != nil {
		return fmt.Errorf("archive positions %d to %d again: %w", w.through+1, l.Shard.Position, err)
	}
	w.epoch = l.Epoch
	return nil
}

// mendAtOnce bounds a segment that is written again, in records.
const mendAtOnce = 5000

func (w *writer[T]) mend(ctx context.Context, life runtime.Incarnation, checkpoint runtime.Position) error {
	if w.through >= checkpoint {
		return nil
	}
	var records []runtime.Record
	for rec, err := range w.store.ReadAll(ctx, w.through, runtime.Filter{Until: checkpoint}) {
		if err != nil {
			return err
		}
		if records = append(records, rec); len(records) == mendAtOnce {
			if _, err := w.write(ctx, life, records); err != nil {
				return err
			}
			records = records[:0]
		}
	}
	_, err := w.write(ctx, life, records)
	return err
}

// gather waits, so that few records do not become a segment each, and the runner reads
// on meanwhile.
func (w *writer[T]) gather(ctx context.Context, records []runtime.Record) error {
	size := 0
	for i := range records {
		size += len(records[i].Data)
	}
	left := w.every - time.Since(w.put)
	if size >= w.full || left <= 0 || len(records) == 0 {
		return nil
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// write puts records into a segment that follows the last one, and returns how many
// are safe: all, or those in front of one that JSON cannot hold. That one is no dead
// letter: an archive must not lack what it has passed.
func (w *writer[T]) write(ctx context.Context, life runtime.Incarnation, records []runtime.Record) (int, error) {
	lines, n, refused := lined(records)
	if n == 0 {
		return 0, refused
	}
	last := records[n-1].Position
	if err := put(ctx, w.sink, segmentName(life, w.through+1, last, w.ending()), lines); err != nil {
		return 0, err
	}
	w.through, w.put = last, time.Now()
	return n, refused
}

// lined returns the lines of the first n records, and why the next one has none.
func lined(records []runtime.Record) (lines []byte, n int, err error) {
	for n < len(records) && err == nil {
		if lines, err = Append(lines, &records[n]); err == nil {
			n++
		}
	}
	return lines, n, err
}

func (w *writer[T]) ending() string {
	if w.plain {
		return linesEnding
	}
	return linesEnding + packedEnding
}

// ForwardLate implements [projection.Forwarder]. There are no letters of an archive.
func (w *writer[T]) ForwardLate(context.Context, *projection.Lease, runtime.Record) error { return nil }

// Leave implements [projection.Forwarder].
func (*writer[T]) Leave(*projection.Lease) {}
