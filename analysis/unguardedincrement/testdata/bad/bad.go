package bad

import (
	"context"
	"database/sql"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type orders struct{ total int64 }

var placed int64

var _ shoppg.OrdersHandler = (*orders)(nil)

func (*orders) Tables() []string                                 { return []string{"orders"} }
func (*orders) Create(ctx context.Context, tx *pgmodel.Tx) error { return nil }

const addOrder = `
UPDATE customers
SET orders = orders + 1, -- WHERE version < $2
	version = $2
WHERE id = $1`

func (o *orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	tx.Queue(addOrder, event.Data.Customer, event.StreamVersion)                                                                // want `orders is added to without a guard`
	tx.Queue("UPDATE a SET spent = spent - $2 WHERE id = $1 AND spent >= $2", event.Data.Customer)                              // want `spent is added to`
	tx.Queue("INSERT INTO b VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET n = b.n + excluded.n, m = excluded.m", event.Data.At) // want `n is added to`
	o.total += event.Data.Amount
	tx.Queue("UPDATE totals SET total = $1", o.total) // want `total is added to in Go`
	placed++
	tx.Queue("UPDATE totals SET placed = $1", placed) // want `placed is added to in Go`
	return nil
}

func (*orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	var n int
	if err := tx.QueryRow(ctx, "SELECT n FROM shipped WHERE id = $1", event.ID).Scan(&n); err != nil {
		return err
	}
	n++
	_, err := tx.Exec(ctx, "UPDATE shipped SET n = $2 WHERE id = $1", event.ID, n) // want `n is added to in Go`
	return err
}

type row struct {
	Parcels int64
	Carrier string
}

func (*orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	var r row
	if err := tx.QueryRow(ctx, "SELECT parcels, carrier FROM shipped WHERE id = $1", event.ID).Scan(&r.Parcels, &r.Carrier); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "UPDATE shipped SET parcels = $2 WHERE id = $1", event.ID, r.Parcels+2) // want `Parcels is added to in Go`
	return err
}

func (*orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	return count(ctx, tx, "closed")
}

func count(ctx context.Context, tx *pgmodel.Tx, column string) error {
	_, err := tx.Exec(ctx, "UPDATE totals SET closed = COALESCE(closed, 0) + 1") // want `closed is added to.*orders.OrderClosed -> count`
	return err
}

type mails struct{ db *sql.DB }

var _ shopprocess.MailsHandler[*sql.Tx] = mails{}

func (m mails) OrderPlaced(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	_, err := m.db.ExecContext(ctx, "UPDATE mails SET sent = sent+1, last = ? WHERE customer = ?", event.Data.At, event.Data.Customer) // want `sent is added to`
	return err
}

func (m mails) OrderShipped(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	_, err := tx.ExecContext(ctx, "UPDATE mails SET log = log || ? WHERE id = ?", event.Data.Carrier, event.ID) // want `log is added to`
	return err
}
