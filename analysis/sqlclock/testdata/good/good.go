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

func (orders) Create(ctx context.Context, tx *pgmodel.Tx) error {
	tx.Queue("CREATE TABLE orders (id uuid PRIMARY KEY, at timestamptz NOT NULL, now text)")
	return nil
}

func (orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	const text = `
		-- not now(): the event knows
		INSERT INTO orders (id, at, now) VALUES ($1, $2, 'now()') ON CONFLICT DO NOTHING`
	_, err := tx.Exec(ctx, text, event.ID, event.OccurredAt)
	return err
}

func (orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	_, err := tx.Exec(ctx, `UPDATE orders SET "now()" = $2, at = date($3) WHERE id = $1`, event.ID, "x", event.OccurredAt)
	return err
}

func (orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	return nil
}

func (orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	return nil
}

type mails struct{}

var _ shopprocess.MailsHandler[*sql.Tx] = mails{}

// OrderPlaced is of a consumer: it says when it sent the mail.
func (mails) OrderPlaced(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	_, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO mails (id, sent) VALUES (?, datetime('now'))", event.ID)
	return err
}

func (mails) OrderShipped(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	return nil
}
