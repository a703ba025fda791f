package bad

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/evgen/evgen/analysis/corpus/testdata/db"
	"github.com/evgen/evgen/analysis/corpus/testdata/record"
	"github.com/evgen/evgen/analysis/corpus/testdata/store"
	"github.com/evgen/evgen/analysis/corpus/testdata/texts"
	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/runtime"
)

// case insert-without-conflict: a query that sqlc wrote
type team1 struct{ projector }

func (team1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return db.New(tx).CreateOrder(ctx, db.CreateOrderParams{ID: event.ID.String(), Customer: event.Data.Customer})
}

// case unguarded-increment: a query of another package that returns the sum
type team2 struct{ projector }

func (team2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	n, err := db.New(tx).CountOrder(ctx, event.Data.Customer)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE customers SET gold = $2 WHERE name = $1", event.Data.Customer, n > 10)
	return err
}

// case sql-clock: a query of another package, by its interface
type team3 struct{ projector }

func (team3) OrderPaid(ctx Ctx, tx Tx, event Paid) error { return touch(ctx, db.New(tx), event) }

func touch(ctx Ctx, q db.Querier, event Paid) error { return q.TouchOrder(ctx, event.ID.String()) }

// case insert-without-conflict: a helper of another package that has a helper of its own
type team4 struct{ projector }

func (team4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return store.Save(ctx, tx, event.Data.Customer)
}

// case insert-without-conflict: the statement is here, what runs it is elsewhere
type team5 struct{ projector }

func (team5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return store.Run(ctx, tx, "INSERT INTO orders (id) VALUES ($1)", event.ID)
}

// case insert-without-conflict: the statement is elsewhere, what runs it is here
type team6 struct{ projector }

func (team6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	for _, line := range event.Data.Lines {
		tx.Queue(store.InsertLine, event.ID, line.Sku)
	}
	return nil
}

// case insert-without-conflict: a file of another package
type team7 struct{ projector }

func (team7) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	tx.Queue(store.InsertParcel, event.ID)
	return nil
}

type customer struct{ id, name string }

// case insert-without-conflict: a generic repository
type team8 struct {
	projector
	rows *store.Repository[customer]
}

func (t team8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return t.rows.Insert(ctx, tx, customer{event.ID.String(), event.Data.Customer})
}

// case mutated-event: a helper of another package sorts in place
type team9 struct{ folder }

func (team9) OrderPlaced(s State, e Placed) State {
	s.Tags = texts.Normalize(e.Data.Tags)
	return s
}

// case mutated-event: a generic helper of another package, by one of its own
type team10 struct{ projector }

func (team10) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tags := event.Data.Tags
	texts.Order(tags)
	_, err := tx.Exec(ctx, "UPDATE orders SET tags = $2 WHERE id = $1", event.ID, tags)
	return err
}

// case mutated-event: a helper of another package fills in a map
type team11 struct{ mailer }

func (team11) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	texts.Default(event.Data.Attributes, "language", "en")
	return nil
}

// case mutated-event: a filter that reuses the room
type team12 struct{ folder }

func (team12) OrderPlaced(s State, e Placed) State {
	s.Tags = slices.Clone(texts.Without(e.Data.Tags, "draft"))
	return s
}

// case lost-cause: a recorder of another package begins a chain
type team13 struct {
	mailer
	closed *record.Recorder
}

func (t team13) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	return t.closed.Fresh(ctx, shop.OrderClosed{})
}

// case lost-cause: a cause of another package
type team14 struct {
	mailer
	closed *record.Recorder
}

func (t team14) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	return t.closed.With(ctx, record.Cause("mails"), shop.OrderClosed{})
}

// case clock: a table of handlers
type team15 struct{ projector }

func (t team15) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return byChannel[string(event.Data.Channel)](ctx, tx, event)
}

var byChannel = map[string]func(Ctx, Tx, Placed) error{
	"web": func(ctx Ctx, tx Tx, event Placed) error { return nil },
	"shop": func(ctx Ctx, tx Tx, event Placed) error {
		_, err := tx.Exec(ctx, "UPDATE orders SET seen = $2 WHERE id = $1", event.ID, time.Now().UTC())
		return err
	},
}

// case clock: deferred, to measure
type team16 struct {
	projector
	took time.Duration
}

func (t *team16) OrderPlaced(ctx Ctx, tx Tx, event Placed) (err error) {
	defer func(start time.Time) { t.took += time.Since(start) }(time.Now())
	return nil
}

type options struct {
	id func() string
}

type option func(*options)

func WithIDs(id func() string) option { return func(o *options) { o.id = id } }

func newTeam17(opts ...option) team17 {
	o := options{id: uuid.NewString}
	for _, opt := range opts {
		opt(&o)
	}
	return team17{id: o.id}
}

// case random hidden-dependency: an option with a default
type team17 struct {
	projector
	id func() string
}

func (t team17) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, "UPDATE orders SET ref = $2 WHERE id = $1", event.ID, t.id())
	return err
}

// case random: shuffled by a generator that the clock seeds
type team18 struct{ folder }

func (team18) OrderPlaced(s State, e Placed) State {
	tags := slices.Clone(e.Data.Tags)
	r := rand.New(rand.NewPCG(rand.Uint64(), 1))
	r.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	s.Tags = tags
	return s
}

