package library

import (
	"context"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryprocess"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// engine is what runs on a database whose transactions are of type T.
type engine[T any] struct {
	models projection.Database[T]
	sagas  saga.Database[T]
	// list and search are the read models.
	list, search projection.Projection[T]
	// appendIn appends to the store in a transaction of the database.
	appendIn func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error)
}

// Sagas implements place.
func (e engine[T]) Sagas() saga.Control { return e.sagas }

func (e engine[T]) setupSagas(ctx context.Context) error { return e.sagas.Setup(ctx) }

func (e engine[T]) runner(store Store, refuse Refuse, opts []projection.Option) (Runner, error) {
	return e.following(store, opts, e.list, guarded(e.search, refuse))
}

func (e engine[T]) relay(store Store, sink delivery.Sink, opts []projection.Option) (Runner, error) {
	return e.following(store, opts, delivery.Relay[T](RelayID, sink, delivery.Binary{Source: "/memory"}))
}

func (e engine[T]) reaction(store Store, opts []projection.Option) (Runner, error) {
	return e.following(store, opts, memoryprocess.NewInherit(mind.Inheritance{}, e.appendIn))
}

// saga returns what begins sagas, and what takes their steps.
func (e engine[T]) saga(store Store, steps mind.Consolidation, opts []projection.Option, more []saga.Option) (Runner, Worker, error) {
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return nil, nil, err
	}
	worker, err := saga.NewWorker(store, e.sagas, registry, e.appendIn, memoryprocess.NewConsolidate(steps), more...)
	if err != nil {
		return nil, nil, err
	}
	starter, err := e.following(store, opts, worker.Starter())
	return starter, worker, err
}

func (e engine[T]) following(store Store, opts []projection.Option, projections ...projection.Projection[T]) (Runner, error) {
	registry, err := runtime.NewRegistry(memory.Schema())
	if err != nil {
		return nil, err
	}
	return projection.NewRunner(store, e.models, registry, projections, opts...)
}
