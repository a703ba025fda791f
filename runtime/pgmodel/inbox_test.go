package pgmodel

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func TestOneEventIsTakenInByOneTransaction(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	stream := runtime.StreamOf("Memory", "1")
	take := func(l projection.Ledger, v runtime.StreamVersion, between func()) error {
		inbox := l.(projection.Inbox)
		seen, err := inbox.Taken(ctx, "mailer", []runtime.StreamID{stream})
		if err != nil {
			return err
		}
		between()
		return inbox.Take(ctx, "mailer", seen, map[runtime.StreamID]projection.Taken{stream: {Version: v, Event: uuid.New()}})
	}
	version := projection.Version{ID: "mailer", Number: 1}
	for v := runtime.StreamVersion(1); v < 3; v++ { // a stream that is new, and one that is known
		var faster error
		err := db.Transact(ctx, version, func(_ *Tx, l projection.Ledger) error {
			return take(l, v, func() {
				faster = db.Transact(ctx, version, func(_ *Tx, l projection.Ledger) error { return take(l, v, func() {}) })
			})
		})
		if faster != nil {
			t.Fatal(faster)
		}
		if err == nil || !db.Transient(err) {
			t.Errorf("version %d was taken in twice: %v", v, err)
		}
	}
}
