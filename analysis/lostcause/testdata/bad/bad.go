package bad

import (
	"context"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
)

type mails struct {
	store  runtime.Store
	stream runtime.StreamID
	cause  runtime.Cause
}

var _ shopprocess.MailsHandler[int] = (*mails)(nil)

var system = runtime.Root()

func newMails(store runtime.Store) *mails { return &mails{store: store, cause: runtime.Root()} }

func (m *mails) OrderPlaced(ctx context.Context, tx int, event runtime.Envelope[shop.OrderPlaced]) error {
	_, err := m.store.Append(ctx, m.stream, runtime.ExpectAny(), runtime.Root(), shop.OrderClosed{}) // want `runtime.Root starts a new chain, although the event is at hand that leads to this \(mails.OrderPlaced\)`
	if err != nil {
		return err
	}
	actor := runtime.Root().WithActor("mails") // want `runtime.Root starts a new chain`
	if err := m.close(ctx, actor); err != nil {
		return err
	}
	again := func(event string) error {
		return m.close(ctx, runtime.Root()) // want `runtime.Root starts a new chain`
	}
	if err := again("another event"); err != nil {
		return err
	}
	return m.byHelper(ctx)
}

func (m *mails) byHelper(ctx context.Context) error {
	return m.close(ctx, runtime.Root()) // want `mails.OrderPlaced -> mails.byHelper`
}

func (m *mails) OrderShipped(ctx context.Context, tx int, event runtime.Envelope[shop.OrderShipped]) error {
	var zero runtime.Cause
	invented := runtime.Root().WithCorrelation(uuid.New())       // want `runtime.Root starts a new chain`
	lineage := runtime.CausedBy(runtime.Lineage{ID: uuid.New()}) // want `a runtime.Lineage without the correlation of the event`
	if err := m.close(ctx, runtime.Cause{}); err != nil {        // want `the zero runtime.Cause names no chain`
		return err
	}
	for _, cause := range []error{m.close(ctx, zero)} { // want `the zero runtime.Cause names no chain`
		if cause != nil {
			return cause
		}
	}
	if err := m.close(ctx, system); err != nil { // want `runtime.Root starts a new chain`
		return err
	}
	if err := m.close(ctx, m.cause); err != nil { // want `runtime.Root starts a new chain`
		return err
	}
	if err := m.close(ctx, invented); err != nil {
		return err
	}
	if err := m.close(ctx, lineage); err != nil {
		return err
	}
	return func() error {
		return m.close(ctx, runtime.Root().WithHeader("a", "b")) // want `runtime.Root starts a new chain`
	}()
}

func (m *mails) close(ctx context.Context, cause runtime.Cause) error {
	_, err := m.store.Append(ctx, m.stream, runtime.ExpectAny(), cause, shop.OrderClosed{})
	return err
}
