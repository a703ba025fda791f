package postgres

import (
	"context"
	"errors"
	"testing"

	"github.com/evgen/evgen/runtime"
)

func TestNothingPassesTheLastPartitionInSilence(t *testing.T) {
	const size = 10
	s, ctx := newStore(t, WithPartitions(size)), context.Background()
	fits := size*(ahead+1) - 1 // position 0 is given to nobody
	mustAppend(t, s, stream(1), runtime.ExpectNew(), batchOf(fits)...)
	if _, err := s.Append(ctx, stream(2), runtime.ExpectNew(), runtime.Root(), placed(1)); !errors.Is(err, ErrNoPartition) {
		t.Fatalf("%v", err)
	}
	for _, want := range []int{ahead + 1, 0} {
		if made, err := s.Maintain(ctx); err != nil || made != want {
			t.Errorf("%d partitions, %v; want %d", made, err, want)
		}
	}
	mustAppend(t, s, stream(2), runtime.ExpectNew(), batchOf(2*size)...)
	if n := len(rows(t, s)); n != fits+2*size {
		t.Errorf("%d events", n)
	}
}

func TestMaintainOfOneTableDoesNothing(t *testing.T) {
	s := newStore(t)
	if made, err := s.Maintain(context.Background()); err != nil || made != 0 {
		t.Errorf("%d, %v", made, err)
	}
}
