package saga_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// bank and warehouse are somewhere else in the world.
type bank struct{}

func (bank) Charge(_ context.Context, key string, cents int64) (string, error) {
	fmt.Println("charged", cents)
	return "payment-1", nil
}

func (bank) Refund(_ context.Context, key, payment string) error {
	fmt.Println("refunded", payment)
	return nil
}

type warehouse struct{}

var errSoldOut = errors.New("sold out")

func (warehouse) Ship(context.Context, string) error { return errSoldOut }

// fulfilment is what the saga of an order remembers.
type fulfilment struct{ Payment string }

// fulfil is the saga of an order: the money first, then the parcel.
func fulfil(b bank, w warehouse) saga.Definition {
	return saga.Definition{
		ID: "fulfil", Digest: "1", Start: orders.TypeOrderPlaced, Timeout: time.Hour,
		Key: func(f *projection.Fact) string { return f.Stream.ID() },
		Steps: []saga.Step{
			{
				Name: "charge", Timeout: time.Minute,
				Do: func(ctx context.Context, r *saga.Run) error {
					return saga.WithState(r, func(s *fulfilment) (err error) {
						s.Payment, err = b.Charge(ctx, r.Key.String(), r.Start.Data.(orders.OrderPlaced).AmountCents)
						return err
					})
				},
				Compensate: func(ctx context.Context, r *saga.Run) error {
					return saga.WithState(r, func(s *fulfilment) error { return b.Refund(ctx, r.Key.String(), s.Payment) })
				},
			},
			{
				Name: "ship", Retry: saga.Retry{Attempts: 3, Base: time.Second},
				Do: func(ctx context.Context, r *saga.Run) error {
					err := w.Ship(ctx, r.Key.String())
					if errors.Is(err, errSoldOut) {
						return saga.Permanent(err) // to try again would not help
					}
					r.Emit(saga.Emission{Stream: r.Start.Stream, Event: orders.OrderShipped{Carrier: "post"}})
					return err
				},
			},
		},
	}
}

func Example() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	dir, err := os.MkdirTemp("", "sagas")
	must(err)
	defer os.RemoveAll(dir)
	store, err := sqlite.Open(ctx, filepath.Join(dir, "shop.db"))
	must(err)
	defer store.Close()
	models, err := sqlitemodel.Open(ctx, filepath.Join(dir, "shop.db"), sqlitemodel.WithSynchronous(sqlitemodel.Full))
	must(err)
	defer models.Close()
	registry, err := runtime.NewRegistry(orders.Schema())
	must(err)

	sagas := sqlitesaga.New(models)
	worker, err := saga.NewWorker(store, sagas, registry, sqlite.AppendIn[*sqlitemodel.Tx](store), fulfil(bank{}, warehouse{}),
		saga.WithLogger(slog.New(slog.DiscardHandler)))
	must(err)
	runner, err := projection.NewRunner(store, models, registry, []projection.Projection[*sqlitemodel.Tx]{worker.Starter()})
	must(err)
	var running sync.WaitGroup
	running.Add(2)
	go func() { defer running.Done(); must(runner.Run(ctx)) }()
	go func() { defer running.Done(); must(worker.Run(ctx)) }()

	order := runtime.StreamOf(orders.CategoryOrder, "4711")
	_, err = store.Append(ctx, order, runtime.ExpectNew(), runtime.Root(), orders.OrderPlaced{Customer: "ada", AmountCents: 1999, Currency: "EUR"})
	must(err)
	waitFor(ctx, sagas, saga.Ref{Saga: "fulfil", ID: "4711"})
	stop()
	running.Wait()
	// Output:
	// charged 1999
	// refunded payment-1
	// fulfil 4711 (compensated): sold out
	// charge forward done
	// ship forward gave_up
	// charge compensate done
}

// waitFor prints the end of a saga, and its step ledger.
func waitFor(ctx context.Context, sagas saga.Control, r saga.Ref) {
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	for range ticks.C {
		found, err := sagas.List(ctx, saga.Query{Saga: r.Saga, ID: r.ID})
		if err != nil || len(found) == 0 || found[0].State.Open() {
			must(ctx.Err())
			continue
		}
		fmt.Printf("%s: %s\n", &found[0], found[0].Failure)
		entries, err := sagas.Entries(ctx, r)
		must(err)
		for _, e := range entries {
			fmt.Println(e.Step, e.Kind, e.Outcome)
		}
		return
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
