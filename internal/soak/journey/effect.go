package journey

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	insertRow       = `INSERT INTO effects (consumer, stream, version, event, place, tenure, age) VALUES ($1, $2, $3, $4, $5, $6, $7)`
	insertRowSQLite = `INSERT INTO effects (consumer, stream, version, event, place, tenure, age) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`
)

// row is the effect of one event.
func (t *tenures) row(consumer string, f *projection.Fact) []any {
	place := f.Headers[placeHeader]
	return []any{consumer, f.Stream.String(), int64(f.StreamVersion), f.ID.String(), place, t.of(place), time.Since(f.RecordedAt).Microseconds()}
}

// inPostgres writes rows to PostgreSQL.
func (t *tenures) inPostgres(consumer string) delivererOf[*pgmodel.Tx] {
	return func(ctx context.Context, tx *pgmodel.Tx, f *projection.Fact) error {
		if err := mishap(ctx, f); err != nil {
			return err
		}
		tx.Queue(insertRow, t.row(consumer, f)...)
		return nil
	}
}

// inSQLite writes rows to a file.
func (t *tenures) inSQLite(consumer string) delivererOf[*sqlitemodel.Tx] {
	return func(ctx context.Context, tx *sqlitemodel.Tx, f *projection.Fact) error {
		if err := mishap(ctx, f); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, insertRowSQLite, t.row(consumer, f)...)
		return err
	}
}

// delivererOf gives one event its effect.
type delivererOf[T any] func(ctx context.Context, tx T, f *projection.Fact) error

func (d delivererOf[T]) handler() projection.Handler[T] {
	return delivery.Each[T](d, func(ctx context.Context, tx T, d delivererOf[T], f *projection.Fact) error { return d(ctx, tx, f) })
}

// errPoison is one that never passes.
var errPoison = errors.New("poison")

// mishap fails for poison, and by chance, and now and then takes longer than a lease.
func mishap(ctx context.Context, f *projection.Fact) error {
	switch n := rand.N(6000); {
	case f.Data.(Happening).Poison:
		return errPoison
	case n < 20:
		return errChance
	case n == 20:
		faults.Pause(ctx, 2*lease)
	}
	return ctx.Err()
}

// placeHeader tells an event from which partition it came.
const placeHeader = "place"

// tenures counts how often this process has begun to read each partition: a tenure
// ends when another one begins, and nothing of it may be committed afterwards.
type tenures struct {
	process string
	mu      sync.Mutex
	begun   map[string]int
}

func newTenures(process string) *tenures { return &tenures{process: process, begun: map[string]int{}} }

func (t *tenures) begin(place string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.begun[place]++
}

func (t *tenures) of(place string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return fmt.Sprintf("%s/%d", t.process, t.begun[place])
}

// observed is a source whose partitions count tenures, and tell events where they are.
type observed struct {
	delivery.Source
	*tenures
}

// Follow implements [delivery.Source].
func (o observed) Follow(ctx context.Context, consumer string, work func(ctx context.Context, p delivery.Partition)) error {
	return o.Source.Follow(ctx, consumer, func(ctx context.Context, p delivery.Partition) { work(ctx, observedPartition{p, o.tenures}) })
}

type observedPartition struct {
	delivery.Partition
	*tenures
}

// Open implements [delivery.Partition].
func (p observedPartition) Open(ctx context.Context, after delivery.Offset) (delivery.Feed, error) {
	p.begin(p.Name())
	feed, err := p.Partition.Open(ctx, after)
	if err != nil {
		return nil, err
	}
	return observedFeed{feed, p.Name()}, nil
}

type observedFeed struct {
	delivery.Feed
	place string
}

// Fetch implements [delivery.Feed].
func (f observedFeed) Fetch(ctx context.Context, limit int) (delivery.Batch, error) {
	b, err := f.Feed.Fetch(ctx, limit)
	for i := range b.Deliveries {
		if d := &b.Deliveries[i]; d.Attributes != nil {
			d.Attributes.Set(placeHeader, f.place)
		}
	}
	return b, err
}

// format is that of all messages. Reading, it keeps where they came from.
type format struct{ delivery.Binary }

func newFormat() format { return format{delivery.Binary{Source: "/journey"}} }

// Decode implements [delivery.Format].
func (f format) Decode(m *delivery.Message) (runtime.Record, error) {
	rec, err := f.Binary.Decode(m)
	if err != nil {
		return rec, err
	}
	headers := map[string]string{placeHeader: m.Attributes.Get(placeHeader)}
	for name, value := range rec.Headers {
		headers[name] = value
	}
	rec.Headers = headers
	return rec, nil
}
