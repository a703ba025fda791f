package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

// writer appends one batch to a stream of its own; n counts its batches.
type writer func(ctx context.Context, stream runtime.StreamID, n int) error

// contender is one way to append: load is how many writers there are, and how many events each appends at once.
type contender struct {
	name    string
	prepare func(ctx context.Context, dsn, commit string, size int) (writer, func(), error)
}

var contenders = []contender{
	{"bare INSERT", prepareInsert},
	{"COPY", prepareCopy},
	{"evgen", prepareStore},
}

// load is how many writers append how many events at once.
type load struct {
	name           string
	writers, batch int
	limit          string // the contender to compare with
	goal           float64
}

var loads = []load{
	{"1 writer", 1, 1, "bare INSERT", 0.85},
	{"16 writers", 16, 1, "bare INSERT", 1},
	{"batches of 100", 1, 100, "COPY", 0.85},
}

func measureAppend(ctx context.Context, b *bench) error {
	for _, commit := range []string{"on", "off"} {
		if err := b.appends(ctx, commit); err != nil {
			return err
		}
	}
	return nil
}

// appends measures all contenders under all loads, turn by turn.
func (b *bench) appends(ctx context.Context, commit string) error {
	got := map[string]series{}
	for range b.runs {
		for _, l := range loads {
			for _, c := range contenders {
				r, err := b.appendOnce(ctx, c, l, commit)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, l.name, err)
				}
				got[l.name+c.name] = append(got[l.name+c.name], r)
			}
		}
	}
	rows := [][]string{{"events/s", "bare INSERT", "COPY", "evgen", "slowest..fastest", "against its limit"}}
	for _, l := range loads {
		ours, limit := got[l.name+"evgen"], got[l.name+l.limit]
		rows = append(rows, []string{
			l.name, rate(got[l.name+"bare INSERT"].median()), rate(got[l.name+"COPY"].median()), rate(ours.median()), ours.spread(),
			against(ours.median(), limit.median(), l.goal) + " of " + l.limit,
		})
	}
	print("Append, about 300 bytes of payload, fsync on, synchronous_commit "+commit, rows)
	return nil
}

// appendOnce appends for one window, to a database of its own, and returns events per second.
func (b *bench) appendOnce(ctx context.Context, c contender, l load, commit string) (float64, error) {
	dsn, drop, err := b.database(ctx)
	if err != nil {
		return 0, err
	}
	defer drop()
	write, done, err := c.prepare(ctx, dsn, commit, l.batch)
	if err != nil {
		return 0, err
	}
	defer done()
	if err := b.checkpoint(ctx); err != nil {
		return 0, err
	}
	if _, err := together(ctx, write, l, b.window/4); err != nil { // warm up
		return 0, err
	}
	return together(ctx, write, l, b.window)
}

// together lets l's writers append for window.
func together(ctx context.Context, write writer, l load, window time.Duration) (float64, error) {
	var wg sync.WaitGroup
	var events atomic.Int64
	errs := make(chan error, l.writers)
	start := time.Now()
	for range l.writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			stream := memory.MemoryStream(uuid.New())
			for n := 0; time.Since(start) < window; n++ {
				if err := write(ctx, stream, n); err != nil {
					errs <- err
					return
				}
				events.Add(int64(l.batch))
			}
		}()
	}
	wg.Wait()
	took := time.Since(start)
	select {
	case err := <-errs:
		return 0, err
	default:
		return float64(events.Load()) / took.Seconds(), nil
	}
}

func preparePlain(ctx context.Context, dsn, commit string) (*pgxpool.Pool, error) {
	p, err := pool(ctx, dsn, commit, 16)
	if err != nil {
		return nil, err
	}
	if _, err := p.Exec(ctx, createPlain); err != nil {
		p.Close()
		return nil, err
	}
	return p, nil
}

// batchOf makes the records of a batch, encoded anew each time as a program would.
func batchOf(stream runtime.StreamID, n, size int) ([]runtime.Record, error) {
	batch, err := runtime.NewBatch(context.Background(), stream, runtime.ExpectAny(), runtime.Root(), events(n, size))
	if err != nil {
		return nil, err
	}
	for i := range batch.Records {
		batch.Records[i].StreamVersion = runtime.StreamVersion(n*size + i + 1)
	}
	return batch.Records, nil
}

func events(n, size int) []runtime.Event {
	out := make([]runtime.Event, size)
	for i := range out {
		out[i] = created(n*size + i)
	}
	return out
}

func prepareInsert(ctx context.Context, dsn, commit string, size int) (writer, func(), error) {
	p, err := preparePlain(ctx, dsn, commit)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, stream runtime.StreamID, n int) error {
		recs, err := batchOf(stream, n, size)
		for i := range recs {
			if err == nil {
				err = insertBare(ctx, p, &recs[i])
			}
		}
		return err
	}, p.Close, nil
}

func prepareCopy(ctx context.Context, dsn, commit string, size int) (writer, func(), error) {
	p, err := preparePlain(ctx, dsn, commit)
	if err != nil {
		return nil, nil, err
	}
	return func(ctx context.Context, stream runtime.StreamID, n int) error {
		recs, err := batchOf(stream, n, size)
		if err != nil {
			return err
		}
		return copyBare(ctx, p, recs)
	}, p.Close, nil
}

func prepareStore(ctx context.Context, dsn, commit string, size int) (writer, func(), error) {
	p, err := pool(ctx, dsn, commit, 16)
	if err != nil {
		return nil, nil, err
	}
	s, err := postgres.New(ctx, p, postgres.WithMigrations())
	if err != nil {
		p.Close()
		return nil, nil, err
	}
	write := func(ctx context.Context, stream runtime.StreamID, n int) error {
		_, err := s.Append(ctx, stream, runtime.ExpectVersion(runtime.StreamVersion(n*size)), runtime.Root(), events(n, size)...)
		return err
	}
	return write, func() { _ = s.Close(); p.Close() }, nil
}
