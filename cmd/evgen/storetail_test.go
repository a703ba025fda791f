package main

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
)

// filled is a store with n events, every tenth of them rare.
func filled(t *testing.T, n int) *memstore.Store {
	t.Helper()
	s := memstore.New()
	_, err := s.Import(context.Background(), func(yield func(runtime.Record, error) bool) {
		for i := 1; i <= n; i++ {
			kind := "common"
			if i%10 == 0 {
				kind = "rare"
			}
			rec := runtime.Record{Data: []byte(`{}`), Meta: runtime.Meta{
				ID: uuid.New(), Type: kind, Version: 1, Stream: runtime.StreamOf("S", fmt.Sprint(i)), Correlation: uuid.New(), Causation: uuid.New(),
			}}
			if !yield(rec, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheLastRecordsAreFoundHoweverFarBackTheyAre(t *testing.T) {
	s := filled(t, 1000)
	rare := runtime.Filter{Types: []string{"rare"}}
	for _, c := range []struct {
		filter runtime.Filter
		n      int
		want   []runtime.Position
	}{
		{runtime.Filter{}, 3, []runtime.Position{998, 999, 1000}},
		{rare, 2, []runtime.Position{990, 1000}},
		{runtime.Filter{Streams: []runtime.StreamID{runtime.StreamOf("S", "1")}}, 2, []runtime.Position{1}},
		{runtime.Filter{Types: []string{"none"}}, 2, nil},
		{rare, 0, nil},
	} {
		if got := lastPositions(t, s, c.filter, c.n); !slices.Equal(got, c.want) {
			t.Errorf("last %d of %v: %v, want %v", c.n, c.filter, got, c.want)
		}
	}
	s.Retain(995)
	if got := lastPositions(t, s, rare, 2); !slices.Equal(got, []runtime.Position{1000}) {
		t.Errorf("of what is kept: %v", got)
	}
}

func lastPositions(t *testing.T, s *memstore.Store, filter runtime.Filter, n int) []runtime.Position {
	t.Helper()
	records, err := lastRecords(context.Background(), s, 1000, filter, n)
	if err != nil {
		t.Fatal(err)
	}
	var out []runtime.Position
	for _, rec := range records {
		out = append(out, rec.Position)
	}
	return out
}
