package saga

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/evgen/evgen/runtime/projection"
)

// Definition is a saga as generated code declares it.
type Definition struct {
	// ID names the saga for ever, in snake case: onboarding.
	ID string
	// Digest identifies the declaration. With the names of the steps it says which
	// sagas under way a worker may go on with: see [DefinitionError].
	Digest string
	// Start is the wire type, of today, of the event that begins a saga.
	Start string
	// Key returns the correlation key of a start event: one saga for each key of a
	// tenant, whatever comes of it. Nil means the stream.
	Key func(f *projection.Fact) string
	// Steps are taken in order.
	Steps []Step
	// Timeout bounds the time from the start to the end of the last step: when it
	// has passed, what was done is compensated. 0 is no bound. Compensations have
	// the time that they need.
	Timeout time.Duration
}

// Step is one of a saga's.
type Step struct {
	// Name is unique in the saga, and for ever.
	Name string
	// Do takes the step, outside any transaction. Nil: the step consists of waiting.
	//
	//evgen:role saga
	Do func(ctx context.Context, r *Run) error
	// Compensate undoes a step that was committed. Nil: there is nothing to undo.
	//
	//evgen:role saga
	Compensate func(ctx context.Context, r *Run) error
	// Timeout bounds each attempt of Do and of Compensate, and, from then on, the
	// wait for an event. 0 leaves the saga's own.
	Timeout time.Duration
	// Retry says how often Do is tried, Undo how often Compensate is. The zero
	// values stand for [DefaultRetry] and [DefaultUndo].
	Retry, Undo Retry
	// Await are the events of which one completes the step, once Do has been done;
	// Refuse are those of which one makes it fail for good. The first event counts,
	// also if it comes before the step; see [Run.Received].
	Await, Refuse []Awaited
}

// awaits reports whether the step waits for an event.
func (s *Step) awaits() bool { return len(s.Await) > 0 }

// retry returns how often the step is tried in a direction.
func (s *Step) retry(kind Kind) Retry {
	if kind == Compensate {
		return s.Undo.orDefault(DefaultUndo())
	}
	return s.Retry.orDefault(DefaultRetry())
}

// Awaited is an event that a step waits for.
type Awaited struct {
	// Type is the wire type of today.
	Type string
	// Key returns the correlation key of the saga that it is for.
	Key func(f *projection.Fact) string
}

// Retry says how often something is tried, and when again: before attempt n+1 it
// waits a random time below min(Base * 2^n, Max), or Base each time if it is Fixed.
type Retry struct {
	// Attempts counts the first one.
	Attempts  int
	Base, Max time.Duration
	Backoff   Backoff
}

// Backoff says how waits grow.
type Backoff int

// The kinds of backoff.
const (
	Exponential Backoff = iota
	Fixed
)

// DefaultRetry is that of steps that name none: 5 attempts, from 1 s to 300 s.
func DefaultRetry() Retry { return Retry{Attempts: 5, Base: time.Second, Max: 300 * time.Second} }

// DefaultUndo is that of compensations: 10 attempts, from 1 s to 300 s.
func DefaultUndo() Retry { return Retry{Attempts: 10, Base: time.Second, Max: 300 * time.Second} }

// orDefault fills what r leaves open.
func (r Retry) orDefault(d Retry) Retry {
	if r.Attempts <= 0 {
		r.Attempts = d.Attempts
	}
	if r.Base <= 0 {
		r.Base = d.Base
	}
	if r.Max <= 0 {
		r.Max = max(d.Max, r.Base)
	}
	return r
}

// check says what no worker could run.
func (d *Definition) check() error {
	switch {
	case d.ID == "":
		return errors.New("saga has no id")
	case d.Start == "":
		return fmt.Errorf("saga %s has no start event", d.ID)
	case len(d.Steps) == 0:
		return fmt.Errorf("saga %s has no steps", d.ID)
	}
	names := map[string]bool{}
	for i := range d.Steps {
		s := &d.Steps[i]
		switch {
		case s.Name == "":
			return fmt.Errorf("saga %s: step %d has no name", d.ID, i+1)
		case names[s.Name]:
			return fmt.Errorf("saga %s has two steps %q", d.ID, s.Name)
		case s.Do == nil && !s.awaits():
			return fmt.Errorf("saga %s: step %q neither does nor awaits anything", d.ID, s.Name)
		case len(s.Refuse) > 0 && !s.awaits():
			return fmt.Errorf("saga %s: step %q may be refused what it does not await", d.ID, s.Name)
		}
		names[s.Name] = true
	}
	return nil
}

// names lists the steps.
func (d *Definition) names() []string {
	names := make([]string, len(d.Steps))
	for i := range d.Steps {
		names[i] = d.Steps[i].Name
	}
	return names
}

// types lists the wire types of the events that a saga takes: each once.
func (d *Definition) types() []string {
	types := []string{d.Start}
	for i := range d.Steps {
		types = append(append(types, typesOf(d.Steps[i].Await)...), typesOf(d.Steps[i].Refuse)...)
	}
	slices.Sort(types)
	return slices.Compact(types)
}

// typesOf lists wire types.
func typesOf(awaited []Awaited) []string {
	types := make([]string, len(awaited))
	for i := range awaited {
		types[i] = awaited[i].Type
	}
	return types
}

// digest is that of the declaration with its steps, so that a hand-written
// definition whose steps change is another one without being told.
func (d *Definition) digest() string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", d.Digest, d.names())
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// index returns the place of a step, -1 if there is none of that name.
func (d *Definition) index(step string) int {
	return slices.IndexFunc(d.Steps, func(s Step) bool { return s.Name == step })
}

// undo lists the first n steps that have a compensation, the last one first.
func (d *Definition) undo(n int) []string {
	names := []string{}
	for i := n - 1; i >= 0; i-- {
		if d.Steps[i].Compensate != nil {
			names = append(names, d.Steps[i].Name)
		}
	}
	return names
}

// keyOf returns the correlation key of a start event.
func (d *Definition) keyOf(f *projection.Fact) string {
	if d.Key == nil {
		return f.Stream.String()
	}
	return d.Key(f)
}
