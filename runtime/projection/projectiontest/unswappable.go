package projectiontest

import (
	"context"
	"errors"
	"testing"

	"github.com/evgen/evgen/runtime/projection"
)

// unpublishing is a database that neither lets anybody see the second version of a
// projection nor says how many letters it has.
type unpublishing[T any] struct {
	projection.Database[T]
	id string
}

var errUnpublished = errors.New("the view belongs to somebody else")

func (u *unpublishing[T]) Ledger(ctx context.Context, fn func(l projection.Ledger) error) error {
	return u.Database.Ledger(ctx, func(l projection.Ledger) error { return fn(unpublishingLedger{l, u.id}) })
}

type unpublishingLedger struct {
	projection.Ledger
	id string
}

func (l unpublishingLedger) Publish(ctx context.Context, v projection.Version) error {
	if v.ID == l.id && v.Number > 1 {
		return errUnpublished
	}
	return l.Ledger.Publish(ctx, v)
}

func (l unpublishingLedger) Waiting(ctx context.Context, v projection.Version) ([]projection.Waiting, error) {
	if v.ID == l.id && v.Number > 1 {
		return nil, errUnpublished
	}
	return l.Ledger.Waiting(ctx, v)
}

// unswappable shows that a version which cannot be swapped in is followed all the
// same, and holds up no other: not even one whose name comes behind it.
func unswappable[T Tx](t *testing.T, w *world[T]) {
	two := func(digest string) []projection.Projection[T] {
		return append(w.journal(digest).projections(), w.declared(digest))
	}
	w.start(two("a"))
	last := w.fill(9, 3)
	w.caughtUp("journal", last)
	w.caughtUp("orders", last)
	db := &unpublishing[T]{Database: w.target.Again(t, w.db), id: "journal"}
	w.startOn(db, registry(t), two("b"), projection.SwapWhenReady())
	w.eventually("the second version of orders is live", func() bool {
		v := w.versions("orders")
		return len(v) == 2 && v[1].State == projection.Live
	})
	last = w.fill(9, 3)
	w.eventually("the second version of journal follows", func() bool {
		v := w.versions("journal")
		return v[1].State == projection.Building && w.shards(v[1])[0].Position >= last
	})
}
