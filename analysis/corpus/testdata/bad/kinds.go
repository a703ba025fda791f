package bad

import (
	"embed"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/analysis/corpus/testdata/db"
	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

// case clock: a function that was made a handler by its type
type answer func(ctx Ctx, event Paid) ([]runtime.Event, error)

func (f answer) OrderPaid(ctx Ctx, event Paid) ([]runtime.Event, error) { return f(ctx, event) }

var _ answers = answer(late)

// what it calls.
func late(ctx Ctx, event Paid) ([]runtime.Event, error) {
	if time.Since(event.OccurredAt) > time.Hour {
		return nil, nil
	}
	return []runtime.Event{event.Data}, nil
}

//go:embed touch.sql
var files embed.FS

// case sql-clock: a file of a tree that is embedded
type kind2 struct{ projector }

func (kind2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	text, err := files.ReadFile("touch.sql")
	if err != nil {
		return err
	}
	tx.Queue(string(text), event.ID)
	return nil
}

// case unguarded-increment: queries that sqlc wrote: read, add, write
type kind3 struct{ projector }

func (kind3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	q := db.New(tx)
	total, err := q.GetTotal(ctx, event.Data.Customer)
	if err != nil {
		return err
	}
	return q.SetTotal(ctx, db.SetTotalParams{Name: event.Data.Customer, Amount: total + event.Data.Amount})
}

// case unguarded-increment: not below zero is no guard
type kind4 struct{ projector }

func (kind4) OrderPaid(ctx Ctx, tx Tx, event Paid) error {
	tx.Queue("UPDATE orders SET open = CASE WHEN open > $2 THEN open - $2 ELSE 0 END WHERE id = $1", event.Stream.ID(), event.Data.Amount)
	return nil
}

type rowOfKind5 struct {
	Name   string
	Orders int64
}

// case unguarded-increment: a row becomes a struct
type kind5 struct{ projector }

func (kind5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	rows, err := tx.Query(ctx, "SELECT name, orders FROM customers WHERE name = $1", event.Data.Customer)
	if err != nil {
		return err
	}
	row, err := pgx.CollectOneRow(rows, pgx.RowToStructByPos[rowOfKind5])
	if err != nil {
		return err
	}
	row.Orders++
	tx.Queue("UPDATE customers SET orders = $2 WHERE name = $1", row.Name, row.Orders)
	return nil
}

type config struct{ customer string }

func load() config { return config{customer: os.Getenv("CUSTOMER")} }

// case environment: a configuration that is loaded for the handler
type kind6 struct {
	folder
	config config
}

func newKind6() kind6 { return kind6{config: load()} }

func (k kind6) OrderPlaced(s State, e Placed) State {
	s.Customer = k.config.customer
	return s
}

var columns = map[string]func(Placed) any{}

func init() { columns["seen"] = func(Placed) any { return time.Now() } }

// case clock: a table that is filled when the program begins
type kind7 struct{ projector }

func (kind7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET seen = $2 WHERE id = $1", event.ID, columns["seen"](event))
	return nil
}

// case missing-fields: new, and one of two fields
type kind8 struct{ mailer }

func (kind8) shipped(carrier string) shop.OrderShipped {
	e := new(shop.OrderShipped)
	e.Carrier = carrier
	return *e
}

type whole struct{ placed shop.OrderPlaced }

// case mutated-event: a state that keeps the whole event
type kind9 struct{}

func (kind9) OrderPlaced(s whole, e Placed) whole {
	s.placed = e.Data
	return s
}

func (kind9) OrderShipped(s whole, e Shipped) whole {
	s.placed.Attributes["carrier"] = e.Data.Carrier
	return s
}

func (kind9) OrderPaid(s whole, e Paid) whole     { return s }
func (kind9) OrderClosed(s whole, e Closed) whole { return s }

// case exhaustive: by the names of the types
func kind10(e shop.Event) string {
	switch e.EventType() {
	case shop.TypeOrderPlaced:
		return "placed"
	case shop.TypeOrderPaid, shop.TypeOrderShipped:
		return "under way"
	}
	return ""
}

// case ignored-ack: an empty branch
type kind11 struct{ appending }

func (k kind11) OrderPlaced(ctx Ctx, event Placed) {
	if _, err := k.store.Append(ctx, event.Stream, runtime.ExpectAny(), runtime.CausedBy(event), shop.OrderClosed{}); err != nil {
	}
}

// case map-order: keys that are passed on as they come
type kind12 struct{ projector }

func (kind12) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET keys = $2 WHERE id = $1", event.ID, slices.Collect(maps.Keys(event.Data.Attributes)))
	return nil
}

// case map-order: a map for many goroutines
type kind13 struct{ folder }

func (kind13) OrderPlaced(s State, e Placed) State {
	var seen sync.Map
	for _, tag := range e.Data.Tags {
		seen.Store(tag, true)
	}
	seen.Range(func(k, _ any) bool {
		s.Tags = append(s.Tags[:len(s.Tags):len(s.Tags)], k.(string))
		return true
	})
	return s
}

// case hidden-dependency: a client as a type parameter
type kind14[C interface{ Rate(currency string) float64 }] struct {
	projector
	client C
}

func (k kind14[C]) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET amount = $2 WHERE id = $1", event.ID, float64(event.Data.Amount)*k.client.Rate("EUR"))
	return nil
}
