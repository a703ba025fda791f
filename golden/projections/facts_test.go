package projections

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/evgen/evgen/golden/projections/events/stock"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/codec/codectest"
	"github.com/evgen/evgen/runtime/projection"
)

// history draws facts about a few items and shelves, so that they meet.
type history struct {
	rand *rand.Rand
	last runtime.Position
}

func newHistory(seed uint64) *history { return &history{rand: rand.New(rand.NewPCG(seed, 7))} }

func (h *history) facts(n int) []projection.Fact {
	out := make([]projection.Fact, n)
	for i := range out {
		out[i] = h.fact()
	}
	return out
}

func (h *history) uuid() (id uuid.UUID) {
	for i := range id {
		id[i] = byte(h.rand.Uint32())
	}
	return id
}

// item is one of five.
func (h *history) item() uuid.UUID { return uuid.UUID{15: byte(h.rand.IntN(5))} }

func (h *history) fact() projection.Fact {
	h.last++
	e := h.event()
	m := runtime.Meta{
		ID: h.uuid(), Type: e.EventType(), Version: e.EventVersion(), Position: h.last, StreamVersion: runtime.StreamVersion(h.last),
		Stream: stock.ItemStream(h.item()), Correlation: h.uuid(), Causation: h.uuid(), Actor: []string{"", "ada", "bob"}[h.rand.IntN(3)],
		OccurredAt: time.UnixMicro(1_700_000_000_000_000 + h.rand.Int64N(1e12)).UTC(), RecordedAt: time.UnixMicro(1_700_000_000_000_000 + int64(h.last)).UTC(),
	}
	if _, ok := e.(stock.ShelfCleared); ok {
		m.Stream = stock.ShelfStream(int64(h.rand.IntN(3)))
	}
	if id := m.Stream.ID(); id[len(id)-1]%2 == 0 { // a stream has one tenant
		m.Tenant = "acme"
	}
	return runtime.Wrap[runtime.Event](m, e)
}

func (h *history) event() runtime.Event {
	names := []string{"ItemAddedV2", "ItemChangedV1", "ItemChangedV1", "ItemMovedV1", "ItemMovedV1", "ItemRemovedV1", "ShelfClearedV1"}
	name := names[h.rand.IntN(len(names))]
	for {
		if e := h.sample(name); e != nil {
			return e
		}
	}
}

// sample makes an event of random JSON; nil if the JSON holds what no database takes.
func (h *history) sample(name string) runtime.Event {
	payload := codectest.Sample(&stock.Codec, name, h.rand.Int64(), codectest.Mixed)
	rec := runtime.Record{Data: payload}
	rec.Type, rec.Version = "stock."+name[:len(name)-2], int(name[len(name)-1]-'0')
	events, err := stock.Schema().AppendEvents(nil, &rec)
	if err != nil {
		panic(fmt.Sprintf("%s: %v", payload, err))
	}
	if strings.Contains(string(payload), `\u0000`) {
		return nil
	}
	return h.tame(events[0])
}

// tame keeps shelves few and numbers so that sums are exact in any order.
func (h *history) tame(e runtime.Event) runtime.Event {
	shelf := int64(h.rand.IntN(3))
	switch e := e.(type) {
	case stock.ItemAdded:
		e.Shelf, e.Big, e.Price, e.Free = shelf, e.Big>>20, h.price(), h.free()
		return e
	case stock.ItemChanged:
		if e.Big != nil {
			e.Big = codec.Ptr(*e.Big >> 1)
		}
		if e.Free != nil {
			e.Free = h.free()
		}
		return e
	case stock.ItemMoved:
		e.Shelf, e.Weight, e.Load = shelf, h.price(), float64(h.rand.IntN(1000))/4
		if e.From != nil {
			e.From = codec.Ptr(shelf + 1)
		}
		return e
	case stock.ItemRemoved:
		e.Shelf = shelf
		return e
	}
	return e
}

func (h *history) price() decimal.Decimal {
	return decimal.New(h.rand.Int64N(1e6)-1e5, -int32(h.rand.IntN(4)))
}

func (h *history) free() codec.JSON {
	return codec.JSON([]string{`null`, `{"b": 1, "a": [true, "x"]}`, `"text"`, `12.5`, `[]`}[h.rand.IntN(5)])
}
