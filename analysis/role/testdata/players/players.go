// Package players plays roles in every way there is.
package players

import (
	"context"

	"github.com/evgen/evgen/analysis/role/testdata/elsewhere"
	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type state struct{ n int }

// An implementer of a generic interface.
type evolver struct{}

func (evolver) ItemAdded(s state, e runtime.Envelope[ledger.ItemAdded]) state     { return s } // want `evolver evolver.ItemAdded`
func (evolver) ItemRemoved(s state, e runtime.Envelope[ledger.ItemRemoved]) state { return s } // want `evolver evolver.ItemRemoved`
func (evolver) helper()                                                           {}

// A generic one, by pointer.
type counter[S any] struct{ zero S }

func (c *counter[S]) ItemAdded(s S, e runtime.Envelope[ledger.ItemAdded]) S     { return s } // want `evolver counter.ItemAdded`
func (c *counter[S]) ItemRemoved(s S, e runtime.Envelope[ledger.ItemRemoved]) S { return s } // want `evolver counter.ItemRemoved`

// One that inherits half of its methods.
type base struct{}

func (base) Tables() []string { return nil } // want `projection list.Tables`

type list struct{ base }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e runtime.Envelope[ledger.ItemAdded]) error { // want `projection list.ItemAdded`
	return nil
}

// One that leaves the rest to whom it wraps.
type wrapped struct{ ledgerread.CallHandler }

func (w wrapped) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error { // want `consumer wrapped.ItemRemoved`
	return w.CallHandler.ItemRemoved(ctx, e)
}

// The names fit, the types do not.
type impostor struct{}

func (impostor) ItemAdded(s state, e ledger.ItemAdded) state     { return s }
func (impostor) ItemRemoved(s state, e ledger.ItemRemoved) state { return s }

// Half of the methods are no evolver.
type half struct{}

func (half) ItemAdded(s state, e runtime.Envelope[ledger.ItemAdded]) state { return s }

// Functions.

func react(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { // want `reaction react`
	return nil, nil
}

func unused(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) {
	return nil, nil
}

type reactor struct{}

func (reactor) react(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { // want `reaction reactor.react`
	return nil, nil
}

func upcast(m *runtime.Meta, old int) (string, error) { return "", nil } // want `upcaster upcast`

func made() ledger.React {
	return func(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { return nil, nil } // want `reaction made.func1`
}

func makes() func(context.Context, runtime.Envelope[ledger.ItemAdded]) ([]string, error) {
	return func(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { return nil, nil } // want `reaction makes.func1`
}

func generic[T any](ctx context.Context, e runtime.Envelope[T]) ([]string, error) { return nil, nil } // want `reaction generic`

type table struct{ on ledger.React }

func Main() {
	ledger.OnAdded(react)
	ledger.OnAdded(reactor{}.react)
	ledger.OnAdded(made())
	ledger.OnAdded(makes())
	ledger.OnAdded(generic[ledger.ItemAdded])
	_, _ = ledger.Custom(upcast, 1)
	literal := func(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { return nil, nil } // want `reaction Main.func1`
	ledger.OnAdded(literal)
	_ = table{on: func(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { return nil, nil }} // want `reaction Main.func2`
	_ = []ledger.React{ledger.React(elsewhere.React)}                                                                    // want `reaction React`
	var h ledgerread.ListHandler[*elsewhere.Tx] = elsewhere.Handler{}                                                    // want `projection Handler.Tables` `projection Handler.ItemAdded`
	ledgerread.List(h)
	ledgerread.List[*ledgerread.Tx](list{})
	ledger.Fold(evolver{})
}

// Fields of structs that give a role.
var byHand = ledgerread.Table{
	One:   func(item string) error { return nil }, // want `projection init.func1`
	Other: func(item string) error { return nil },
}

// Functions that implement an interface.
type call func(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error

func (f call) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error { // want `consumer call.ItemRemoved`
	return f(ctx, e)
}

// What has the methods of a read model, and is a consumer.
type both struct{ base }

func (both) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e runtime.Envelope[ledger.ItemAdded]) error {
	return nil
}

func (both) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error { // want `consumer both.ItemRemoved`
	return nil
}

var _ ledgerread.CallHandler = both{}

// The same, for others to use.
type Both struct{ base }

func (Both) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e runtime.Envelope[ledger.ItemAdded]) error {
	return nil
}

func (Both) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error { // want `consumer Both.ItemRemoved`
	return nil
}

var _ ledgerread.CallHandler = Both{}

// A consumer that hands a method of its own on as a reaction, and lends others those of a read model.
type hybrid struct{ base }

func (hybrid) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e runtime.Envelope[ledger.ItemAdded]) error { // want `projection lent.ItemAdded`
	return nil
}

func (hybrid) ItemRemoved(ctx context.Context, e runtime.Envelope[ledger.ItemRemoved]) error { // want `consumer hybrid.ItemRemoved`
	return nil
}

func (hybrid) react(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) { // want `reaction hybrid.react`
	return nil, nil
}

type lent struct{ hybrid }

var _ ledgerread.CallHandler = hybrid{}

func wire() {
	ledger.OnAdded(hybrid{}.react)
	ledgerread.List[*ledgerread.Tx](lent{})
}
