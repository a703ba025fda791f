// Package ledger stands for what evgen generates: events, and types that give roles.
package ledger

import (
	"context"

	"github.com/evgen/evgen/runtime"
)

// ItemAdded is an event.
type ItemAdded struct {
	ID   string
	Tags []string
	Lots map[string]int
}

// ItemRemoved is an event.
type ItemRemoved struct{ ID string }

// ItemEvolver folds events.
//
//evgen:role evolver
type ItemEvolver[S any] interface {
	ItemAdded(state S, event runtime.Envelope[ItemAdded]) S
	ItemRemoved(state S, event runtime.Envelope[ItemRemoved]) S
}

// Fold takes an evolver.
func Fold[S any](evolver ItemEvolver[S]) {}

// React answers an event.
//
//evgen:role reaction
type React func(ctx context.Context, event runtime.Envelope[ItemAdded]) ([]string, error)

// OnAdded takes a reaction.
func OnAdded(react React) {}

// Upcast makes a new event of an old one.
//
//evgen:role upcaster
type Upcast[O, N any] func(m *runtime.Meta, old O) (N, error)

// Custom calls an upcast.
func Custom[O, N any](f Upcast[O, N], old O) (N, error) { return f(nil, old) }
