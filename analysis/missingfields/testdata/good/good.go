package good

import (
	"encoding/json"
	"errors"
	"time"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

func complete(at time.Time) []runtime.Event {
	return []runtime.Event{
		shop.OrderPlaced{Customer: "c", Amount: 0, Channel: shop.ChannelWeb, Tags: []string{}, At: at},
		shop.OrderShipped{"post", 1},
		shop.OrderPaid{Amount: 2, Payment: shop.Card{LastDigits: "1234"}},
		shop.OrderClosed{},
	}
}

func completedLater(at time.Time, phone bool) shop.Event {
	e := shop.OrderPlaced{Customer: "c", At: at}
	e.Amount, e.Tags = 3, nil
	e.Channel = shop.ChannelWeb
	if phone {
		e.Channel = shop.ChannelPhone
	}
	return e
}

func completedByPointer() shop.Event {
	e := &shop.OrderShipped{Carrier: "post"}
	e.Parcels = 4
	return *e
}

func filledIn(e *shop.OrderShipped) { e.Parcels = 1 }

func byOthers(data []byte) (shop.Event, error) {
	a := shop.OrderShipped{Carrier: "post"}
	filledIn(&a)
	var b shop.OrderShipped
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, err
	}
	b.Carrier = a.Carrier
	c := shop.OrderShipped{}
	return b, c.UnmarshalJSON(data)
}

func failed() (shop.OrderShipped, error) {
	return shop.OrderShipped{}, errors.New("no parcel")
}

var byType = map[string]runtime.Event{
	shop.OrderShipped{}.EventType(): shop.OrderShipped{},
}

var known = []runtime.Event{shop.OrderShipped{}, shop.OrderPaid{}}

var _ runtime.Event = shop.OrderPaid{}

func types(e shop.Event) bool {
	return e == shop.Event(shop.OrderShipped{}) || shop.OrderShipped{}.EventType() == e.EventType()
}

func whole(e shop.OrderShipped, ok bool) shop.OrderShipped {
	var next shop.OrderShipped
	next = e
	next.Carrier = "post"
	return next
}

func line() shop.Line {
	var zero shop.Line
	if zero == (shop.Line{}) {
		return shop.Line{}
	}
	return shop.Line{Sku: "s", Quantity: 1}
}
