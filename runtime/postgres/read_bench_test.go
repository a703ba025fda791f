package postgres

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// manyRecords is a store of n records of an older version, of about 300 bytes each.
func manyRecords(b *testing.B, n int) *Store {
	s := newStore(b)
	insert := `
INSERT INTO evgen.events (id, stream, version, type, type_version, tenant, correlation, causation, actor, occurred_at, data)
SELECT gen_random_uuid(), 'Memory-' || (n / 20), n % 20 + 1, 'memory.MemoryCreated', 1, 'acme', gen_random_uuid(), gen_random_uuid(), 'ada', now(), $2::bytea
FROM generate_series(0, $1 - 1) AS n`
	data := `{"content":"` + strings.Repeat("Ada ", 60) + `","created_at":"2024-02-29T12:00:00.123456Z"}`
	for _, sql := range []string{insert, `ANALYZE evgen.events`} {
		args := []any{n, []byte(data)}
		if sql != insert {
			args = nil
		}
		if _, err := s.pool.Exec(context.Background(), sql, args...); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// BenchmarkReplay reads a log: as raw rows, which is the limit, as records, and
// as events that are decoded and upcast.
func BenchmarkReplay(b *testing.B) {
	const total = 100_000
	s := manyRecords(b, total)
	ctx := context.Background()
	records := func() (n int, err error) {
		for _, err := range s.ReadAll(ctx, 0, runtime.Filter{}) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	events := func() (n int, err error) {
		for _, err := range runtime.Decode[memory.Event](memory.Schema(), s.ReadAll(ctx, 0, runtime.Filter{})) {
			if err != nil {
				return n, err
			}
			n++
		}
		return n, nil
	}
	raw := func() (n int, err error) { return readRaw(ctx, s) }
	for _, c := range []struct {
		name string
		read func() (int, error)
	}{{"limit: raw binary SELECT", raw}, {"records", records}, {"decoded and upcast", events}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if n, err := c.read(); err != nil || n != total {
					b.Fatal(n, err)
				}
			}
			b.ReportMetric(float64(b.N*total)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

// readRaw touches every byte of every row, and makes nothing of it.
func readRaw(ctx context.Context, s *Store) (n int, err error) {
	sql := s.names.fill(`SELECT ` + eventColumns + ` FROM {schema}.events ORDER BY position`)
	rows, err := s.pool.Query(ctx, sql, pgx.QueryResultFormats{pgx.BinaryFormatCode})
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		rows.RawValues()
		n++
	}
	return n, rows.Err()
}

func BenchmarkLoadStream(b *testing.B) {
	s := manyRecords(b, 20_000)
	for i := range 2 {
		b.Run(fmt.Sprintf("events=%d", 20*i), func(b *testing.B) {
			stream := runtime.StreamOf("Memory", []string{uuid.NewString(), "7"}[i])
			b.ReportAllocs()
			for b.Loop() {
				if err := firstErrorOf(s.Load(context.Background(), stream)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHead(b *testing.B) {
	s := manyRecords(b, 1000)
	for b.Loop() {
		headOf(b, s)
	}
}
