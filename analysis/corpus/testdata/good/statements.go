package good

import (
	"fmt"
	"strings"
)

const upsert = `
	INSERT INTO orders (id, customer) VALUES ($1, $2)
	ON CONFLICT (id) DO UPDATE SET customer = excluded.customer`

// case insert-without-conflict: an upsert
type insert1 struct{ projector }

func (insert1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(upsert, event.ID, event.Data.Customer)
	return nil
}

// case insert-without-conflict: in lower case, over several lines
type insert2 struct{ projector }

func (insert2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, "insert into orders (id)\nvalues ($1)\non\n  conflict do nothing", event.ID)
	return err
}

// case insert-without-conflict: SQLite's way
type insert3 struct{ mailer }

func (insert3) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	_, err := tx.ExecContext(ctx, "INSERT OR REPLACE INTO mails (id) VALUES (?); REPLACE INTO seen VALUES (?)", event.ID, event.ID)
	return err
}

// case insert-without-conflict: the rows are deleted first
type insert4 struct{ projector }

func (insert4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("DELETE FROM lines WHERE order_id = $1", event.ID)
	for _, line := range event.Data.Lines {
		tx.Queue("INSERT INTO lines (order_id, sku) VALUES ($1, $2)", event.ID, line.Sku)
	}
	return nil
}

// case insert-without-conflict: only if it is not there
type insert5 struct{ projector }

func (insert5) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("INSERT INTO orders (id) SELECT $1 WHERE NOT EXISTS (SELECT FROM orders WHERE id = $1)", event.ID)
	return nil
}

// case insert-without-conflict: a new event only
type insert6 struct{ projector }

func (insert6) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tag, err := tx.Exec(ctx, "INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING", event.ID)
	if err != nil {
		return err
	}
	if tag.RowsAffected() == 1 {
		_, err = tx.Exec(ctx, "INSERT INTO log (text) VALUES ($1)", event.Data.Customer)
	}
	return err
}

// case insert-without-conflict: when the tables are made
type insert7 struct{ projector }

func (insert7) Create(ctx Ctx, tx Tx) error {
	tx.Queue("CREATE TABLE totals (placed bigint)")
	tx.Queue("INSERT INTO totals VALUES (0)")
	return nil
}

// case insert-without-conflict: no statement at all
type insert8 struct{ projector }

func (insert8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	return fmt.Errorf("cannot INSERT INTO orders (id) VALUES (%s)", event.ID)
}

// case insert-without-conflict: merged
type insert9 struct{ projector }

func (insert9) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`MERGE INTO orders o USING (VALUES ($1::uuid)) AS n (id) ON o.id = n.id
		WHEN NOT MATCHED THEN INSERT (id) VALUES (n.id)`, event.ID)
	return nil
}

// case unguarded-increment: a version is asked and set
type increment1 struct{ projector }

func (increment1) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	_, err := tx.Exec(ctx, `UPDATE orders SET parcels = parcels + $2, version = $3 WHERE id = $1 AND version < $3`,
		event.Stream.ID(), event.Data.Parcels, event.StreamVersion)
	return err
}

// case unguarded-increment: in an upsert, too
type increment2 struct{ projector }

func (increment2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`INSERT INTO customers AS c (name, spent, position) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET spent = c.spent + excluded.spent, position = excluded.position
		WHERE c.position < excluded.position`, event.Data.Customer, event.Data.Amount, event.Position)
	return nil
}

// case unguarded-increment: set, not added
type increment3 struct{ projector }

func (increment3) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE orders SET total = $2 + $3, seen = greatest(seen, $4) WHERE id = $1", event.ID, event.Data.Amount, 1, event.OccurredAt)
	return nil
}

// case unguarded-increment: counted again
type increment4 struct{ projector }

func (increment4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue("UPDATE customers c SET orders = (SELECT count(*) + 0 FROM orders o WHERE o.customer = c.name) WHERE name = $1", event.Data.Customer)
	return nil
}

// case unguarded-increment: a new event only
type increment5 struct{ mailer }

func (increment5) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	res, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO seen (id) VALUES (?)", event.ID)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE customers SET mails = mails + 1 WHERE name = ?", event.Data.Customer)
	return err
}

// case unguarded-increment: the state of an aggregate
type increment6 struct{ folder }

func (increment6) OrderPlaced(s State, e Placed) State {
	s.Total++
	s.Total += e.Data.Amount
	return s
}

// case unguarded-increment: compared by the program
type increment7 struct{ projector }

func (increment7) OrderShipped(ctx Ctx, tx Tx, event Shipped) error {
	var version int64
	if err := tx.QueryRow(ctx, "SELECT version FROM orders WHERE id = $1", event.Stream.ID()).Scan(&version); err != nil {
		return err
	}
	if int64(event.StreamVersion) <= version {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE orders SET parcels = parcels + $2, version = $3 WHERE id = $1", event.Stream.ID(), event.Data.Parcels, event.StreamVersion)
	return err
}

// case unguarded-increment: a number of the event
type increment8 struct{ projector }

func (increment8) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	n := len(event.Data.Lines)
	n++
	tx.Queue("UPDATE orders SET lines = $2, next = $3 WHERE id = $1", event.ID, n, event.StreamVersion+1)
	return nil
}

// case unguarded-increment: in a comment, a constant and a name
type increment9 struct{ projector }

func (increment9) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`UPDATE orders SET note = 'n = n + 1', "n = n + 1" = $2 /* n = n + 1 */ WHERE id = $1`, event.ID, 1)
	return nil
}

// case sql-clock: the time of the event
type chance1 struct{ projector }

func (chance1) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	_, err := tx.Exec(ctx, "UPDATE orders SET at = $2, day = date($2) WHERE id = $1 -- never now()", event.ID, event.OccurredAt)
	return err
}

// case sql-clock: a column of that name
type chance2 struct{ projector }

func (chance2) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	tx.Queue(`UPDATE orders SET now = $2, random = 'now()', "current_date" = $3 WHERE id = $1`, event.ID, event.OccurredAt, 1)
	return nil
}

// case sql-clock: a consumer says when it did it
type chance3 struct{ mailer }

func (chance3) OrderPlaced(ctx Ctx, tx *sqlTx, event Placed) error {
	_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO mails (id, sent) VALUES (?, datetime('now'))", event.ID)
	return err
}

// case sql-clock: beside the projection
func (chance2) vacuum(ctx Ctx, tx Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM orders WHERE at < now() - interval '1 year'")
	return err
}

// case sql-clock: arithmetic on what is given
type chance4 struct{ projector }

func (chance4) OrderPlaced(ctx Ctx, tx Tx, event Placed) error {
	text := strings.Join([]string{"UPDATE orders SET due = $2::timestamptz + interval '1 day',", "age = age($2, $3)", "WHERE id = $1"}, " ")
	tx.Queue(text, event.ID, event.OccurredAt, event.Data.At)
	return nil
}
