package bad

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// case insert-without-conflict: the plain one
type insert1 struct{ projector }

func (insert1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, `INSERT INTO orders (id, customer) VALUES ($1, $2)`, event.ID, event.Data.Customer)
	return err
}

const insertOrder = `
	INSERT INTO orders (id, customer) -- ON CONFLICT DO NOTHING would lose changes
	VALUES ($1, $2)
	RETURNING id`

// case insert-without-conflict: only a comment has the clause
type insert2 struct{ projector }

func (insert2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	var id string
	return tx.QueryRow(ctx, insertOrder, event.ID, event.Data.Customer).Scan(&id)
}

// case insert-without-conflict: in a batch
type insert3 struct{ projector }

func (insert3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	b := &pgx.Batch{}
	for _, line := range event.Data.Lines {
		b.Queue("insert into lines (sku) values ($1)", line.Sku)
	}
	return tx.SendBatch(ctx, b).Close()
}

// case insert-without-conflict: behind another common table expression
type insert4 struct{ projector }

func (insert4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`WITH c AS (INSERT INTO customers (name) VALUES ($1) ON CONFLICT DO NOTHING RETURNING id)
		INSERT INTO orders (customer) SELECT id FROM c`, event.Data.Customer)
	return nil
}

//go:embed insert.sql
var embedded string

// case insert-without-conflict: in a file
type insert5 struct{ projector }

func (insert5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(embedded, event.ID)
	return nil
}

// case insert-without-conflict: put together
type insert6 struct{ projector }

func (insert6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	columns := []string{"id", "customer"}
	text := "INSERT INTO " + tx.Table("orders") + " (" + strings.Join(columns, ", ") + ") VALUES ($1, $2)"
	tx.Queue(text, event.ID, event.Data.Customer)
	return nil
}

// case insert-without-conflict: in a consumer, by a helper that formats
type insert7 struct{ mailer }

func (insert7) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	return run(ctx, tx, "mails", "id, customer", event.ID, event.Data.Customer)
}

func run(ctx Ctx, tx *sql.Tx, table, columns string, args ...any) error {
	_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO %s (%s) VALUES (?, ?)", table, columns), args...)
	return err
}

// case insert-without-conflict: prepared when the program starts
type insert8 struct {
	mailer
	insert *sql.Stmt
}

func newInsert8(db *sql.DB) (insert8, error) {
	insert, err := db.Prepare("INSERT INTO mails (id) VALUES (?)")
	return insert8{insert: insert}, err
}

func (i insert8) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := tx.StmtContext(ctx, i.insert).ExecContext(ctx, event.ID)
	return err
}

// case unguarded-increment: the plain one
type increment1 struct{ projector }

func (increment1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, `UPDATE customers SET orders = orders + 1 WHERE name = $1`, event.Data.Customer)
	return err
}

// case unguarded-increment: in an upsert
type increment2 struct{ projector }

func (increment2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`INSERT INTO customers (name, spent) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET spent = customers.spent + EXCLUDED.spent`, event.Data.Customer, event.Data.Amount)
	return nil
}

// case unguarded-increment: enough money is no guard
type increment3 struct{ mailer }

func (increment3) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error {
	_, err := tx.ExecContext(ctx, "UPDATE accounts SET balance = balance - ? WHERE name = ? AND balance >= ?",
		event.Data.Amount, event.Data.Customer, event.Data.Amount)
	return err
}

// case unguarded-increment: the version is written, and not asked
type increment4 struct{ projector }

func (increment4) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	tx.Queue("UPDATE orders SET parcels = coalesce(parcels, 0) + $2, version = $3 WHERE id = $1",
		event.Stream.ID(), event.Data.Parcels, event.StreamVersion)
	return nil
}

// case unguarded-increment: a list that grows
type increment5 struct{ projector }

func (increment5) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	tx.Queue("UPDATE orders SET carriers = array_append(carriers, $2) WHERE id = $1", event.Stream.ID(), event.Data.Carrier)
	return nil
}

// case unguarded-increment: read, changed in Go, written
type increment6 struct{ projector }

func (increment6) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	var parcels int
	if err := tx.QueryRow(ctx, "SELECT parcels FROM orders WHERE id = $1", event.Stream.ID()).Scan(&parcels); err != nil {
		return err
	}
	parcels += int(event.Data.Parcels)
	_, err := tx.Exec(ctx, "UPDATE orders SET parcels = $2 WHERE id = $1", event.Stream.ID(), parcels)
	return err
}

// case unguarded-increment: counted in the handler
type increment7 struct {
	projector
	placed int64
}

func (i *increment7) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	i.placed++
	tx.Queue("UPDATE totals SET placed = $1", i.placed)
	return nil
}

// case sql-clock: now
type chance1 struct{ projector }

func (chance1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, "UPDATE orders SET seen_at = now() WHERE id = $1", event.ID)
	return err
}

// case sql-clock: without parentheses
type chance2 struct{ projector }

func (chance2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("INSERT INTO orders (id, at) VALUES ($1, current_timestamp) ON CONFLICT (id) DO NOTHING", event.ID)
	return nil
}

// case sql-clock: a default of a column
type chance3 struct{ projector }

func (chance3) Create(ctx Ctx, tx Tx) error {
	_, err := tx.Exec(ctx, "CREATE TABLE "+tx.Table("orders")+" (id uuid PRIMARY KEY, row uuid DEFAULT gen_random_uuid())")
	return err
}

// case sql-clock: chance in an order
type chance4 struct{ projector }

func (chance4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET lucky = true WHERE id = (SELECT id FROM orders ORDER BY RANDOM() LIMIT 1)")
	return nil
}

// case sql-clock: by a helper
type chance5 struct{ projector }

func (c chance5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return c.exec(ctx, tx, "UPDATE {orders} SET at = statement_timestamp() WHERE id = $1", event.ID)
}

func (chance5) exec(ctx Ctx, tx Tx, text string, args ...any) error {
	_, err := tx.Exec(ctx, strings.NewReplacer("{orders}", tx.Table("orders")).Replace(text), args...)
	return err
}

// case sql-clock: what PostgreSQL understands as a time
type chance6 struct{ projector }

func (chance6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET at = 'now'::timestamptz WHERE id = $1", event.ID)
	return nil
}

// case unguarded-increment: a condition that holds again
type increment8 struct{ projector }

func (increment8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	if event.StreamVersion == 1 {
		tx.Queue("UPDATE totals SET placed = placed + 1")
	}
	return nil
}

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func do[E execer](ctx Ctx, e E, text string, args ...any) error {
	_, err := e.Exec(ctx, text, args...)
	return err
}

// case insert-without-conflict: by a generic helper
type insert9 struct{ projector }

func (*insert9) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return do(ctx, tx, "INSERT INTO orders VALUES ($1)", event.ID)
}

// case insert-without-conflict: a generic handler, by a literal in a table
type insert10[D any] struct {
	projector
	limit D
}

func (insert10[D]) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	steps := []func() error{func() error {
		_, err := tx.Exec(ctx, "INSERT INTO orders VALUES ($1)", event.ID)
		return err
	}}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
