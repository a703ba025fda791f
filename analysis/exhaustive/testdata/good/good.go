package good

import (
	"fmt"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

func all(e shop.Event) int {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return int(e.Amount)
	case shop.OrderShipped, shop.OrderPaid:
	case shop.OrderClosedV1:
	}
	return 0
}

func loudDefault(env shop.Envelope) error {
	switch env.Data.(type) {
	case shop.OrderPlaced:
		return nil
	default:
		return fmt.Errorf("unexpected %T", env.Data)
	}
}

func behindTheSwitch(e shop.Event) (int, error) {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return int(e.Amount), nil
	}
	return 0, &runtime.UnexpectedEventError{Event: e}
}

func keptForLater(events []shop.Event) (n int, err error) {
	for _, e := range events {
		switch e := e.(type) {
		case shop.OrderPlaced:
			n += int(e.Amount)
		default:
			err = fmt.Errorf("unexpected %T", e)
		}
	}
	return n, err
}

func panics(e shop.Event) string {
	switch e.(type) {
	case shop.OrderPlaced:
		return "placed"
	default:
		panic(fmt.Sprintf("unexpected %T", e))
	}
}

type moves interface {
	shop.Event
	EventVersion() int
}

func byInterface(e shop.Event) {
	switch e.(type) {
	case moves:
	}
}

func notSealed(e runtime.Event) {
	switch e.(type) {
	case shop.OrderPlaced:
	}
}

func assertion(e shop.Event) bool {
	_, ok := e.(shop.OrderPlaced)
	return ok
}

func union(p shop.Payment) string {
	switch p := p.(type) {
	case shop.Card:
		return p.LastDigits
	case shop.Cash:
		return p.Currency
	}
	return ""
}

func openEnum(c shop.Colour) string {
	switch c {
	case shop.ColourRed:
		return "r"
	}
	return "?"
}

func closedEnum(c shop.Channel) string {
	switch c {
	case shop.ChannelWeb:
		return "w"
	default:
		return "elsewhere"
	}
}

func allOfEnum(c shop.Channel) {
	switch c {
	case shop.ChannelWeb, shop.ChannelPhone:
	case shop.ChannelStore:
	}
}

func byName(e shop.Event) (string, error) {
	switch e.EventType() {
	case shop.TypeOrderPlaced:
		return "placed", nil
	}
	return "", fmt.Errorf("unexpected %s", e.EventType())
}
