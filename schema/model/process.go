package model

import (
	"slices"
	"time"

	"github.com/evgen/evgen/schema/source"
)

// Projection is a read model. Either it has a table, with Handlers that change rows of it, or it is written in Go for a list of events.
type Projection struct {
	Package     *Package
	Name        string
	Table       string // in snake case, no other projection of the model has it
	Doc         string
	Go          bool // `handler: go`
	Partitioned bool // `partition_by:` is given; each handler says from what
	Key         []Column
	Columns     []*TableColumn // all, the key first; none with Go
	Indexes     [][]string     // column names
	On          []*ProjectionHandler
	Span        source.Span
}

// Column is a named column of a key, as the first event gives it. What others give stands in their handlers.
type Column struct {
	Name string
	From Operand
	Span source.Span
}

// TableColumn is a column of a projection's table.
type TableColumn struct {
	Name  string
	Type  *TypeRef // not nullable, in the default encoding
	Null  bool     // may hold NULL
	Added bool     // some event adds to it; it begins at 0
	Span  source.Span
}

// ProjectionHandler is what a projection does on one event.
type ProjectionHandler struct {
	Event     *Event
	Delete    bool
	Creates   bool      // begins the row where it is missing
	Key       []Operand // one for each column of the key
	Partition Operand   // from what the ordering key comes, if the projection is partitioned
	Set       []Assignment
	Add       []Assignment
	Span      source.Span
}

// Assignment gives a column a value.
type Assignment struct {
	Column string
	Value  Operand
	Span   source.Span
}

// Operand is a field of the newest version, a member of the envelope, or a literal: exactly one is set.
type Operand struct {
	Field    *Path
	Envelope EnvelopeField
	Literal  *Value // of the column's type, or null
}

// Missing reports whether the value may be absent or null.
func (o Operand) Missing() bool {
	if o.Literal != nil {
		return string(o.Literal.JSON) == "null"
	}
	return o.Field != nil && slices.ContainsFunc(o.Field.Fields, func(f *Field) bool { return f.Optional || f.Type.Nullable })
}

// Consumer is someone who reads events.
type Consumer struct {
	Package *Package
	Name    string
	GoName  string // set by `go:`; else empty
	Doc     string
	Team    string
	Reads   []*Event
	Span    source.Span
}

// Reaction emits events on an event.
type Reaction struct {
	Package *Package
	Name    string
	GoName  string // set by `go:`; else empty
	Doc     string
	On      []*Event
	Emits   []*Event
	Span    source.Span
}

// Saga is a process with steps and compensations.
type Saga struct {
	Package   *Package
	Name      string
	GoName    string // set by `go:`; else empty
	Doc       string
	Start     *Event
	Correlate Operand
	Timeout   time.Duration // 0 if none
	Emits     []*Event
	Steps     []*SagaStep
	Span      source.Span
}

// SagaStep is one step of a saga.
type SagaStep struct {
	Name       string
	Waits      bool          // consists of waiting: `do: false`
	Compensate string        // empty if none
	Timeout    time.Duration // 0 if none
	Retry      Retry
	Await      []*Awaited // events of which one completes the step
	Refuse     []*Awaited // events of which one makes it fail
	Span       source.Span
}

// Retry says how often a step is tried. What is 0 was not said.
type Retry struct {
	Max       int
	Fixed     bool // the waits do not grow
	Base, Cap time.Duration
}

// Awaited is an event that a step waits for, and where the saga's correlation key is in it.
type Awaited struct {
	Event *Event
	Key   Operand
	Span  source.Span
}

// Reads returns the events that a saga is told of: the one that starts it, and those that steps wait for.
func (s *Saga) Reads() []*Event {
	var out []*Event
	add := func(e *Event) {
		if e != nil && !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	add(s.Start)
	for _, step := range s.Steps {
		for _, a := range slices.Concat(step.Await, step.Refuse) {
			add(a.Event)
		}
	}
	return out
}
