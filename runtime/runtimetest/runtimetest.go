// Package runtimetest tests aggregates in the form given, when, then.
//
// In go past events, a decision and what should come of it; out come failures of
// a test with a readable difference. Past events take the way that stored ones
// take: they are encoded, decoded and upcast, so that a past of old versions is
// a fair test. What was decided must pass validation, as Append demands. It never
// touches a store or a clock.
//
//	runtimetest.Given(t, orders.OrderAggregate(evolver{}), orders.OrderPlacedV1{Customer: "Ada"}).
//		When(Ship("DHL")).
//		Then(orders.OrderShipped{Carrier: "DHL"})
package runtimetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Scenario is an aggregate with a past.
type Scenario[S any] struct {
	t         testing.TB
	aggregate runtime.Aggregate[S]
	records   []runtime.Record
	// at is the time of the next past event.
	at time.Time
}

// Given returns an aggregate to which past events have happened, each a second
// after the other. They may be of any version, and retired; they need not be valid.
func Given[S any](t testing.TB, aggregate runtime.Aggregate[S], past ...runtime.Event) *Scenario[S] {
	t.Helper()
	s := &Scenario[S]{t: t, aggregate: aggregate, at: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}
	return s.And(past...)
}

// At sets when the past events that follow have occurred and been recorded.
func (s *Scenario[S]) At(at time.Time) *Scenario[S] {
	s.at = runtime.Timestamp(at)
	return s
}

// And adds past events.
func (s *Scenario[S]) And(past ...runtime.Event) *Scenario[S] {
	s.t.Helper()
	for _, event := range past {
		s.records = append(s.records, s.record(event))
		s.at = s.at.Add(time.Second)
	}
	return s
}

func (s *Scenario[S]) record(event runtime.Event) runtime.Record {
	s.t.Helper()
	data, err := event.AppendJSON(nil)
	if err != nil {
		s.t.Fatalf("given %s: %v", event.EventType(), err)
	}
	n := len(s.records) + 1
	// Ids depend on nothing but the place, so that failures look alike.
	id := uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, n))
	return runtime.Record{
		Meta: runtime.Meta{
			ID: id, Type: event.EventType(), Version: event.EventVersion(),
			Stream: runtime.StreamOf(s.aggregate.Category, "given"), StreamVersion: runtime.StreamVersion(n), Position: runtime.Position(n),
			Correlation: id, Causation: id, OccurredAt: s.at, RecordedAt: s.at,
		},
		Data: data,
	}
}

// When decides on the aggregate's state.
func (s *Scenario[S]) When(decide runtime.Decide[S]) *Outcome[S] {
	s.t.Helper()
	o := &Outcome[S]{scenario: s}
	o.events, o.err = decide(s.fold(nil))
	return o
}

// ThenState compares the state that the past has led to.
func (s *Scenario[S]) ThenState(want S) *Scenario[S] {
	s.t.Helper()
	compareStates(s.t, s.fold(nil), want)
	return s
}

// fold returns the state after the past and further events.
func (s *Scenario[S]) fold(further []runtime.Event) S {
	s.t.Helper()
	future := *s
	future.records = s.records[:len(s.records):len(s.records)]
	future.And(further...)
	var history []runtime.Envelope[runtime.Event]
	for env, err := range runtime.Decode[runtime.Event](s.aggregate.Decoder, future.sequence) {
		if err != nil {
			s.t.Fatalf("given: %v", err)
		}
		history = append(history, env)
	}
	state, err := s.aggregate.Fold(history...)
	if err != nil {
		s.t.Fatalf("given: %v", err)
	}
	return state
}

func (s *Scenario[S]) sequence(yield func(runtime.Record, error) bool) {
	for _, rec := range s.records {
		if !yield(rec, nil) {
			return
		}
	}
}

// Outcome is what was decided.
type Outcome[S any] struct {
	scenario *Scenario[S]
	events   []runtime.Event
	err      error
}

// Then compares the events that were decided with want, in order, by type,
// version and JSON. Without want nothing must have been decided. An error of the
// decision, or an event that fails validation, fails the test.
func (o *Outcome[S]) Then(want ...runtime.Event) *Outcome[S] {
	t := o.scenario.t
	t.Helper()
	if o.err != nil {
		t.Errorf("decided error: %v\nwant events:\n%s", o.err, describe(t, want))
		return o
	}
	for i, event := range o.events {
		if err := event.Validate(); err != nil {
			t.Errorf("event %d (%s) would be refused: %v", i, event.EventType(), err)
		}
	}
	compareEvents(t, o.events, want)
	return o
}

// ThenError demands an error that is target, by errors.Is, and no events.
func (o *Outcome[S]) ThenError(target error) *Outcome[S] {
	t := o.scenario.t
	t.Helper()
	if !errors.Is(o.err, target) {
		t.Errorf("decided error: %v\nwant: %v", o.err, target)
	}
	o.expectNoEvents()
	return o
}

// ThenErrorAs demands an error that target, a pointer as for errors.As, can take.
func (o *Outcome[S]) ThenErrorAs(target any) *Outcome[S] {
	t := o.scenario.t
	t.Helper()
	if !errors.As(o.err, target) {
		t.Errorf("decided error: %v (%T)\nwant one that fits %T", o.err, o.err, target)
	}
	o.expectNoEvents()
	return o
}

func (o *Outcome[S]) expectNoEvents() {
	o.scenario.t.Helper()
	if len(o.events) > 0 {
		o.scenario.t.Errorf("events were decided beside the error:\n%s", describe(o.scenario.t, o.events))
	}
}

// ThenState compares the state after the events that were decided.
func (o *Outcome[S]) ThenState(want S) *Outcome[S] {
	o.scenario.t.Helper()
	compareStates(o.scenario.t, o.scenario.fold(o.events), want)
	return o
}
