package good

import (
	"context"
	"database/sql"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type orders struct{}

var _ shoppg.OrdersHandler = orders{}

func (orders) Tables() []string { return []string{"orders"} }

// Create fills a table that is empty.
func (orders) Create(ctx context.Context, tx *pgmodel.Tx) error {
	tx.Queue("CREATE TABLE orders (id uuid PRIMARY KEY)")
	tx.Queue("INSERT INTO settings (name) VALUES ('version')")
	return nil
}

const upsert = `
INSERT INTO orders (id, customer) VALUES ($1, $2)
ON CONFLICT (id) DO UPDATE SET customer = excluded.customer`

func (orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	tx.Queue(upsert, event.ID, event.Data.Customer)
	tx.Queue("DELETE FROM lines WHERE order_id = $1", event.ID)
	for _, line := range event.Data.Lines {
		tx.Queue("INSERT INTO lines (order_id, sku) VALUES ($1, $2)", event.ID, line.Sku)
	}
	return nil
}

// OrderShipped looks first whether the event is a new one.
func (orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	tag, err := tx.Exec(ctx, "INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING", event.ID)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO parcels (id) VALUES ($1)", event.ID)
	return err
}

func (orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	tx.Queue("UPDATE orders SET note = 'INSERT INTO orders VALUES (1)' WHERE id = $1", event.ID)
	tx.Queue("INSERT INTO paid (id) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM paid WHERE id = $1)", event.ID)
	return nil
}

func (orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	return nil
}

type mails struct{}

var _ shopprocess.MailsHandler[*sql.Tx] = mails{}

func (mails) OrderPlaced(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO mails (id) VALUES (?)", event.ID)
	return err
}

func (mails) OrderShipped(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	var n int
	err := tx.QueryRowContext(ctx, "SELECT count(*) FROM mails WHERE text LIKE 'INSERT INTO x'").Scan(&n)
	return err
}

// importAll is no handler: it fills a table of its own.
func importAll(ctx context.Context, db *sql.DB) error {
	_, err := db.ExecContext(ctx, "INSERT INTO imported (id) VALUES (1)")
	return err
}
