package bad

import (
	"context"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type orders struct{}

var _ shoppg.OrdersHandler = orders{}

func (orders) Tables() []string { return []string{"orders"} }

const createOrders = `
CREATE TABLE orders (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	at timestamptz NOT NULL DEFAULT now()
)`

func (orders) Create(ctx context.Context, tx *pgmodel.Tx) error {
	tx.Queue(createOrders) // want `gen_random_uuid in the SQL` `now in the SQL`
	return nil
}
func (orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	_, err := tx.Exec(ctx, "INSERT INTO orders (id, at) VALUES ($1, CURRENT_TIMESTAMP) ON CONFLICT DO NOTHING", event.ID) // want `current_timestamp in the SQL of a projection`
	return err
}

func (orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	return touch(ctx, tx, "UPDATE orders SET at = Now() WHERE id = $1", event.ID) // want `now in the SQL`
}

func touch(ctx context.Context, tx *pgmodel.Tx, text string, args ...any) error {
	_, err := tx.Exec(ctx, text, args...)
	return err
}

func (orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	tx.Queue("UPDATE orders SET lot = random(), at = 'now'::timestamptz WHERE id = $1", event.ID) // want `random in the SQL` `now in the SQL`
	return nil
}

func (orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	var n int
	return tx.QueryRow(ctx, "SELECT count(*) FROM orders WHERE at < current_date", event.ID).Scan(&n) // want `current_date in the SQL`
}
