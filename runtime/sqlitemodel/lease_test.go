package sqlitemodel_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// A machine whose clock is late would wait for the leases of the dead, if it judged by its own.
func TestLeasesRunOutByTheClockOfTheDatabase(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	db, err := sqlitemodel.Open(ctx, filepath.Join(t.TempDir(), "x.db"),
		sqlitemodel.WithClock(func() time.Time { return time.Now().Add(time.Hour) }))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	store, p := memstore.New(), projection.Projection[*sqlitemodel.Tx]{
		ID: "nothing", Digest: "a", Types: []string{orders.TypeOrderShipped},
		Handler: sqlitemodel.Handwritten{
			Make: func(context.Context, *sqlitemodel.Tx) error { return nil },
			One:  func(context.Context, *sqlitemodel.Tx, *projection.Fact) error { return nil },
		},
	}
	if err := db.Setup(ctx); err != nil {
		t.Fatal(err)
	}
	err = db.Ledger(ctx, func(l projection.Ledger) error {
		v, err := l.AddVersion(ctx, projection.Version{ID: p.ID, Digest: p.Digest, State: projection.Building}, 1)
		if err == nil {
			_, err = l.Claim(ctx, v, 0, "one that has died", time.Millisecond)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	reg, err := runtime.NewRegistry(orders.Schema())
	if err != nil {
		t.Fatal(err)
	}
	r, err := projection.NewRunner(store, db, reg, []projection.Projection[*sqlitemodel.Tx]{p},
		projection.WithPoll(3*time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	out, err := store.Append(ctx, runtime.StreamOf(orders.CategoryOrder, "a"), runtime.ExpectAny(), runtime.Root(), orders.OrderShipped{Carrier: "post"})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	go func() { done <- r.Run(running) }()
	if err := projection.WaitFor(ctx, db, p.ID, out.Position); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
