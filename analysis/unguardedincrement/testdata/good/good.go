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

func (orders) Tables() []string                                 { return []string{"orders"} }
func (orders) Create(ctx context.Context, tx *pgmodel.Tx) error { return nil }

const addOrder = `
UPDATE customers SET orders = orders + 1, version = $2
WHERE id = $1 AND version < $2`

func (orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	tx.Queue(addOrder, event.Data.Customer, event.StreamVersion)
	tx.Queue("UPDATE a SET seen = GREATEST(seen, $2) WHERE id = $1", event.Data.Customer, event.OccurredAt)
	n := len(event.Data.Lines)
	n++
	tx.Queue("UPDATE a SET lines = $2 WHERE id = $1", event.ID, n)
	tx.Queue("UPDATE a SET lines = $2 WHERE id = $1", event.ID, event.Data.Amount+1)
	return nil
}

// OrderShipped looks first which events the row has.
func (orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	var n, version int64
	if err := tx.QueryRow(ctx, "SELECT n, version FROM shipped WHERE id = $1", event.ID).Scan(&n, &version); err != nil {
		return err
	}
	if version >= int64(event.StreamVersion) {
		return nil
	}
	_, err := tx.Exec(ctx, "UPDATE shipped SET n = n + 1, version = $2 WHERE id = $1", event.ID, event.StreamVersion)
	return err
}

func (orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	var n int64
	if err := tx.QueryRow(ctx, "SELECT n FROM paid WHERE id = $1", event.ID).Scan(&n); err != nil {
		return err
	}
	n++
	_, err := tx.Exec(ctx, "UPDATE paid SET n = $2, version = $3 WHERE id = $1 AND version < $3", event.ID, n, event.StreamVersion)
	return err
}

func (orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	_, err := tx.Exec(ctx, `
		WITH fresh AS (INSERT INTO seen (id) VALUES ($2) ON CONFLICT DO NOTHING RETURNING 1)
		UPDATE totals SET closed = closed + 1 WHERE id = $1 AND EXISTS (SELECT 1 FROM fresh)`, event.Stream.String(), event.ID)
	return err
}

// counter is an aggregate: its state is folded, not stored.
type counter struct{ Orders, Parcels int }

type evolver struct{}

var _ shop.OrderEvolver[counter] = evolver{}

func (evolver) OrderPlaced(s counter, e runtime.Envelope[shop.OrderPlaced]) counter {
	s.Orders++
	return s
}

func (evolver) OrderShipped(s counter, e runtime.Envelope[shop.OrderShipped]) counter {
	s.Parcels += int(e.Data.Parcels)
	return s
}

func (evolver) OrderPaid(s counter, e runtime.Envelope[shop.OrderPaid]) counter     { return s }
func (evolver) OrderClosed(s counter, e runtime.Envelope[shop.OrderClosed]) counter { return s }

type mails struct{}

var _ shopprocess.MailsHandler[*sql.Tx] = mails{}

func (mails) OrderPlaced(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	res, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO seen (id) VALUES (?)", event.ID)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.ExecContext(ctx, "UPDATE mails SET sent = sent + 1 WHERE customer = ?", event.Data.Customer)
	return err
}

func (mails) OrderShipped(ctx context.Context, tx *sql.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	_, err := tx.ExecContext(ctx, "SELECT n + 1 FROM mails")
	return err
}
