package model

import "github.com/evgen/evgen/schema/source"

// Projection is a read model. Either it has Handlers with declared columns, or Go with a list of events.
type Projection struct {
	Package     *Package
	Name        string
	Doc         string
	Go          bool // `handler: go`
	PartitionBy *Operand
	Key         []Column
	Indexes     [][]string // column names
	On          []*ProjectionHandler
	Span        source.Span
}

// Column is a named column of a key.
type Column struct {
	Name string
	From Operand
	Span source.Span
}

// ProjectionHandler is what a projection does on one event.
type ProjectionHandler struct {
	Event  *Event
	Delete bool
	Set    []Assignment
	Add    []Assignment
	Span   source.Span
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
	Literal  *Value
}

// Consumer is someone who reads events.
type Consumer struct {
	Package *Package
	Name    string
	Doc     string
	Team    string
	Reads   []*Event
	Span    source.Span
}

// Reaction emits events on an event.
type Reaction struct {
	Package *Package
	Name    string
	Doc     string
	On      []*Event
	Emits   []*Event
	Span    source.Span
}

// Saga is a process with steps and compensations.
type Saga struct {
	Package   *Package
	Name      string
	Doc       string
	Start     *Event
	Correlate Operand
	Timeout   string // ISO or Go duration as written, checked
	Steps     []*SagaStep
	Span      source.Span
}

// SagaStep is one step of a saga.
type SagaStep struct {
	Name       string
	Compensate string // empty if none
	Timeout    string
	RetryMax   int
	Backoff    string // "exponential", "fixed" or empty
	Span       source.Span
}
