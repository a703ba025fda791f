package audit

import (
	"errors"
	"fmt"
	"slices"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/schema/compat/reading"
	"github.com/evgen/evgen/schema/model"
)

// Schema reads payloads as the code that is generated from a model: it decodes the
// version that was stored and sees to it that every step from there to the newest
// one is declared. Steps that the schema declares cannot fail, since each conversion
// that might says what else to take; those written by hand are not run.
type Schema struct {
	events   map[string]*model.Event
	decoders map[*model.EventVersion]*decoder
	// missing tells whether the upcast to a version of an event is not written yet.
	missing func(wire string, to int) bool
}

// NewSchema prepares to read what m declares.
func NewSchema(m *model.Model, missing func(wire string, to int) bool) *Schema {
	s := &Schema{events: map[string]*model.Event{}, decoders: map[*model.EventVersion]*decoder{}, missing: missing}
	for _, p := range m.Packages {
		for _, e := range p.Events {
			for _, wire := range append([]string{e.Wire}, e.Was...) {
				s.events[wire] = e
			}
		}
	}
	return s
}

// fault says what keeps a record from being read.
type fault struct {
	rule Rule
	err  error
}

func (s *Schema) check(rec *runtime.Record) *fault {
	e := s.events[rec.Type]
	if e == nil {
		return &fault{UnknownType, fmt.Errorf("no schema declares %s", rec.Type)}
	}
	v := e.Version(rec.Version)
	if v == nil {
		return &fault{UnknownVersion, fmt.Errorf("%s has no version %d; the newest is %d", rec.Type, rec.Version, e.Versions[len(e.Versions)-1].Number)}
	}
	d := s.decoder(v)
	data, err := unsealed(rec, d.seals)
	if err == nil {
		_, err = d.Decode(data)
	}
	if err != nil {
		return &fault{Undecodable, withoutPayload(err)}
	}
	for n := v.Number + 1; n <= e.Latest().Number; n++ {
		if s.missing(e.Wire, n) {
			return &fault{NoUpcast, fmt.Errorf("%s has no upcast to version %d", rec.Type, n)}
		}
	}
	return nil
}

// withoutPayload leaves out of an error of the codec the bytes that it found.
func withoutPayload(err error) error {
	var found *codec.Error
	if !errors.As(err, &found) {
		return err
	}
	place := ""
	if found.Path != "" {
		place = found.Path + " "
	}
	return fmt.Errorf("%sat byte %d: %s", place, found.Offset, found.Message)
}

// decoder reads one version of an event.
type decoder struct {
	*reading.Decoder
	seals *runtime.Seals
}

func (s *Schema) decoder(v *model.EventVersion) *decoder {
	d := s.decoders[v]
	if d == nil {
		d = &decoder{reading.NewDecoder(v.Struct), sealsOf(v)}
		s.decoders[v] = d
	}
	return d
}

// byHand reports whether a fact of this type and version passes a step that is written in Go.
func (s *Schema) byHand(rec *runtime.Record) bool {
	e := s.events[rec.Type]
	if e == nil {
		return false
	}
	return e.Into != nil && (e.Into.Go || slices.ContainsFunc(e.Into.Targets, func(t *model.IntoTarget) bool { return inGo(t.Rules) })) ||
		slices.ContainsFunc(e.Versions, func(v *model.EventVersion) bool {
			return v.Number > rec.Version && v.Number <= e.Latest().Number && v.Upcast != nil && (v.Upcast.Go || inGo(v.Upcast.Rules))
		})
}

func inGo(rules []*model.Rule) bool {
	return slices.ContainsFunc(rules, func(r *model.Rule) bool { return r.Op == model.OpGo || inGo(r.Rules) })
}

// errNotJSON is the fault of a payload that no reader takes.
var errNotJSON = errors.New("the payload is not JSON")
