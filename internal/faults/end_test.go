package faults_test

import (
	"context"
	"iter"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
)

// forgetful is a store that, when it is read, is settled only up to a lower position
// than Head has said before: as where a server has restarted.
type forgetful struct {
	*memstore.Store
	grown runtime.Signal
}

const remembered = 7

func (f *forgetful) ReadAll(ctx context.Context, after runtime.Position, filter runtime.Filter) iter.Seq2[runtime.Record, error] {
	filter.Until = min(filter.Until, remembered)
	return f.Store.ReadAll(ctx, after, filter)
}

func (f *forgetful) Subscribe(ctx context.Context, after runtime.Position, filter runtime.Filter) iter.Seq2[runtime.Record, error] {
	poll := runtime.Poll{Min: time.Millisecond, Max: time.Millisecond}
	return runtime.Follow(ctx, &settling{Store: f.Store}, &f.grown, poll, after, filter)
}

// settling knows more each time it is asked.
type settling struct {
	*memstore.Store
	asked runtime.Position
}

func (s *settling) Head(ctx context.Context) (runtime.Position, runtime.Incarnation, error) {
	head, incarnation, err := s.Store.Head(ctx)
	s.asked++
	return min(head, remembered+s.asked/3), incarnation, err
}

func TestReadModelMissesNothingWhereTheStoreIsSettledLessFarForAWhile(t *testing.T) {
	s := newSite(t)
	store := &forgetful{Store: memstore.New()}
	var want int64
	for n := range 12 {
		_, err := store.Append(s.ctx, stream(1), runtime.ExpectAny(), runtime.Root(), testimony.Mark{Number: n})
		must(t, err)
		want += int64(n)
	}
	db := s.models(s.direct)
	s.project(store, db)
	must(t, projection.WaitFor(s.ctx, db, testimony.Tallies, 12))
	var events, sum int64
	must(t, s.connect().QueryRow(s.ctx, `SELECT events, sum FROM tallies`).Scan(&events, &sum))
	if events != 12 || sum != want {
		t.Errorf("%d events of sum %d had their effect, want 12 of sum %d", events, sum, want)
	}
}
