package sampleevents

import "github.com/evgen/evgen/runtime"

// upcastOrderPlacedV1 takes OrderPlaced from version 1 to 2.
func upcastOrderPlacedV1(_ *runtime.Meta, event runtime.Event, dst []runtime.Event) ([]runtime.Event, error) {
	old := event.(OrderPlacedV1)
	return append(dst, OrderPlacedV2{
		Customer:    old.Customer,
		AmountCents: old.Total,
		Currency:    "EUR",
	}), nil
}

// upcastOrderReturnedV1 turns OrderReturned into OrderShipped and OrderCancelled.
func upcastOrderReturnedV1(_ *runtime.Meta, event runtime.Event, dst []runtime.Event) ([]runtime.Event, error) {
	old := event.(OrderReturnedV1)
	return append(dst,
		OrderShippedV1{
			Carrier: old.Carrier,
		},
		OrderCancelledV1{
			Reason: old.Reason,
		},
	), nil
}
