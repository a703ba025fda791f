package runtime

import (
	"fmt"
	"sync"
)

// index finds an event's schema by the type under which it is stored.
type index map[string]*EventSchema

// maxUpcasts bounds the steps from a stored event to today's. No history is that
// long: exceeding it means that events upcast into each other in a circle.
const maxUpcasts = 10_000

// add takes in s and returns the first clash; the event that was there stays.
func (x index) add(s *Schema) error {
	var clash error
	claim := func(name string, e *EventSchema) {
		if _, taken := x[name]; !taken {
			x[name] = e
		} else if clash == nil {
			clash = &DuplicateTypeError{Type: name}
		}
	}
	for i := range s.Events {
		e := &s.Events[i]
		claim(e.Type, e)
		for _, alias := range e.Aliases {
			claim(alias, e)
		}
	}
	return clash
}

// appendEvents opens, decodes and upcasts rec; o may be nil.
func (x index) appendEvents(dst []Event, rec *Record, o Opener) ([]Event, error) {
	v, err := x.version(rec)
	if err != nil {
		return dst, err
	}
	stored, err := v.decode(rec, o)
	if err != nil {
		return dst, &DecodeError{Record: *rec, Err: err}
	}
	if v.Upcast == nil {
		return append(dst, stored), nil
	}
	up := upcaster{index: x, meta: &rec.Meta, out: dst}
	if err := up.step(v, stored); err != nil {
		return dst, &DecodeError{Record: *rec, Err: err}
	}
	return up.out, nil
}

// decode reads the payload of rec. What was opened is forgotten right after.
func (v *VersionSchema) decode(rec *Record, o Opener) (Event, error) {
	if v.Seals == nil {
		return v.Decode(rec.Data)
	}
	scratch := openScratch.Get().(*[]byte)
	defer openScratch.Put(scratch)
	data, err := v.Seals.opened((*scratch)[:0], rec, o)
	if err != nil {
		return nil, err
	}
	event, err := v.Decode(data)
	if rec.Sealing != nil {
		clear(data)
		*scratch = data[:0]
	}
	return event, err
}

// openScratch holds buffers for payloads that are opened.
var openScratch = sync.Pool{New: func() any { return new([]byte) }}

func (x index) version(rec *Record) (*VersionSchema, error) {
	e := x[rec.Type]
	if e == nil {
		return nil, &UnknownTypeError{Record: *rec}
	}
	if v := e.Version(rec.Version); v != nil {
		return v, nil
	}
	if latest := e.Latest(); rec.Version > latest {
		return nil, &NewerVersionError{Record: *rec, Latest: latest}
	}
	return nil, &UnknownVersionError{Record: *rec}
}

// upcaster walks one stored event up to today's, depth first, so that the events
// of a split come out in the order in which the schema names them.
type upcaster struct {
	index index
	meta  *Meta
	out   []Event
	steps int
}

func (u *upcaster) step(v *VersionSchema, old Event) error {
	if u.steps++; u.steps > maxUpcasts {
		return fmt.Errorf("upcast %s: no end after %d steps", old.EventType(), maxUpcasts)
	}
	var room [2]Event
	next, err := v.Upcast(u.meta, old, room[:0])
	if err != nil {
		return fmt.Errorf("upcast %s from version %d: %w", old.EventType(), old.EventVersion(), err)
	}
	for _, e := range next {
		if err := u.take(e); err != nil {
			return err
		}
	}
	return nil
}

func (u *upcaster) take(e Event) error {
	schema := u.index[e.EventType()]
	if schema == nil {
		return fmt.Errorf("upcast yields %s, which is in no schema at hand", e.EventType())
	}
	v := schema.Version(e.EventVersion())
	if v == nil {
		return fmt.Errorf("upcast yields %s version %d, which is not in its schema", e.EventType(), e.EventVersion())
	}
	if v.Upcast == nil {
		u.out = append(u.out, e)
		return nil
	}
	return u.step(v, e)
}
