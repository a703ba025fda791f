// Package good holds handlers, each behind a comment that names it.
package good

import (
	"context"
	"database/sql"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/shop/events/shop"
	"github.com/evgen/evgen/golden/shop/events/shop/shoppg"
	"github.com/evgen/evgen/golden/shop/events/shop/shopprocess"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

type (
	Ctx     = context.Context
	Tx      = *pgmodel.Tx
	Placed  = runtime.Envelope[shop.OrderPlaced]
	Shipped = runtime.Envelope[shop.OrderShipped]
	Paid    = runtime.Envelope[shop.OrderPaid]
	Closed  = runtime.Envelope[shop.OrderClosed]
)

// projector handles nothing; cases embed it.
type projector struct{}

var _ shoppg.OrdersHandler = projector{}

func (projector) Tables() []string                                 { return []string{"orders"} }
func (projector) Create(ctx Ctx, tx Tx) error                      { return nil }
func (projector) OrderPlaced(ctx Ctx, tx Tx, event Placed) error   { return nil }
func (projector) OrderShipped(ctx Ctx, tx Tx, event Shipped) error { return nil }
func (projector) OrderPaid(ctx Ctx, tx Tx, event Paid) error       { return nil }
func (projector) OrderClosed(ctx Ctx, tx Tx, event Closed) error   { return nil }

// State is what evolvers fold.
type State struct {
	Customer string
	Tags     []string
	Names    map[string]string
	Total    int64
	At       time.Time
	ID       uuid.UUID
}

// folder changes nothing; cases embed it.
type folder struct{}

var _ shop.OrderEvolver[State] = folder{}

func (folder) OrderPlaced(s State, e Placed) State   { return s }
func (folder) OrderShipped(s State, e Shipped) State { return s }
func (folder) OrderPaid(s State, e Paid) State       { return s }
func (folder) OrderClosed(s State, e Closed) State   { return s }

// mailer does nothing; cases embed it.
type mailer struct{}

var _ shopprocess.MailsHandler[*sql.Tx] = mailer{}

func (mailer) OrderPlaced(ctx Ctx, tx *sql.Tx, event Placed) error   { return nil }
func (mailer) OrderShipped(ctx Ctx, tx *sql.Tx, event Shipped) error { return nil }

// answers is a reaction.
//
//evgen:role reaction
type answers interface {
	OrderPaid(ctx Ctx, event Paid) ([]runtime.Event, error)
}

// upcast is an upcaster.
//
//evgen:role upcaster
type upcast func(old shop.OrderPlaced) shop.OrderPlaced

var upcasts []upcast

func use(f upcast) { upcasts = append(upcasts, f) }
