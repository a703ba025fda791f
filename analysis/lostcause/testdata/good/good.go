package good

import (
	"context"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
)

type mails struct {
	store  runtime.Store
	stream runtime.StreamID
}

var _ shopprocess.MailsHandler[int] = (*mails)(nil)

func (m *mails) OrderPlaced(ctx context.Context, tx int, event runtime.Envelope[shop.OrderPlaced]) error {
	if err := m.close(ctx, runtime.CausedBy(event).WithActor("mails")); err != nil {
		return err
	}
	copied := runtime.Root().WithCorrelation(event.Correlation).WithCausation(event.ID)
	if err := m.close(ctx, copied); err != nil {
		return err
	}
	return m.close(ctx, runtime.CausedBy(runtime.Lineage{ID: event.ID, Correlation: event.Correlation}))
}

func (m *mails) OrderShipped(ctx context.Context, tx int, event runtime.Envelope[shop.OrderShipped]) error {
	var cause runtime.Cause
	cause = causeOf(event.Meta)
	return m.close(ctx, cause)
}

func causeOf(c runtime.Causer) runtime.Cause { return runtime.CausedBy(c) }

func (m *mails) close(ctx context.Context, cause runtime.Cause) error {
	_, err := m.store.Append(ctx, m.stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}

// Run answers a request: a chain begins here.
func (m *mails) Run(ctx context.Context) error { return m.close(ctx, runtime.Root()) }
