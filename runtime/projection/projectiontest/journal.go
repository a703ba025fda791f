package projectiontest

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
)

// journal is a handwritten read model: a row for each fact, in which it stands how
// many facts of its key came before. A fact that has its effect twice fails on the
// primary key.
type journal[T Tx] struct {
	target Target[T]
	// label is written into every row.
	label string
	// fail, if set, says which facts the handler fails on.
	fail atomic.Pointer[func(f *projection.Fact) error]
	// blames makes failures tell which fact it was.
	blames bool
}

// entry is a row of a journal.
type entry struct {
	Position runtime.Position
	Ordinal  int
	Key      string
	Nth      int
	Effects  bool
	Label    string
}

func (w *world[T]) journal(label string) *journal[T] {
	return &journal[T]{target: w.target, label: label, blames: true}
}

// projection is keyed by stream.
func (j *journal[T]) projection() projection.Projection[T] {
	return projection.Projection[T]{
		ID: "journal", Digest: "sha256:" + j.label,
		Types:   []string{orders.TypeOrderPlaced, orders.TypeOrderShipped, orders.TypeOrderCancelled},
		Handler: j,
	}
}

func (j *journal[T]) projections() []projection.Projection[T] {
	return []projection.Projection[T]{j.projection()}
}

func (j *journal[T]) failOn(f func(f *projection.Fact) error) { j.fail.Store(&f) }

func (j *journal[T]) Tables() []string { return []string{"journal"} }

func (j *journal[T]) Create(ctx context.Context, tx T) error {
	return j.target.Exec(ctx, tx, `CREATE TABLE `+tx.Table("journal")+` (position BIGINT NOT NULL, ordinal BIGINT NOT NULL,
		ordering_key TEXT NOT NULL, nth BIGINT NOT NULL, effects BIGINT NOT NULL, label TEXT NOT NULL, PRIMARY KEY (position, ordinal),
		UNIQUE (ordering_key, nth))`)
}

func (j *journal[T]) Apply(ctx context.Context, tx T, facts []projection.Fact) error {
	for i := range facts {
		err := j.one(ctx, tx, &facts[i])
		if err != nil && j.blames {
			return &projection.EventError{Index: i, Err: err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (j *journal[T]) one(ctx context.Context, tx T, f *projection.Fact) error {
	if fail := j.fail.Load(); fail != nil && *fail != nil {
		if err := (*fail)(f); err != nil {
			return err
		}
	}
	effects := int64(0)
	if tx.Effects(f.Position) {
		effects = 1
	}
	table := tx.Table("journal")
	return j.target.Exec(ctx, tx, `INSERT INTO `+table+` (position, ordinal, ordering_key, nth, effects, label)
		VALUES ($1, $2, $3, (SELECT coalesce(max(nth), 0) FROM `+table+` WHERE ordering_key = $4) + 1, $5, $6)`,
		int64(f.Position), int64(f.Ordinal), f.Stream.String(), f.Stream.String(), effects, j.label)
}

// entries reads a journal by position, from the view or from a version's table.
func (w *world[T]) entries(table string) []entry {
	w.t.Helper()
	out, err := w.readJournal(w.db, table)
	check(w.t, "read "+table, err)
	return out
}

func (w *world[T]) readJournal(db projection.Database[T], table string) ([]entry, error) {
	var out []entry
	err := w.target.Query(w.ctx, db, `SELECT position, ordinal, ordering_key, nth, effects, label FROM `+table+` ORDER BY position, ordinal`, func(rows Rows) error {
		var e entry
		var position, ordinal, nth, effects int64
		err := rows.Scan(&position, &ordinal, &e.Key, &nth, &effects, &e.Label)
		e.Position, e.Ordinal, e.Nth, e.Effects = runtime.Position(position), int(ordinal), int(nth), effects != 0
		out = append(out, e)
		return err
	})
	return out, err
}

// complete checks that a journal holds all events up to a position once, each key
// in order.
func (w *world[T]) complete(table string, last runtime.Position) {
	w.t.Helper()
	entries := w.entries(table)
	if err := w.judge(entries, last); err != nil {
		w.t.Fatalf("%s: %v\n%s", table, err, w.state())
	}
}

func (w *world[T]) judge(entries []entry, last runtime.Position) error {
	var wanted []runtime.Position
	for rec, err := range w.store.ReadAll(w.ctx, 0, runtime.Filter{Until: last}) {
		if err != nil {
			return err
		}
		wanted = append(wanted, rec.Position)
	}
	nth := map[string]int{}
	for i, e := range entries {
		if i >= len(wanted) || e.Position != wanted[i] {
			return fmt.Errorf("entry %d is %+v, of %d entries, for %d events", i, e, len(entries), len(wanted))
		}
		if nth[e.Key]++; nth[e.Key] != e.Nth {
			return fmt.Errorf("%+v was number %d of its key, and should be %d", e, e.Nth, nth[e.Key])
		}
	}
	if len(entries) != len(wanted) {
		return fmt.Errorf("%d entries for %d events", len(entries), len(wanted))
	}
	return nil
}

// Order is the row of the suite's declared projection.
type Order struct {
	Customer string
	Cents    int64
	Shipped  int64
}

// declared is a projection of orders: placed, shipped several times, gone.
func (w *world[T]) declared(digest string) projection.Projection[T] {
	return projection.Projection[T]{
		ID: "orders", Digest: digest,
		Types:   []string{orders.TypeOrderPlaced, orders.TypeOrderShipped, orders.TypeOrderCancelled},
		Handler: w.target.Declared(&orderRows),
	}
}

var orderRows = projection.Rows[string, Order]{
	Table: projection.Table{
		Name: "orders", Keys: 1,
		Columns: []projection.Column{
			{Name: "id", Type: projection.Text}, {Name: "customer", Type: projection.Text},
			{Name: "cents", Type: projection.Int}, {Name: "shipped", Type: projection.Int},
		},
		Indexes: [][]string{{"customer"}, {"shipped", "cents"}},
	},
	Key: func(f *projection.Fact) (string, bool) { return f.Stream.ID(), true },
	Apply: func(c *projection.Change[Order], f *projection.Fact) {
		switch e := f.Data.(type) {
		case orders.OrderPlaced:
			if c.Upsert() {
				c.Data.Customer, c.Data.Cents, c.Set = e.Customer, e.AmountCents, c.Set|1|2
			}
		case orders.OrderShipped:
			if c.Upsert() {
				c.Data.Shipped, c.Added = c.Data.Shipped+1, c.Added|4
			}
		case orders.OrderCancelled:
			c.Delete()
		}
	},
	Write: func(w projection.RowWriter, key string, row *Order) {
		w.Text(key)
		w.Text(row.Customer)
		w.Int(row.Cents)
		w.Int(row.Shipped)
	},
}

// orderTable reads the declared projection.
func (w *world[T]) orderTable() map[string]Order {
	w.t.Helper()
	out := map[string]Order{}
	check(w.t, "read orders", w.target.Query(w.ctx, w.db, `SELECT id, customer, cents, shipped FROM orders`, func(rows Rows) error {
		var id string
		var o Order
		err := rows.Scan(&id, &o.Customer, &o.Cents, &o.Shipped)
		out[id] = o
		return err
	}))
	return out
}
