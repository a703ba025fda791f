package postgres

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func rawRecord(i, streams int) runtime.Record {
	id := uuid.NewSHA1(uuid.Nil, []byte(fmt.Sprint(i)))
	return runtime.Record{
		Meta: runtime.Meta{ID: id, Type: "orders.Ancient", Version: 1, Stream: stream(i % streams), Correlation: id, Causation: id},
		Data: []byte(fmt.Sprintf(`{"n":%d}`, i)),
	}
}

func rawRecords(n, streams int) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for i := range n {
			if !yield(rawRecord(i, streams), nil) {
				return
			}
		}
	}
}

func TestImportThatBrokeOffGoesOnWhereItStood(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	const total = 2*importRecords + 500
	torn := errors.New("the tape is torn")
	done, err := s.Import(ctx, func(yield func(runtime.Record, error) bool) {
		for rec := range rawRecords(importRecords+7, 300) {
			if !yield(rec, nil) {
				return
			}
		}
		yield(runtime.Record{}, torn)
	})
	if !errors.Is(err, torn) || done.Events != importRecords {
		t.Fatalf("%+v, %v", done, err)
	}
	done, err = s.Import(ctx, rawRecords(total, 300))
	if want := (runtime.Imported{Events: total - importRecords, Duplicates: importRecords, Position: total}); err != nil || done != want {
		t.Fatalf("%+v, %v; want %+v", done, err, want)
	}
	next := map[string]int64{}
	for i, r := range rows(t, s) {
		if next[r.Stream]++; r.Version != next[r.Stream] || string(r.Data) != fmt.Sprintf(`{"n":%d}`, i) {
			t.Fatalf("event %d: %+v", i, r)
		}
	}
}

func TestImportAndAppendsShareStreams(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	stop := make(chan struct{})
	appends := make(chan int)
	go func() {
		n := 0
		for {
			select {
			case <-stop:
				appends <- n
				return
			default:
			}
			if _, err := s.Append(ctx, stream(n%40), runtime.ExpectAny(), runtime.Root(), placed(1)); err != nil {
				t.Error(err)
			}
			n++
		}
	}()
	_, err := s.Import(ctx, rawRecords(3*importRecords, 40))
	close(stop)
	want := 3*importRecords + <-appends
	if err != nil {
		t.Fatal(err)
	}
	next := map[string]int64{}
	all := rows(t, s)
	for _, r := range all {
		if next[r.Stream]++; r.Version != next[r.Stream] {
			t.Fatalf("version %d of %s at position %d", r.Version, r.Stream, r.Position)
		}
	}
	if len(all) != want {
		t.Errorf("%d events, want %d", len(all), want)
	}
}

func TestImportKnowsWhatComesTwice(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	twice := func(second runtime.Record) iter.Seq2[runtime.Record, error] {
		return func(yield func(runtime.Record, error) bool) {
			_ = yield(rawRecord(1, 1), nil) && yield(second, nil)
		}
	}
	other := rawRecord(1, 1)
	other.Data = []byte(`{}`)
	var different *runtime.IdempotencyError
	if _, err := s.Import(ctx, twice(other)); !errors.As(err, &different) {
		t.Errorf("%v", err)
	}
	if done, err := s.Import(ctx, twice(rawRecord(1, 1))); err != nil || done.Events != 1 || done.Duplicates != 1 {
		t.Errorf("%+v, %v", done, err)
	}
}

func bulkThatBreaks(n int, then runtime.Record, err error) iter.Seq2[runtime.Record, error] {
	return func(yield func(runtime.Record, error) bool) {
		for rec := range rawRecords(n, 300) {
			if !yield(rec, nil) {
				return
			}
		}
		yield(then, err)
	}
}

// indexes are those of events, by name.
func indexes(t *testing.T, s *Store) (names []string) {
	t.Helper()
	query := s.names.fill(`SELECT array_agg(indexrelid::regclass::text ORDER BY 1) FROM pg_index WHERE indrelid = '{'schema}.events'::regclass AND indisunique`)
	if err := s.pool.QueryRow(context.Background(), query).Scan(&names); err != nil {
		t.Fatal(err)
	}
	return names
}

func TestBulkImportLeavesWhatMigrationsMade(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	before := indexes(t, s)
	done, err := s.Import(ctx, rawRecords(importRecords+1, 300))
	if want := (runtime.Imported{Events: importRecords + 1, Position: importRecords + 1}); err != nil || done != want {
		t.Fatalf("%+v, %v", done, err)
	}
	if after := indexes(t, s); len(before) != 3 || !slices.Equal(before, after) {
		t.Errorf("indexes %v became %v", before, after)
	}
	if _, err := s.pool.Exec(ctx, s.names.fill(`TRUNCATE {schema}.events`)); !errors.Is(named(err), ErrNoRights) {
		t.Errorf("truncate: %v", err)
	}
	out, err := s.Append(ctx, stream(7), runtime.ExpectVersion(34), runtime.Root(), placed(1))
	if err != nil || out.Position != importRecords+2 {
		t.Errorf("append: %+v, %v", out, err)
	}
}

func TestBulkImportGoesOnBehindWhatComesTwice(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	done, err := s.Import(ctx, bulkThatBreaks(leastInBulk, rawRecord(5, 300), nil))
	if want := (runtime.Imported{Events: leastInBulk, Duplicates: 1, Position: leastInBulk}); err != nil || done != want {
		t.Errorf("%+v, %v; want %+v", done, err, want)
	}
}

func TestBulkImportKeepsWhatCameBeforeAnotherTenants(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	foreign := rawRecord(leastInBulk, 300)
	foreign.Tenant = "acme"
	done, err := s.Import(ctx, bulkThatBreaks(leastInBulk, foreign, nil))
	var tenant *runtime.TenantError
	if !errors.As(err, &tenant) || done.Events != leastInBulk || len(rows(t, s)) != leastInBulk {
		t.Errorf("%+v, %v", done, err)
	}
	if _, err := s.Append(ctx, stream(0), runtime.ExpectVersion(4), runtime.Root(), placed(1)); err != nil {
		t.Error(err)
	}
}

func TestBulkImportWhoseContextEndsLeavesNothingAndCanBeRunAgain(t *testing.T) {
	s := newStore(t)
	before := indexes(t, s)
	ctx, cancel := context.WithCancel(context.Background())
	done, err := s.Import(ctx, func(yield func(runtime.Record, error) bool) {
		for rec := range rawRecords(3*importRecords, 300) {
			if !yield(rec, nil) {
				return
			}
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) || done != (runtime.Imported{}) || len(rows(t, s)) != 0 {
		t.Errorf("%+v, %v, %d events", done, err, len(rows(t, s)))
	}
	if after := indexes(t, s); !slices.Equal(before, after) {
		t.Errorf("indexes %v became %v", before, after)
	}
	if done, err := s.Import(context.Background(), rawRecords(importRecords, 300)); err != nil || done.Events != importRecords {
		t.Errorf("again: %+v, %v", done, err)
	}
}

// A store that others hold, or whose tables are another's, is imported into all the same.
func TestImportMergesWhereBulkIsImpossible(t *testing.T) {
	s, ctx := newStore(t), context.Background()
	if _, err := s.pool.Exec(ctx, s.names.fill(`CREATE TABLE remarks (event bigint REFERENCES {schema}.events)`)); err != nil {
		t.Fatal(err)
	}
	if done, err := s.Import(ctx, rawRecords(leastInBulk, 300)); err != nil || done.Events != leastInBulk {
		t.Errorf("%+v, %v", done, err)
	}
}
