package plan

import (
	"fmt"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Emission is an event that reactions or sagas of a package emit: a type, and a function that makes values of it.
type Emission struct {
	Event *Event
	Type  string // "StockReservedEmission"
	Emit  string // "EmitStockReserved"
	Of    []*Emitter
}

// Emitter is a reaction or a saga as emissions see it.
type Emitter struct {
	Name   string // "Reserve"
	Type   string // interface that its emissions have: "ReserveEmission"
	Opener string // method of that interface
	Path   string // import path of the runtime's package that has its type Emission
	Emits  []*Emission
}

func emitter(name, path string) *Emitter {
	return &Emitter{Name: name, Type: name + "Emission", Opener: "of" + name, Path: path}
}

// by notes who emits e.
func (e *Emission) by(em *Emitter) {
	e.Of = append(e.Of, em)
	em.Emits = append(em.Emits, e)
}

// emissions names what the reactions and sagas of a package emit, in the order in which they are declared.
func (b *builder) emissions(p *Package) {
	events := map[string]int{}
	known := map[*model.Event]*Emission{}
	emit := func(em *Emitter, list []*model.Event) {
		for _, m := range list {
			if known[m] == nil {
				known[m] = &Emission{Event: b.index.versions[m.Latest()].Event}
				p.Emissions = append(p.Emissions, known[m])
				events[goname.Exported(m.Name)]++
			}
			known[m].by(em)
		}
	}
	for _, r := range p.Reactions {
		emit(r.Emitter, r.Model.Emits)
	}
	for _, s := range p.Sagas {
		emit(s.Emitter, s.Model.Emits)
	}
	for _, e := range p.Emissions {
		name := e.Event.Name
		if events[name] > 1 {
			name = p.qualified(e.Event)
		}
		e.Type, e.Emit = name+"Emission", "Emit"+name
	}
}

// checkEmissions reports emissions whose names Go could not tell apart from others.
func (b *builder) checkEmissions(s *scope, p *Package) {
	for _, e := range p.Emissions {
		own := owner{fmt.Sprintf("the emission of event %q", e.Event.Model.Name), e.Event.Model.Span}
		for _, name := range []string{e.Type, e.Emit} {
			s.claim(b.rep, name, own, "give the other a Go name of its own by `go:`")
		}
	}
}
