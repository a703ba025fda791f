package bad

import (
	"context"
	"time"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

func literal() runtime.Event {
	return shop.OrderShipped{Carrier: "post"} // want `shop.OrderShipped is made without Parcels, which is required`
}

func several(customer string) shop.Event {
	return shop.OrderPlacedV1{Customer: customer, Note: &customer} // want `shop.OrderPlaced is made without Amount, Channel, Tags, At, which are required`
}

func pointer() *shop.OrderShipped {
	return &shop.OrderShipped{Parcels: 1} // want `made without Carrier`
}

func nested(at time.Time) []runtime.Event {
	return []runtime.Event{
		shop.OrderPlaced{
			Customer: "c", Amount: 1, Channel: shop.ChannelWeb, Tags: nil, At: at,
			Lines: []shop.Line{{Sku: "s"}}, // want `shop.Line is made without Quantity`
		},
		shop.OrderPaid{Amount: 2, Payment: shop.Card{}}, // want `shop.Card is made without LastDigits`
		shop.OrderShipped{},                             // want `shop.OrderShipped is made without Carrier, Parcels`
	}
}

func partlyCompleted() runtime.Event {
	e := shop.OrderShipped{} // want `made without Parcels`
	e.Carrier = "post"
	return e
}

func variable() runtime.Event {
	var e shop.OrderShipped // want `made without Carrier`
	e.Parcels = 3
	return e
}

func empty(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause) error {
	_, err := store.Append(ctx, stream, runtime.ExpectAny(), cause, shop.OrderPaid{}) // want `made without Payment, Amount`
	return err
}

func decide() runtime.Decide[int] {
	return func(int) ([]runtime.Event, error) {
		return []runtime.Event{shop.OrderShipped{Carrier: "post"}}, nil // want `made without Parcels`
	}
}

func wrapped(meta runtime.Meta) runtime.Envelope[shop.OrderShipped] {
	return runtime.Wrap(meta, shop.OrderShipped{}) // want `made without Carrier, Parcels`
}

var first = shop.OrderShipped{Carrier: "post"} // want `made without Parcels`

func completedTooEarly(e shop.OrderShipped) shop.OrderShipped {
	e.Parcels = 2
	e = shop.OrderShipped{Carrier: "post"} // want `made without Parcels`
	return e
}
