package runtime_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	orders "github.com/evgen/evgen/runtime/internal/sampleevents"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
)

// Old facts and new ones come back in today's shape.
func ExampleStore() {
	ctx, store := context.Background(), memstore.New()
	stream := orders.OrderStream(uuid.New())

	_, err := store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(),
		orders.OrderPlacedV1{Customer: "Ada", Total: 4200},
		orders.OrderShipped{Carrier: "DHL"})
	if err != nil {
		panic(err)
	}
	for event, err := range orders.Load(ctx, store, stream) {
		if err != nil {
			panic(err)
		}
		switch e := event.Data.(type) {
		case orders.OrderPlaced:
			fmt.Println(event.StreamVersion, "placed by", e.Customer, "for", e.AmountCents, e.Currency)
		case orders.OrderShipped:
			fmt.Println(event.StreamVersion, "shipped with", e.Carrier)
		}
	}
	// Output:
	// 1 placed by Ada for 4200 EUR
	// 2 shipped with DHL
}

// A command decides on the state that the events have led to.
func ExampleExecute() {
	ctx, store := context.Background(), memstore.New()
	repo, err := runtime.NewRepository(store, orders.OrderAggregate(tallier{}))
	if err != nil {
		panic(err)
	}
	errTwice := errors.New("placed already")
	place := func(s tally) ([]runtime.Event, error) {
		if s.Placed > 0 {
			return nil, errTwice
		}
		return []runtime.Event{orders.OrderPlaced{Customer: "Ada", AmountCents: 4200, Currency: "EUR"}}, nil
	}
	stream := orders.OrderStream(uuid.New())
	done, err := runtime.Execute(ctx, repo, stream, runtime.Root(), place)
	fmt.Println(done.Version, err)
	_, err = runtime.Execute(ctx, repo, stream, runtime.Root(), place)
	fmt.Println(err)
	// Output:
	// 1 <nil>
	// placed already
}
