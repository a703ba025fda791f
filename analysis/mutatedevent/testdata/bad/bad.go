package bad

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

type mails struct{}

var _ shopprocess.MailsHandler[int] = mails{}

func (mails) OrderPlaced(ctx context.Context, tx int, event runtime.Envelope[shop.OrderPlaced]) error {
	event.Data.Customer = strings.ToLower(event.Data.Customer) // want `write to the event that mails.OrderPlaced was given`
	event.Actor = "me"                                         // want `write to the event that mails.OrderPlaced was given`
	event.Data.Tags[0] = "x"                                   // want `write to an event by way of what it shares \(an element of a slice\)`
	event.Data.Lines[0].Quantity++                             // want `an element of a slice`
	event.Data.Attributes["a"] = "b"                           // want `an entry of a map`
	delete(event.Data.Attributes, "a")                         // want `delete`
	clear(event.Data.Attributes)                               // want `clear`
	maps.Copy(event.Data.Attributes, map[string]string{})      // want `maps.Copy`
	event.Headers["a"] = "b"                                   // want `an entry of a map`
	*event.Data.Note = "x"                                     // want `what a pointer points to`
	sort.Strings(event.Data.Tags)                              // want `sort.Strings`
	slices.Reverse(event.Data.Tags)                            // want `slices.Reverse`
	sort.Slice(event.Data.Lines, func(i, j int) bool {         // want `sort.Slice`
		return event.Data.Lines[i].Sku < event.Data.Lines[j].Sku
	})
	tags := event.Data.Tags
	tags[1] = "y" // want `an element of a slice`
	kept := event.Data.Tags[:0]
	for _, tag := range event.Data.Tags {
		if tag != "" {
			kept = append(kept, tag) // want `append to a part of a slice`
		}
	}
	_ = append(event.Data.Tags[:1], "z") // want `append to a part of a slice`
	copied := event.Data
	copied.Tags[0] = "x" // want `an element of a slice`
	for i := range copied.Lines {
		line := &copied.Lines[i]
		line.Sku = "s" // want `a field|an element of a slice`
	}
	return json.Unmarshal(nil, &event.Data) // want `write to the event`
}

func (mails) OrderShipped(ctx context.Context, tx int, event runtime.Envelope[shop.OrderShipped]) error {
	func() {
		event.Data.Parcels = 0 // want `write to the event`
	}()
	return nil
}

func normalise(tags []string) {
	for i := range tags {
		tags[i] = strings.ToLower(tags[i])
	}
}

func twice(tags []string) { normalise(tags[1:]) }

func byHelper(e shop.OrderPlaced) {
	normalise(e.Tags) // want `normalise`
	twice(e.Tags)     // want `twice`
}

func byType(e shop.Event) {
	switch e := e.(type) {
	case shop.OrderPlaced:
		e.Tags[0] = "x" // want `an element of a slice`
	}
}

func byFact(f *projection.Fact) {
	defer func() { f.Data = nil }() // want `write to the event|a field`
	if e, ok := f.Data.(shop.OrderPlaced); ok {
		e.Lines[0] = shop.Line{} // want `an element of a slice`
	}
}

func byLoop(ctx context.Context, store runtime.Store, stream runtime.StreamID) {
	for env, err := range shop.Load(ctx, store, stream) {
		if e, ok := env.Data.(shop.OrderPlaced); ok && err == nil {
			slices.Sort(e.Tags) // want `slices.Sort`
		}
	}
}

type state struct {
	Tags   []string
	Counts map[string]string
}

type evolver struct{}

var _ shop.OrderEvolver[state] = evolver{}

func (evolver) OrderPlaced(s state, e runtime.Envelope[shop.OrderPlaced]) state {
	s.Tags = e.Data.Tags
	s.Counts = e.Data.Attributes
	return s
}

func (evolver) OrderShipped(s state, e runtime.Envelope[shop.OrderShipped]) state {
	s.Tags[0] = e.Data.Carrier     // want `an element of a slice`
	s.Counts["n"] = e.Data.Carrier // want `an entry of a map`
	return s
}

func (evolver) OrderPaid(s state, e runtime.Envelope[shop.OrderPaid]) state     { return s }
func (evolver) OrderClosed(s state, e runtime.Envelope[shop.OrderClosed]) state { return s }

func afterAppend(ctx context.Context, store runtime.Store, stream runtime.StreamID, cause runtime.Cause, tags []string) (shop.Event, error) {
	e := shop.OrderPlaced{Customer: "c", Tags: tags, Attributes: map[string]string{}}
	_, err := store.Append(ctx, stream, runtime.ExpectAny(), cause, e)
	e.Customer = "d"        // want `write to an event after it was recorded`
	e.Tags[0] = "x"         // want `write to what an event shares \(an element of a slice\) after it was recorded`
	e.Attributes["a"] = "b" // want `an entry of a map`
	tags[1] = "y"           // want `an element of a slice`
	return nil, err
}

func oneBuffer(lists [][]string) []runtime.Event {
	var events []runtime.Event
	tags := make([]string, 1)
	for _, list := range lists {
		tags[0] = list[0] // want `after it was recorded`
		events = append(events, shop.OrderPlaced{Customer: "c", Tags: tags})
	}
	return events
}

func inDecision() runtime.Decide[state] {
	return func(s state) ([]runtime.Event, error) {
		attributes := map[string]string{"a": "b"}
		events := []runtime.Event{shop.OrderPlaced{Attributes: attributes}}
		attributes["c"] = "d" // want `an entry of a map`
		return events, nil
	}
}
