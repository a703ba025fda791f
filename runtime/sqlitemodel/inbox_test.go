package sqlitemodel_test

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// What was taken in may have been seen in an earlier transaction than that which notes more.
func TestOneEventIsTakenInByOneTransaction(t *testing.T) {
	ctx := context.Background()
	db, err := sqlitemodel.Open(ctx, filepath.Join(t.TempDir(), "models.db"))
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	check(t, db.Setup(ctx))
	stream := runtime.StreamOf("Memory", "1")
	var seen map[runtime.StreamID]projection.Taken
	inbox := func(do func(inbox projection.Inbox) error) error {
		return db.Transact(ctx, projection.Version{ID: "mailer", Number: 1}, func(_ *sqlitemodel.Tx, l projection.Ledger) error {
			return do(l.(projection.Inbox))
		})
	}
	for v := runtime.StreamVersion(1); v < 3; v++ { // a stream that is new, and one that is known
		check(t, inbox(func(i projection.Inbox) (err error) {
			seen, err = i.Taken(ctx, "mailer", []runtime.StreamID{stream})
			return err
		}))
		take := func(i projection.Inbox) error {
			return i.Take(ctx, "mailer", seen, map[runtime.StreamID]projection.Taken{stream: {Version: v, Event: uuid.New()}})
		}
		check(t, inbox(take))
		if err := inbox(take); err == nil || !db.Transient(err) {
			t.Errorf("version %d was taken in twice: %v", v, err)
		}
	}
}
