package sampleevents

import "github.com/evgen/evgen/runtime"

// OrderEvolver folds the events of an Order into a state S, one method an event.
// An event that is added to the schema does not compile until it is handled here.
type OrderEvolver[S any] interface {
	// OrderPlaced: A customer placed an order.
	OrderPlaced(S, runtime.Envelope[OrderPlaced]) S
	// OrderShipped: The parcel left the warehouse.
	OrderShipped(S, runtime.Envelope[OrderShipped]) S
	// OrderCancelled: The order was called off.
	OrderCancelled(S, runtime.Envelope[OrderCancelled]) S
}

// OrderAggregate makes an aggregate of evolver, for [runtime.NewRepository].
func OrderAggregate[S any](evolver OrderEvolver[S]) runtime.Aggregate[S] {
	return runtime.Aggregate[S]{
		Category: CategoryOrder,
		Decoder:  &schema,
		Digest:   "sha256:51b7",
		Evolve: func(state S, event runtime.Envelope[runtime.Event]) (S, error) {
			return EvolveOrder(evolver, state, event)
		},
	}
}

// EvolveOrder hands event to the method of evolver that is made for it.
func EvolveOrder[S any](evolver OrderEvolver[S], state S, event runtime.Envelope[runtime.Event]) (S, error) {
	switch data := event.Data.(type) {
	case OrderPlaced:
		return evolver.OrderPlaced(state, runtime.Wrap(event.Meta, data)), nil
	case OrderShipped:
		return evolver.OrderShipped(state, runtime.Wrap(event.Meta, data)), nil
	case OrderCancelled:
		return evolver.OrderCancelled(state, runtime.Wrap(event.Meta, data)), nil
	}
	return state, &runtime.UnexpectedEventError{Meta: event.Meta, Event: event.Data}
}
