package runtime

import "sync"

// Schema describes the events of one generated package: which stored types and
// versions it can read, and how. Generated code declares it as a package-level
// literal that nothing changes; its methods may be called concurrently.
type Schema struct {
	// Package is the name of the schema package, the usual prefix of its types.
	Package string
	// Events are in the order of the schema files.
	Events []EventSchema

	once  sync.Once
	index index
}

// EventSchema describes one event.
type EventSchema struct {
	// Type is the wire type; Aliases are the types under which older facts of
	// this event are stored (was: in the schema).
	Type    string
	Aliases []string
	// Aggregate is the category of the event's streams, empty if it has none.
	Aggregate string
	// Retired events can be read but no longer produced.
	Retired bool
	// Versions ascend by number; the last one is the newest.
	Versions []VersionSchema
}

// VersionSchema describes one version of an event.
type VersionSchema struct {
	Number int
	// Digest identifies the canonical shape, as the lock pins it.
	Digest string
	// Decode reads a stored payload into this version's struct.
	Decode DecodeFunc
	// Upcast takes one step towards the newest version. It is nil in the newest
	// version, unless that becomes other events.
	Upcast UpcastFunc
	// Downcast takes an event of this version back to the one before, for a
	// consumer that is one version behind. Nil where a rule cannot be inverted.
	Downcast func(Event) Event
	// Inexact says that an upcast event may not come back as it was, since the
	// upcast itself lost something.
	Inexact bool
	// Into lists the wire types that Upcast yields where those are not just the
	// next version of the same event.
	Into []string
	// Seals says which fields are sealed; nil for none.
	Seals *Seals
}

// DecodeFunc decodes a payload. The event keeps no reference to data unless the
// codec says so.
type DecodeFunc func(data []byte) (Event, error)

// UpcastFunc appends to dst what one event of an older version means today: one
// event of the next version as a rule, none or several of any type where the
// schema says so. Each of them is upcast further as its own schema demands. It is
// pure: m and old are only read, equal input gives equal output. It runs no I/O.
type UpcastFunc func(m *Meta, old Event, dst []Event) ([]Event, error)

// Latest returns the number of the newest version, 0 if there is none.
func (e *EventSchema) Latest() int {
	if len(e.Versions) == 0 {
		return 0
	}
	return e.Versions[len(e.Versions)-1].Number
}

// Version returns the description of version n, or nil.
func (e *EventSchema) Version(n int) *VersionSchema {
	if n >= 1 && n <= len(e.Versions) && e.Versions[n-1].Number == n {
		return &e.Versions[n-1]
	}
	for i := range e.Versions {
		if e.Versions[i].Number == n {
			return &e.Versions[i]
		}
	}
	return nil
}

// Event returns the description of the event that is stored under wireType, be
// it an alias, or nil.
func (s *Schema) Event(wireType string) *EventSchema { return s.lookup()[wireType] }

// AppendEvents implements [Decoder] for the events of this package alone. What is
// sealed it cannot open: see [Schema.Opening].
func (s *Schema) AppendEvents(dst []Event, rec *Record) ([]Event, error) {
	return s.lookup().appendEvents(dst, rec, nil)
}

// Opening returns a decoder for the events of this package that opens sealed
// fields with o.
func (s *Schema) Opening(o Opener) Decoder { return &openingDecoder{s, o} }

type openingDecoder struct {
	schema *Schema
	opener Opener
}

func (d *openingDecoder) AppendEvents(dst []Event, rec *Record) ([]Event, error) {
	return d.schema.lookup().appendEvents(dst, rec, d.opener)
}

// lookup builds the index on first use, so that a package of a thousand events
// costs nothing at program start. A duplicate type is found by NewRegistry; here
// the first one wins.
func (s *Schema) lookup() index {
	s.once.Do(func() {
		s.index = make(index, len(s.Events))
		s.index.add(s)
	})
	return s.index
}
