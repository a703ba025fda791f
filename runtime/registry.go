package runtime

import (
	"fmt"
	"slices"
)

// Registry is what a program can read: the schemas of all its packages. It is
// built once, explicitly, and never changes.
type Registry struct {
	schemas []*Schema
	index   index
	opener  Opener
}

// NewRegistry joins schemas. Two events that claim one wire type are a
// *[DuplicateTypeError]; a version that is not numbered upwards from 1, or
// lacks its decoder or its upcast, is an error too.
func NewRegistry(schemas ...*Schema) (*Registry, error) {
	r := &Registry{schemas: schemas, index: index{}}
	for _, s := range schemas {
		if clash := r.index.add(s); clash != nil {
			return nil, clash
		}
	}
	for _, s := range schemas {
		for i := range s.Events {
			if err := r.check(&s.Events[i]); err != nil {
				return nil, fmt.Errorf("schema of package %s: %w", s.Package, err)
			}
		}
	}
	return r, nil
}

// Opening returns a registry that reads the same and opens sealed fields with o.
func (r *Registry) Opening(o Opener) *Registry {
	opening := *r
	opening.opener = o
	return &opening
}

// SnapshotSealer returns what seals what is made of opened fields: the opener, if it
// can, as an encryption.Keyring. Nil: nothing does.
func (r *Registry) SnapshotSealer() SnapshotSealer {
	sealer, _ := r.opener.(SnapshotSealer)
	return sealer
}

// Schemas returns the schemas in the order given. Read only.
func (r *Registry) Schemas() []*Schema { return r.schemas }

// Event returns the description of the event that is stored under wireType, be
// it an alias, or nil.
func (r *Registry) Event(wireType string) *EventSchema { return r.index[wireType] }

// AppendEvents implements [Decoder].
func (r *Registry) AppendEvents(dst []Event, rec *Record) ([]Event, error) {
	return r.index.appendEvents(dst, rec, r.opener)
}

// Decode returns what rec means today: usually one event of the newest version,
// none or several where its schema says so. Errors are those of [Decoder].
func (r *Registry) Decode(rec Record) ([]Envelope[Event], error) {
	var scratch [4]Event
	events, err := r.index.appendEvents(scratch[:0], &rec, r.opener)
	if err != nil {
		return nil, err
	}
	out := make([]Envelope[Event], len(events))
	for i, e := range events {
		out[i] = Wrap(rec.Meta, e)
		out[i].Ordinal = i
	}
	return out, nil
}

// StoredTypes returns, sorted, the stored types out of which events of the given
// types may come: the types themselves, their aliases, and older events that
// were split or turned into them. It is what a [Filter] must name. An unknown
// type is an error.
func (r *Registry) StoredTypes(types ...string) ([]string, error) {
	wanted := make(map[string]bool, len(types))
	for _, t := range types {
		e := r.index[t]
		if e == nil {
			return nil, fmt.Errorf("event type %q is in no schema of this registry", t)
		}
		wanted[e.Type] = true
	}
	for r.widen(wanted) {
	}
	var stored []string
	for name, e := range r.index {
		if wanted[e.Type] {
			stored = append(stored, name)
		}
	}
	slices.Sort(stored)
	return stored, nil
}

// widen adds the events that upcast into a wanted one, and reports whether it
// found any, since those may themselves have sources.
func (r *Registry) widen(wanted map[string]bool) bool {
	before := len(wanted)
	for _, e := range r.index {
		for i := range e.Versions {
			for _, into := range e.Versions[i].Into {
				if target := r.index[into]; target != nil && wanted[target.Type] {
					wanted[e.Type] = true
				}
			}
		}
	}
	return len(wanted) > before
}

func (r *Registry) check(e *EventSchema) error {
	if len(e.Versions) == 0 {
		return fmt.Errorf("event %s has no versions", e.Type)
	}
	for i := range e.Versions {
		v := &e.Versions[i]
		switch {
		case i == 0 && v.Number < 1, i > 0 && v.Number <= e.Versions[i-1].Number:
			return fmt.Errorf("event %s: versions do not ascend from 1", e.Type)
		case v.Decode == nil:
			return fmt.Errorf("event %s version %d has no decoder", e.Type, v.Number)
		case v.Upcast == nil && i < len(e.Versions)-1:
			return fmt.Errorf("event %s version %d has no upcast", e.Type, v.Number)
		}
		for _, into := range v.Into {
			if r.index[into] == nil {
				return fmt.Errorf("event %s version %d turns into %q, which is in no schema", e.Type, v.Number, into)
			}
		}
	}
	return nil
}

// DuplicateTypeError says that two events claim one wire type.
type DuplicateTypeError struct {
	Type string
}

func (e *DuplicateTypeError) Error() string {
	return fmt.Sprintf("event type %q is declared twice", e.Type)
}
