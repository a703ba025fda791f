package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
)

func stream(n int) runtime.StreamID { return runtime.StreamOf("Order", fmt.Sprint(n)) }

func placed(size int) runtime.Event {
	return sampleevents.OrderPlaced{Customer: strings.Repeat("x", size)}
}

func batchOf(n int) []runtime.Event {
	out := make([]runtime.Event, n)
	for i := range out {
		out[i] = placed(1 + i%300)
	}
	return out
}

// row is an event as the table has it.
type row struct {
	Position int64
	Stream   string
	Version  int64
	Type     string
	Data     []byte
}

func rows(t testing.TB, s *Store) []row {
	t.Helper()
	all, err := s.pool.Query(context.Background(), s.names.fill(`SELECT position, stream, version, type, data FROM {schema}.events ORDER BY position`))
	if err != nil {
		t.Fatal(err)
	}
	defer all.Close()
	var out []row
	for all.Next() {
		var r row
		if err := all.Scan(&r.Position, &r.Stream, &r.Version, &r.Type, &r.Data); err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	if err := all.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func mustAppend(t testing.TB, s *Store, id runtime.StreamID, expect runtime.Expect, events ...runtime.Event) runtime.Appended {
	t.Helper()
	out, err := s.Append(context.Background(), id, expect, runtime.Root(), events...)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAppendOfManyKeepsTheirOrder(t *testing.T) {
	s := newStore(t)
	out := mustAppend(t, s, stream(1), runtime.ExpectNew(), batchOf(5000)...)
	if want := (runtime.Appended{First: 1, Last: 5000, FirstPosition: 1, Position: 5000}); out != want {
		t.Errorf("%+v", out)
	}
	for i, r := range rows(t, s) {
		if r.Position != int64(i+1) || r.Version != int64(i+1) {
			t.Fatalf("version %d at position %d, row %d", r.Version, r.Position, i)
		}
	}
}

func TestConflictBurnsNoPosition(t *testing.T) {
	s := newStore(t)
	mustAppend(t, s, stream(1), runtime.ExpectNew(), batchOf(2)...)
	for _, n := range []int{1, 3, 100} {
		_, err := s.Append(context.Background(), stream(1), runtime.ExpectVersion(1), runtime.Root(), batchOf(n)...)
		var conflict *runtime.ConflictError
		if !errors.As(err, &conflict) || conflict.Actual != 2 {
			t.Errorf("%v", err)
		}
	}
	if out := mustAppend(t, s, stream(2), runtime.ExpectNew(), placed(1)); out.Position != 3 {
		t.Errorf("next position is %d", out.Position)
	}
}

func TestConflictIsReportedAlthoughItsContextHasEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	refusal := fmt.Errorf("append: %w", &runtime.ConflictError{Stream: stream(1), Expected: runtime.ExpectNew(), Actual: 1})
	if err := because(ctx, refusal); err != refusal {
		t.Errorf("%v", err)
	}
	if err := because(ctx, errors.New("timeout")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Many writers, few streams, several stores: each stream ends with all versions, once each.
func TestRivalsOnOneStreamAllGetOn(t *testing.T) {
	s := newStore(t)
	stores := []*Store{s, openStore(t, s.pool.Config().ConnString())}
	const writers, each = 16, 20
	var wg sync.WaitGroup
	for w := range writers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range each {
				cause := runtime.Root()
				if i%2 == 0 {
					cause = cause.WithCommand(uuid.New())
				}
				if _, err := stores[w%2].Append(context.Background(), stream(w%3), runtime.ExpectAny(), cause, batchOf(1+i%2)...); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	wg.Wait()
	next := map[string]int64{}
	all := rows(t, s)
	for _, r := range all {
		if next[r.Stream]++; r.Version != next[r.Stream] {
			t.Fatalf("version %d of %s at position %d, want %d", r.Version, r.Stream, r.Position, next[r.Stream])
		}
	}
	if want := writers * each * 3 / 2; len(all) != want {
		t.Errorf("%d events, want %d", len(all), want)
	}
}

func TestConcurrentRepetitionsWriteOnce(t *testing.T) {
	for name, opts := range map[string][]Option{"one table": nil, "partitions": {WithPartitions(3)}} {
		t.Run(name, func(t *testing.T) {
			s := newStore(t, opts...)
			stores := []*Store{s, openStore(t, s.pool.Config().ConnString())}
			for c := range 6 {
				cause := runtime.Root().WithCommand(uuid.New())
				outs := make([]runtime.Appended, 8)
				var wg sync.WaitGroup
				for i := range outs {
					wg.Add(1)
					go func() {
						defer wg.Done()
						var err error
						if outs[i], err = stores[i%2].Append(context.Background(), stream(c), runtime.ExpectAny(), cause, batchOf(2)...); err != nil {
							t.Error(err)
						}
					}()
				}
				wg.Wait()
				fresh := 0
				for _, out := range outs {
					if !out.Duplicate {
						fresh++
					}
					if out.Position != outs[0].Position {
						t.Errorf("positions %d and %d", out.Position, outs[0].Position)
					}
				}
				if fresh != 1 {
					t.Errorf("%d appends were new", fresh)
				}
			}
			if n := len(rows(t, s)); n != 12 {
				t.Errorf("%d events", n)
			}
		})
	}
}

func TestBytesAreKeptThatJSONBWouldRefuse(t *testing.T) {
	s := newStore(t)
	mustAppend(t, s, stream(1), runtime.ExpectNew(), sampleevents.OrderPlaced{Customer: "a\x00b"})
	if got := string(rows(t, s)[0].Data); !strings.Contains(got, `a\u0000b`) {
		t.Errorf("stored %s", got)
	}
}

func TestPayloadOf50MB(t *testing.T) {
	s := newStore(t)
	mustAppend(t, s, stream(1), runtime.ExpectNew(), placed(50<<20))
	if got := len(rows(t, s)[0].Data); got < 50<<20 {
		t.Errorf("stored %d bytes", got)
	}
}

func TestOneCallersBadTextFailsNoOther(t *testing.T) {
	s := newStore(t)
	ctx := context.Background()
	got := gather(t, s,
		func() (runtime.Appended, error) {
			return s.Append(ctx, stream(1), runtime.ExpectNew(), runtime.Root(), placed(1))
		},
		func() (runtime.Appended, error) {
			return s.Append(ctx, stream(2), runtime.ExpectNew(), runtime.Root().WithActor("a\x00b"), placed(1))
		},
		func() (runtime.Appended, error) {
			return s.Append(ctx, stream(3), runtime.ExpectNew(), runtime.Root(), placed(1))
		},
	)
	if got[0].err != nil || got[1].err == nil || got[2].err != nil {
		t.Errorf("%v; %v; %v", got[0].err, got[1].err, got[2].err)
	}
	if n := len(rows(t, s)); n != 2 {
		t.Errorf("%d events", n)
	}
}