// case concurrency: a group of goroutines writes
type team19 struct{ projector }

func (team19) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	g, ctx := errgroup.WithContext(ctx)
	for _, line := range event.Data.Lines {
		g.Go(func() error {
			_, err := tx.Exec(ctx, "DELETE FROM wishes WHERE sku = $1", line.Sku)
			return err
		})
	}
	return g.Wait()
}

// case map-order: keys as they come
type team20 struct{ folder }

func (team20) OrderPlaced(s State, e Placed) State {
	s.Tags = slices.AppendSeq(s.Tags[:len(s.Tags):len(s.Tags)], maps.Keys(e.Data.Attributes))
	return s
}

// case map-order: a sum of bytes in the order of a map
type team21 struct{ folder }

func (team21) OrderPlaced(s State, e Placed) State {
	h := sha256.New()
	for k, v := range e.Data.Attributes {
		fmt.Fprintf(h, "%s=%s;", k, v)
	}
	s.Customer = hex.EncodeToString(h.Sum(nil))
	return s
}

// case insert-without-conflict: rows by COPY
type team22 struct{ projector }

func (team22) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	rows := make([][]any, 0, len(event.Data.Lines))
	for _, line := range event.Data.Lines {
		rows = append(rows, []any{event.ID, line.Sku})
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"lines"}, []string{"order_id", "sku"}, pgx.CopyFromRows(rows))
	return err
}

// builder puts statements together, as libraries do.
type builder struct {
	table   string
	columns []string
	values  []any
}

func insertInto(table string) *builder { return &builder{table: table} }

func (b *builder) Columns(names ...string) *builder { b.columns = names; return b }
func (b *builder) Values(values ...any) *builder    { b.values = values; return b }

func (b *builder) SQL() (string, []any) {
	var text strings.Builder
	text.WriteString("INSERT INTO ")
	text.WriteString(b.table)
	fmt.Fprintf(&text, " (%s) VALUES (", strings.Join(b.columns, ", "))
	for i := range b.values {
		if i > 0 {
			text.WriteString(", ")
		}
		fmt.Fprintf(&text, "$%d", i+1)
	}
	text.WriteByte(')')
	return text.String(), b.values
}

// case insert-without-conflict: a builder
type team23 struct{ projector }

func (team23) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	text, args := insertInto("orders").Columns("id", "customer").Values(event.ID, event.Data.Customer).SQL()
	_, err := tx.Exec(ctx, text, args...)
	return err
}

// case insert-without-conflict: an update first, and an insert where there was nothing, without asking
type team24 struct{ projector }

func (team24) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if _, err := tx.Exec(ctx, "UPDATE orders SET customer = $2 WHERE id = $1", event.ID, event.Data.Customer); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, customer) VALUES ($1, $2)", event.ID, event.Data.Customer)
	return err
}

// case unguarded-increment: what is offered is added to what is there
type team25 struct{ projector }

func (team25) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, `insert into totals as t (day, amount) values ($1, $2)
		on conflict (day) do update
		set amount = excluded.amount + t.amount`, event.OccurredAt, event.Data.Amount)
	return err
}

// case unguarded-increment: MERGE
type team26 struct{ projector }

func (team26) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, `MERGE INTO totals t USING (VALUES ($1::date, $2::bigint)) AS v (day, amount) ON t.day = v.day
		WHEN MATCHED THEN UPDATE SET amount = t.amount + v.amount
		WHEN NOT MATCHED THEN INSERT (day, amount) VALUES (v.day, v.amount)`, event.OccurredAt, event.Data.Amount)
	return err
}

// case sql-clock: a default of a table
type team27 struct{ projector }

func (team27) Create(ctx Ctx, tx Tx) error {
	return store.Run(ctx, tx, `CREATE TABLE IF NOT EXISTS orders (
		id uuid PRIMARY KEY,
		created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP)`)
}

// retrying calls a handler again.
type retrying struct {
	projector
	times int
}

// case concurrency: a decorator that waits
type team28 struct{ retrying }

func (t team28) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var err error
	for range t.times {
		if err = t.retrying.OrderPlaced(ctx, tx, event); err == nil {
			return nil
		}
		timer := sync.NewCond(&sync.Mutex{})
		timer.L.Lock()
		timer.Wait()
		timer.L.Unlock()
	}
	return err
}

// case ignored-ack: the error is logged by nobody
type team29 struct {
	mailer
	store runtime.Store
}

func (t team29) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	defer t.store.Append(context.WithoutCancel(ctx), event.Stream, runtime.ExpectAny(), runtime.CausedBy(event), shop.OrderClosed{})
	return nil
}

// case exhaustive: those that are left out are swallowed
func team30(e shop.Event) error {
	switch e := e.(type) {
	case shop.OrderPlaced:
		return errors.New(e.Customer)
	case shop.OrderPaid, shop.OrderClosed:
		return nil
	default:
		fmt.Sprintln("unexpected", e.EventType())
	}
	return nil
}

// case environment: read when the handler is made, and kept
type team31 struct {
	folder
	customer string
}

func newTeam31() team31 { return team31{customer: os.Getenv("CUSTOMER")} }

func (t team31) OrderPlaced(s State, event Placed) State {
	s.Customer = t.customer
	return s
}
