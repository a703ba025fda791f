package postgres

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
)

// Each benchmark runs beside its limit: the bare INSERT, or COPY, of the same
// rows into the same indexed table, from the same pool. One round of each after
// the other, so that both meet the same machine.

// sampleData has about 300 bytes.
var sampleData = strings.Repeat("Ada ", 60)

func sample() runtime.Event {
	return sampleevents.OrderPlaced{Customer: sampleData, AmountCents: 4200, Currency: "EUR"}
}

// bare is what the limits write: one row of a stream of its own.
const bare = `INSERT INTO evgen.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, data)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

var bareColumns = []string{"id", "stream", "version", "type", "type_version", "tenant", "correlation", "causation", "actor", "occurred_at", "data"}

func bareRow(stream string, version int64, data []byte) []any {
	id := [16]byte(uuid.Must(uuid.NewV7()))
	return []any{id, stream, version, "orders.OrderPlaced", int32(1), "", id, id, "", time.Now(), data}
}

func benchPool(b *testing.B) *pgxpool.Pool {
	cfg, err := pgxpool.ParseConfig(pgtest.Database(b))
	if err != nil {
		b.Fatal(err)
	}
	cfg.MaxConns = 20
	pool, err := pgxpool.NewWithConfig(context.Background(), cfg)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	return pool
}

// side is one of two that are compared: it writes events, in n calls by so many writers.
type side func(writers, n int)

func inWriters(b *testing.B, call func() error) side {
	return func(writers, n int) {
		var wg sync.WaitGroup
		for range writers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				for range n / writers {
					if err := call(); err != nil {
						b.Error(err)
						return
					}
				}
			}()
		}
		wg.Wait()
	}
}

// compare lets both sides take turns and reports the rate of ours and its ratio to the limit's.
func compare(b *testing.B, writers, calls, events int, ours, limit side) {
	const rounds = 5
	ours(writers, calls/10)
	limit(writers, calls/10)
	var took, limits time.Duration
	for b.Loop() {
		for range rounds {
			start := time.Now()
			limit(writers, calls/rounds)
			limits += time.Since(start)
			start = time.Now()
			ours(writers, calls/rounds)
			took += time.Since(start)
		}
	}
	b.ReportMetric(float64(b.N*calls*events)/took.Seconds(), "events/s")
	b.ReportMetric(float64(b.N*calls*events)/limits.Seconds(), "limit/s")
	b.ReportMetric(limits.Seconds()/took.Seconds(), "ratio")
}

func BenchmarkAppendOne(b *testing.B) {
	for _, writers := range []int{1, 4, 16} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			ctx, pool := context.Background(), benchPool(b)
			s := newOnPool(b, pool, WithMigrations())
			data, _ := sample().AppendJSON(nil)
			ours := inWriters(b, func() error {
				_, err := s.Append(ctx, sampleevents.OrderStream(uuid.New()), runtime.ExpectNew(), runtime.Root(), sample())
				return err
			})
			limit := inWriters(b, func() error {
				_, err := pool.Exec(ctx, bare, bareRow(sampleevents.OrderStream(uuid.New()).String(), 1, data)...)
				return err
			})
			compare(b, writers, 2000*min(writers, 4), 1, ours, limit)
		})
	}
}

func BenchmarkAppendHundred(b *testing.B) {
	ctx, pool := context.Background(), benchPool(b)
	s := newOnPool(b, pool, WithMigrations())
	data, _ := sample().AppendJSON(nil)
	events := make([]runtime.Event, 100)
	for i := range events {
		events[i] = sample()
	}
	ours := inWriters(b, func() error {
		_, err := s.Append(ctx, sampleevents.OrderStream(uuid.New()), runtime.ExpectNew(), runtime.Root(), events...)
		return err
	})
	limit := inWriters(b, func() error {
		stream := sampleevents.OrderStream(uuid.New()).String()
		_, err := pool.CopyFrom(ctx, pgx.Identifier{"evgen", "events"}, bareColumns, pgx.CopyFromSlice(len(events), func(i int) ([]any, error) {
			return bareRow(stream, int64(i+1), data), nil
		}))
		return err
	})
	compare(b, 1, 500, len(events), ours, limit)
}

// The limit of an import is COPY into the table without its two further indexes,
// and these built afterwards.
func BenchmarkImport(b *testing.B) {
	const total = 100_000
	ctx := context.Background()
	var took, limits time.Duration
	for b.Loop() {
		pool := benchPool(b)
		s := newOnPool(b, pool, WithMigrations())
		start := time.Now()
		if _, err := s.Import(ctx, rawRecords(total, total/10)); err != nil {
			b.Fatal(err)
		}
		took += time.Since(start)
		limits += copyThenIndex(b, benchPool(b), total)
	}
	b.ReportMetric(float64(b.N*total)/took.Seconds(), "events/s")
	b.ReportMetric(float64(b.N*total)/limits.Seconds(), "limit/s")
	b.ReportMetric(limits.Seconds()/took.Seconds(), "ratio")
}

func copyThenIndex(b *testing.B, pool *pgxpool.Pool, total int) time.Duration {
	ctx := context.Background()
	newOnPool(b, pool, WithMigrations())
	exec := func(sql string) {
		if _, err := pool.Exec(ctx, sql); err != nil {
			b.Fatal(err)
		}
	}
	exec(`DROP INDEX evgen.events_by_stream, evgen.events_by_id`)
	start := time.Now()
	_, err := pool.CopyFrom(ctx, pgx.Identifier{"evgen", "events"}, bareColumns, pgx.CopyFromSlice(total, func(i int) ([]any, error) {
		return bareRow(stream(i%(total/10)).String(), int64(i+1), []byte(fmt.Sprintf(`{"n":%d}`, i))), nil
	}))
	if err != nil {
		b.Fatal(err)
	}
	exec(`CREATE UNIQUE INDEX events_by_stream ON evgen.events (stream, version)`)
	exec(`CREATE UNIQUE INDEX events_by_id ON evgen.events (id)`)
	return time.Since(start)
}
