package sampleevents

import "github.com/evgen/evgen/runtime"

// Event is an event of this package in its newest version: one of
// [OrderPlaced], [OrderShipped], [OrderCancelled].
type Event interface {
	runtime.Event
	isOrdersEvent()
}

// Wire types of this package.
const (
	TypeOrderPlaced    = "orders.OrderPlaced"
	TypeOrderShipped   = "orders.OrderShipped"
	TypeOrderCancelled = "orders.OrderCancelled"
	TypeOrderReturned  = "orders.OrderReturned"
)

// OrderPlaced is the newest version of the event.
type OrderPlaced = OrderPlacedV2

// OrderPlacedV1 is version 1 of OrderPlaced: A customer placed an order.
type OrderPlacedV1 struct {
	Customer string
	Total    int64
}

// EventType returns "orders.OrderPlaced".
func (OrderPlacedV1) EventType() string { return TypeOrderPlaced }

// EventVersion returns 1.
func (OrderPlacedV1) EventVersion() int { return 1 }

// OrderPlacedV2 is version 2 of OrderPlaced: A customer placed an order.
type OrderPlacedV2 struct {
	Customer    string
	AmountCents int64
	Currency    string
}

// EventType returns "orders.OrderPlaced".
func (OrderPlacedV2) EventType() string { return TypeOrderPlaced }

// EventVersion returns 2.
func (OrderPlacedV2) EventVersion() int { return 2 }

func (OrderPlacedV2) isOrdersEvent() {}

// OrderShipped is the newest version of the event.
type OrderShipped = OrderShippedV1

// OrderShippedV1 is version 1 of OrderShipped: The parcel left the warehouse.
type OrderShippedV1 struct {
	Carrier string
}

// EventType returns "orders.OrderShipped".
func (OrderShippedV1) EventType() string { return TypeOrderShipped }

// EventVersion returns 1.
func (OrderShippedV1) EventVersion() int { return 1 }

func (OrderShippedV1) isOrdersEvent() {}

// OrderCancelled is the newest version of the event.
type OrderCancelled = OrderCancelledV1

// OrderCancelledV1 is version 1 of OrderCancelled: The order was called off.
type OrderCancelledV1 struct {
	Reason string
}

// EventType returns "orders.OrderCancelled".
func (OrderCancelledV1) EventType() string { return TypeOrderCancelled }

// EventVersion returns 1.
func (OrderCancelledV1) EventVersion() int { return 1 }

func (OrderCancelledV1) isOrdersEvent() {}

// OrderReturned is the newest version of the event.
//
// Deprecated: retired; it is read as OrderShipped and OrderCancelled.
type OrderReturned = OrderReturnedV1

// OrderReturnedV1 is version 1 of OrderReturned: The parcel came back and the
// order ended with it.
type OrderReturnedV1 struct {
	Carrier string
	Reason  string
}

// EventType returns "orders.OrderReturned".
func (OrderReturnedV1) EventType() string { return TypeOrderReturned }

// EventVersion returns 1.
func (OrderReturnedV1) EventVersion() int { return 1 }
