package bad

import (
	"log"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

func missesOne(e shop.Event) string {
	switch e.(type) { // want `switch over shop.Event has no case for OrderClosed`
	case shop.OrderPlaced:
		return "placed"
	case shop.OrderShipped, shop.OrderPaid:
		return "on its way"
	}
	return ""
}

func quietDefault(env shop.Envelope) error {
	switch e := env.Data.(type) { // want `no case for OrderClosed, OrderPaid, OrderShipped`
	case shop.OrderPlaced:
		_ = e
	default:
		log.Printf("ignored %T", e)
	}
	return nil
}

func defaultReturnsNil(e shop.Event) (int, error) {
	switch e := e.(type) { // want `no case for OrderClosed, OrderPaid, OrderShipped`
	case shop.OrderPlaced:
		return int(e.Amount), nil
	default:
		return 0, nil
	}
}

func pointersAreNoEvents(e shop.Event) {
	switch e.(type) { // want `no case for OrderClosed, OrderPaid`
	case shop.OrderPlacedV1, shop.OrderShippedV1, *shop.OrderPaid, *shop.OrderClosed:
	}
}

func throughAny(e shop.Event) {
	switch any(e).(type) { // want `no case for OrderClosed, OrderPaid, OrderShipped`
	case shop.OrderPlaced:
	}
}

type ours interface{ shop.Event }

func embedded(e ours) {
	switch e.(type) { // want `no case for OrderClosed, OrderPaid, OrderShipped`
	case shop.OrderPlaced:
	}
}

func union(p shop.Payment) string {
	switch p := p.(type) { // want `switch over shop.Payment has no case for Cash`
	case shop.Card:
		return p.LastDigits
	}
	return ""
}

func enum(c shop.Channel) string {
	switch c { // want `switch over shop.Channel has no case for ChannelStore`
	case shop.ChannelWeb:
		return "w"
	case "phone":
		return "p"
	}
	return ""
}

func inCase(envs []shop.Envelope, deep bool) {
	for _, env := range envs {
		switch {
		case deep:
			switch env.Data.(type) { // want `no case for OrderClosed, OrderPaid, OrderShipped`
			case shop.OrderPlaced:
			}
		}
	}
}

func inClosure() func(runtime.Envelope[shop.Event]) {
	return func(env runtime.Envelope[shop.Event]) {
		switch env.Data.(type) { // want `no case for OrderPlaced`
		case shop.OrderShipped, shop.OrderPaid, shop.OrderClosed:
		}
	}
}

func byName(e shop.Event) string {
	switch e.EventType() { // want `no case for shop.OrderClosed, shop.OrderPaid`
	case shop.TypeOrderPlaced:
		return "placed"
	case shop.TypeOrderShipped:
		return "shipped"
	}
	return ""
}
