// Package ledgerread stands for the read models that evgen generates.
package ledgerread

import (
	"context"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/runtime"
)

// Tx is a transaction.
type Tx struct{}

// Queue queues a statement.
func (*Tx) Queue(sql string, args ...any) {}

// Exec runs one.
func (*Tx) Exec(ctx context.Context, sql string, args ...any) error { return nil }

// ListHandler writes the list.
//
//evgen:role projection
type ListHandler[T any] interface {
	Tables() []string
	ItemAdded(ctx context.Context, tx T, event runtime.Envelope[ledger.ItemAdded]) error
}

// List is the projection that h writes.
func List[T any](h ListHandler[T]) {}

// CallHandler calls the world.
//
//evgen:role consumer
type CallHandler interface {
	ItemRemoved(ctx context.Context, event runtime.Envelope[ledger.ItemRemoved]) error
}

// Table is a read model that is declared by hand.
type Table struct {
	// One gives an item its effect.
	//
	//evgen:role projection
	One func(item string) error
	// Other says nothing.
	Other func(item string) error
}
