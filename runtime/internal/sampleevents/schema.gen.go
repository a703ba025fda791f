package sampleevents

import "github.com/evgen/evgen/runtime"

// This code was generated in format 1, which the runtime must support.
const (
	_ = runtime.Format(runtime.MaxFormat - 1)
	_ = runtime.Format(1 - runtime.MinFormat)
)

// Schema describes the events of this package, for [runtime.NewRegistry]. Read only.
func Schema() *runtime.Schema { return &schema }

var schema = runtime.Schema{
	Package: "orders",
	Events: []runtime.EventSchema{
		{
			Type:      TypeOrderPlaced,
			Aggregate: "Order",
			Versions: []runtime.VersionSchema{
				{Number: 1, Digest: "sha256:6d1c", Decode: decodeOrderPlacedV1, Upcast: upcastOrderPlacedV1},
				{Number: 2, Digest: "sha256:a9f0", Decode: decodeOrderPlacedV2},
			},
		},
		{
			Type:      TypeOrderShipped,
			Aliases:   []string{"orders.OrderSent"},
			Aggregate: "Order",
			Versions: []runtime.VersionSchema{
				{Number: 1, Digest: "sha256:03be", Decode: decodeOrderShippedV1},
			},
		},
		{
			Type:      TypeOrderCancelled,
			Aggregate: "Order",
			Versions: []runtime.VersionSchema{
				{Number: 1, Digest: "sha256:77d2", Decode: decodeOrderCancelledV1},
			},
		},
		{
			Type:      TypeOrderReturned,
			Aggregate: "Order",
			Retired:   true,
			Versions: []runtime.VersionSchema{
				{Number: 1, Digest: "sha256:e5a4", Decode: decodeOrderReturnedV1, Upcast: upcastOrderReturnedV1, Into: []string{TypeOrderShipped, TypeOrderCancelled}},
			},
		},
	},
}

func decodeOrderPlacedV1(data []byte) (runtime.Event, error) {
	var event OrderPlacedV1
	err := event.UnmarshalJSON(data)
	return event, err
}

func decodeOrderPlacedV2(data []byte) (runtime.Event, error) {
	var event OrderPlacedV2
	err := event.UnmarshalJSON(data)
	return event, err
}

func decodeOrderShippedV1(data []byte) (runtime.Event, error) {
	var event OrderShippedV1
	err := event.UnmarshalJSON(data)
	return event, err
}

func decodeOrderCancelledV1(data []byte) (runtime.Event, error) {
	var event OrderCancelledV1
	err := event.UnmarshalJSON(data)
	return event, err
}

func decodeOrderReturnedV1(data []byte) (runtime.Event, error) {
	var event OrderReturnedV1
	err := event.UnmarshalJSON(data)
	return event, err
}
