package plan

import (
	"fmt"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// Process is the home of consumers, reactions and sagas. They name no database and no broker, but need more than events do.
func (p *Package) Process() *Home { return p.beside("process") }

// Heard is an event for which a process has a method.
type Heard struct {
	Event  *Event
	Method string // "MemoryCreated"; "BillingCreated" where another package's would have the same name
}

// processNames are declared in the home of processes by all packages.
var processNames = map[string]string{
	"Handler": "the handler of all events", "NewConsumer": "the consumer of all events", "consumer.gen.go": "the file of the consumer of all events",
}

func (b *builder) processes(p *Package) {
	if all := allEvents(p); all != nil {
		p.Consumers = append(p.Consumers, all)
	}
	for _, m := range p.Model.Consumers {
		p.Consumers = append(p.Consumers, b.consumer(p, m))
	}
	for _, m := range p.Model.Reactions {
		p.Reactions = append(p.Reactions, b.reaction(p, m))
	}
	for _, m := range p.Model.Sagas {
		p.Sagas = append(p.Sagas, b.saga(p, m))
	}
	b.emissions(p)
}

// processID names a process for ever. No projection can have that name, since it holds a dot.
func processID(p *Package, name string) string { return p.Model.Name + "." + name }

// heard names the methods for events.
func (b *builder) heard(p *Package, events []*model.Event) []*Heard {
	taken := map[string]int{}
	for _, e := range events {
		taken[goname.Exported(e.Name)]++
	}
	var out []*Heard
	for _, e := range events {
		h := &Heard{Event: b.index.versions[e.Latest()].Event}
		h.Method = h.Event.Name
		if taken[h.Method] > 1 {
			h.Method = p.qualified(h.Event)
		}
		out = append(out, h)
	}
	return out
}

// qualified is the name of an event with that of its package, unless that is p itself.
func (p *Package) qualified(e *Event) string {
	if e.Package == p {
		return e.Name
	}
	return goname.Exported(e.Package.Model.Name) + e.Name
}

// checkProcesses reports the names of processes that Go could not tell apart.
func (b *builder) checkProcesses(p *Package) {
	s := newScope("package "+p.Process().Name, processNames)
	for _, c := range p.Consumers {
		if c.Model != nil {
			own := processOwner("consumer", c.Model.Name, c.Model.Span)
			b.claimProcess(s, own, c.Name, c.Handler, c.New, c.File)
			var reserved map[string]string
			if c.Sealed() {
				reserved = forgetting
			}
			b.checkMethods(c.Handler, own, c.Reads, reserved)
		}
	}
	for _, r := range p.Reactions {
		own := processOwner("reaction", r.Model.Name, r.Model.Span)
		b.claimProcess(s, own, r.Name, r.Interface, r.Type, r.New, r.File)
		b.checkMethods(r.Interface, own, r.On, nil)
	}
	for _, g := range p.Sagas {
		b.claimProcess(s, processOwner("saga", g.Model.Name, g.Model.Span), g.Name, g.Steps, g.Run, g.Type, g.New, g.File)
		b.checkSteps(g)
	}
	b.checkEmissions(s, p)
}

func processOwner(what, name string, span source.Span) owner {
	return owner{fmt.Sprintf("%s %q", what, name), span}
}

// claimProcess takes the names of a process that is called name in Go.
func (b *builder) claimProcess(s *scope, own owner, name string, names ...string) {
	for _, n := range names {
		s.claim(b.rep, n, own, fmt.Sprintf("give it a Go name of its own, such as `go: %sProcess`", name))
	}
}

// checkMethods reports events whose methods would have one name, or one that is reserved.
func (b *builder) checkMethods(of string, own owner, heard []*Heard, reserved map[string]string) {
	s := newScope("interface "+of, reserved)
	for _, h := range heard {
		s.claim(b.rep, h.Method, owner{fmt.Sprintf("event %q of %s", h.Event.Model.Name, own.what), own.span}, "rename one of the events, and keep its wire name with `type:`")
	}
}
