package good

import (
	"context"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
)

type mails struct{ seen map[string]int }

var _ shopprocess.MailsHandler[int] = (*mails)(nil)

func (m *mails) OrderPlaced(ctx context.Context, tx int, event runtime.Envelope[shop.OrderPlaced]) error {
	tags := slices.Clone(event.Data.Tags)
	sort.Strings(tags)
	tags[0] = "x"
	more := append([]string(nil), event.Data.Tags...)
	more[0] = "y"
	several := append([]string{}, event.Data.Tags...)
	slices.Reverse(several)
	attributes := maps.Clone(event.Data.Attributes)
	attributes["a"] = "b"
	lower := make([]string, len(event.Data.Tags))
	copy(lower, event.Data.Tags)
	for i, tag := range event.Data.Tags {
		lower[i] = strings.ToLower(tag)
	}
	for _, line := range event.Data.Lines {
		line.Quantity++
		m.seen[line.Sku] = int(line.Quantity)
	}
	sorted := slices.Sorted(slices.Values(event.Data.Tags))
	sorted[0] = "z"
	joined := append(event.Data.Tags, "more")
	_ = joined
	e := event.Data
	e.Customer = strings.TrimSpace(e.Customer)
	e.Tags = slices.Clone(e.Tags)
	e.Tags[0] = "fine"
	note := *event.Data.Note
	note += "!"
	event = runtime.Envelope[shop.OrderPlaced]{}
	return nil
}

func (m *mails) OrderShipped(ctx context.Context, tx int, event runtime.Envelope[shop.OrderShipped]) error {
	return nil
}

type state struct {
	Tags  []string
	Total int64
	Lines map[string]int32
}

type evolver struct{}

var _ shop.OrderEvolver[state] = evolver{}

func (evolver) OrderPlaced(s state, e runtime.Envelope[shop.OrderPlaced]) state {
	s.Tags = slices.Clone(e.Data.Tags)
	s.Lines = map[string]int32{}
	for _, l := range e.Data.Lines {
		s.Lines[l.Sku] += l.Quantity
	}
	return s
}

func (evolver) OrderShipped(s state, e runtime.Envelope[shop.OrderShipped]) state {
	s.Total++
	s.Tags[0] = e.Data.Carrier
	s.Lines["all"]++
	return s
}

func (evolver) OrderPaid(s state, e runtime.Envelope[shop.OrderPaid]) state {
	s.Total += e.Data.Amount
	s.Tags = append(s.Tags, "paid")
	return s
}

func (evolver) OrderClosed(s state, e runtime.Envelope[shop.OrderClosed]) state { return s }

// build fills in an event before anybody else has it.
func build(list []string) shop.Event {
	e := shop.OrderPlaced{Customer: "c", Tags: make([]string, len(list)), Attributes: map[string]string{}}
	for i, s := range list {
		e.Tags[i] = s
		e.Attributes[s] = s
	}
	e.Amount = 3
	return e
}

func withTag(e shop.OrderPlaced, tag string) shop.OrderPlaced {
	e.Tags = append(slices.Clone(e.Tags), tag)
	e.Customer = "c"
	return e
}

func each(lists [][]string) []runtime.Event {
	var events []runtime.Event
	var e shop.OrderPlaced
	for _, list := range lists {
		tags := make([]string, 1)
		tags[0] = list[0]
		e.Customer = list[0]
		e.Tags = tags
		events = append(events, e)
	}
	return events
}

func fill(e *shop.OrderShipped) { e.Parcels = 2 }

func byPointer() shop.Event {
	var e shop.OrderShipped
	fill(&e)
	if err := e.Validate(); err != nil {
		e.Carrier = "post"
	}
	return e
}

func prefixes(e shop.OrderPlaced) []string {
	var out []string
	for _, tag := range e.Tags[:1] {
		out = append(out, tag)
	}
	out[0] = "x"
	return out
}
