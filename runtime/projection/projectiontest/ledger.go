package projectiontest

import (
	"errors"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func ledgerScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"setting up twice changes nothing", setUpTwice[T]},
		{"a lease is one owner's until it runs out", leases[T]},
		{"a checkpoint moves from where it is, under the epoch", advances[T]},
		{"a transaction that fails leaves nothing", rollsBack[T]},
	}
}

// version adds a version of something, with shards.
func (w *world[T]) version(shards int) (v projection.Version) {
	w.t.Helper()
	check(w.t, "add version", w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		v, err = l.AddVersion(w.ctx, projection.Version{ID: "some", Digest: "d", State: projection.Building, Tables: []string{"some"}}, shards)
		return err
	}))
	return v
}

func (w *world[T]) claim(v projection.Version, owner string, ttl time.Duration) (lease *projection.Lease) {
	w.t.Helper()
	check(w.t, "claim", w.db.Ledger(w.ctx, func(l projection.Ledger) (err error) {
		lease, err = l.Claim(w.ctx, v, 0, owner, ttl)
		return err
	}))
	return lease
}

func setUpTwice[T Tx](t *testing.T, w *world[T]) {
	v := w.version(3)
	check(t, "set up", w.target.Again(t, w.db).Setup(w.ctx))
	shards := w.shards(v)
	if len(shards) != 3 || shards[0].First != 0 || shards[2].Last != projection.Slots-1 || shards[1].First != shards[0].Last+1 {
		t.Errorf("shards: %+v", shards)
	}
	if next := w.version(1); next.Number != v.Number+1 {
		t.Errorf("next version is %d", next.Number)
	}
}

func leases[T Tx](t *testing.T, w *world[T]) {
	v := w.version(1)
	w.claim(v, "one", time.Hour)
	if two := w.claim(v, "two", time.Hour); two != nil {
		t.Fatalf("claimed twice: %+v", two)
	}
	one := w.claim(v, "one", 50*time.Millisecond)
	var two *projection.Lease
	w.eventually("the lease runs out", func() bool { two = w.claim(v, "two", time.Hour); return two != nil })
	if two.Epoch <= one.Epoch || two.Shard.Owner != "two" {
		t.Errorf("%+v after %+v", two, one)
	}
	again := w.claim(v, "two", time.Hour)
	if again == nil || again.Epoch <= two.Epoch {
		t.Errorf("%+v after %+v", again, two)
	}
	for name, of := range map[string]func(l projection.Ledger) error{
		"extend":  func(l projection.Ledger) error { return l.Extend(w.ctx, two, time.Hour) },
		"release": func(l projection.Ledger) error { return l.Release(w.ctx, two) },
		"pause":   func(l projection.Ledger) error { return l.Pause(w.ctx, two, "why") },
		"advance": func(l projection.Ledger) error { return l.Advance(w.ctx, two, 0, 1) },
	} {
		if err := w.db.Ledger(w.ctx, of); !errors.Is(err, projection.ErrFenced) {
			t.Errorf("%s under an old epoch: %v", name, err)
		}
	}
	check(t, "release", w.db.Ledger(w.ctx, func(l projection.Ledger) error { return l.Release(w.ctx, again) }))
	if three := w.claim(v, "three", time.Hour); three == nil || three.Epoch <= again.Epoch {
		t.Errorf("%+v after %+v", three, again)
	}
}

func advances[T Tx](t *testing.T, w *world[T]) {
	v := w.version(1)
	lease := w.claim(v, "one", time.Hour)
	advance := func(from, to runtime.Position) error {
		return w.db.Ledger(w.ctx, func(l projection.Ledger) error { return l.Advance(w.ctx, lease, from, to) })
	}
	check(t, "advance", advance(0, 5))
	check(t, "stay", advance(5, 5))
	if err := advance(0, 6); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("advance from elsewhere: %v", err)
	}
	check(t, "fence", w.db.Ledger(w.ctx, func(l projection.Ledger) error { return l.Fence(w.ctx, v) }))
	if err := advance(5, 6); !errors.Is(err, projection.ErrFenced) {
		t.Errorf("advance of who is fenced: %v", err)
	}
	if s := w.shards(v)[0]; s.Position != 5 || s.Epoch <= lease.Epoch {
		t.Errorf("shard: %+v", s)
	}
}

func rollsBack[T Tx](t *testing.T, w *world[T]) {
	v := w.version(1)
	lease := w.claim(v, "one", time.Hour)
	err := w.db.Transact(w.ctx, v, func(tx T, l projection.Ledger) error {
		check(t, "create", w.journal("a").Create(w.ctx, tx))
		check(t, "advance", l.Advance(w.ctx, lease, 0, 9))
		return errCrash
	})
	if err != errCrash {
		t.Errorf("error: %v", err)
	}
	if s := w.shards(v)[0]; s.Position != 0 {
		t.Errorf("shard: %+v", s)
	}
	if _, err := w.readJournal(w.db, v.Table("journal")); err == nil {
		t.Error("the table is there")
	}
}
