package library

import (
	"context"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// RelayID is the name under which the relay keeps its progress.
const RelayID = "outgoing"

// Worker takes the steps of sagas.
type Worker interface {
	Run(ctx context.Context) error
}

// Relay returns what writes the events to a broker, not yet running.
func (l *Library) Relay(sink delivery.Sink) (Runner, error) {
	return l.place.relay(l.Events, sink, l.options())
}

// Reaction returns what lets memories matter as much as those that they stand for,
// not yet running.
func (l *Library) Reaction() (Runner, error) { return l.place.reaction(l.Events, l.options()) }

// SetupSagas makes the tables of sagas, which are not there before the first one is
// run: until then nobody can ask for any.
func (l *Library) SetupSagas(ctx context.Context) error { return l.place.setupSagas(ctx) }

// Saga returns what begins requested consolidations, and what takes their steps; both
// have to run.
func (l *Library) Saga(steps mind.Consolidation) (Runner, Worker, error) {
	return l.place.saga(l.Events, steps, l.options(), []saga.Option{saga.WithLogger(l.logger), saga.WithLease(lease)})
}

// options are those of everything that follows the store.
func (l *Library) options() []projection.Option {
	return []projection.Option{projection.WithLogger(l.logger), projection.WithLease(lease), projection.WithPoll(poll)}
}
