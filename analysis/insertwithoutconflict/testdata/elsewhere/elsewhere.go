// Package elsewhere has handlers whose statements other packages send.
package elsewhere

import (
	"context"

	"github.com/evgen/evgen/analysis/insertwithoutconflict/testdata/kept"
	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type orders struct{ send kept.Sender }

var _ shoppg.OrdersHandler = (*orders)(nil)

const here = "INSERT INTO here (id) VALUES ($1)"

func (*orders) Tables() []string                                 { return []string{"orders"} }
func (*orders) Create(ctx context.Context, tx *pgmodel.Tx) error { return nil }

func (o *orders) OrderPlaced(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPlaced]) error {
	if err := kept.Lines(ctx, tx, []any{event.ID}); err != nil { // want `INSERT INTO lines .* \(orders.OrderPlaced -> kept.Lines -> kept.Line\)`
		return err
	}
	if err := o.here(ctx, tx, event.ID); err != nil {
		return err
	}
	if err := kept.Row(ctx, tx, event.ID, int64(event.StreamVersion), 7, true); err != nil { // want `INSERT INTO rows`
		return err
	}
	if err := kept.Mark(ctx, tx, event.ID, int64(event.StreamVersion), 7); err != nil {
		return err
	}
	return kept.Into(ctx, tx, "tables", event.ID) // want `INSERT INTO tables .* \(orders.OrderPlaced -> kept.Into\)`
}

func (o *orders) here(ctx context.Context, tx *pgmodel.Tx, id any) error {
	return kept.Send(ctx, tx, here, id) // want `INSERT INTO here .* \(orders.OrderPlaced -> orders.here -> kept.Send\)`
}

func (o *orders) OrderShipped(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderShipped]) error {
	tx.Queue(kept.Text, event.ID)           // want `INSERT INTO texts`
	return o.send.Parcel(ctx, tx, event.ID) // want `INSERT INTO parcels .* \(orders.OrderShipped -> kept.Sender.Parcel\)`
}

func (o *orders) OrderPaid(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid]) error {
	return each(ctx, tx, event, kept.Line) // want `INSERT INTO lines .*kept.Line`
}

func each(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderPaid], f func(context.Context, kept.Tx, any) error) error {
	return f(ctx, tx, event.ID)
}

func (o *orders) OrderClosed(ctx context.Context, tx *pgmodel.Tx, event runtime.Envelope[shop.OrderClosed]) error {
	tag, err := tx.Exec(ctx, "INSERT INTO seen (id) VALUES ($1) ON CONFLICT DO NOTHING", event.ID)
	if err != nil || tag.RowsAffected() == 0 {
		return err
	}
	return kept.Line(ctx, tx, event.ID)
}
