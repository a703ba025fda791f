package lock

import (
	"cmp"
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// promises adds what is promised of the stored facts of released events.
func (r *releasing) promises(m *model.Model) {
	noted := map[string]bool{}
	for _, e := range r.next.Entries {
		noted[e.event()+" "+e.Wire] = true
	}
	for e := range events(m) {
		newest := e.Latest()
		if newest.Draft {
			continue
		}
		for _, wire := range append([]string{e.Wire}, e.Was...) {
			entry := &Entry{Kind: Name, Package: e.Package.Name, Name: e.Name, Version: newest.Number, Wire: wire}
			if !noted[entry.event()+" "+wire] {
				r.add(entry)
			}
		}
		if e.Into != nil && r.hasTargets(e.Into) {
			r.add(&Entry{Kind: Into, Package: e.Package.Name, Name: e.Name, Version: newest.Number, Shape: intoShape(e)})
		}
	}
}

// event is the name of the event that an entry speaks of.
func (e *Entry) event() string { return e.Package + "." + e.Name }

// renamed are the events whose facts another one answers for since a later release: their versions stand in the lock
// under both names.
func (l *Lock) renamed() map[string]bool {
	wires, claims := map[string]string{}, map[string]string{} // event to wire type, wire type to event
	for _, e := range sorted(l.Entries) {
		if e.Kind == Event {
			wires[e.event()] = e.Wire
		}
	}
	for _, e := range l.names() {
		delete(claims, wires[e.event()]) // it has come back
		claims[e.Wire] = e.event()
	}
	out := map[string]bool{}
	for event, wire := range wires {
		if by, claimed := claims[wire]; claimed && by != event {
			out[event] = true
		}
	}
	return out
}

// names are the entries of further names, in the order in which they were released.
func (l *Lock) names() []*Entry {
	batch := map[string]int{}
	for i, b := range slices.Backward(l.Batches) { // the first one counts
		for _, ref := range b.Entries {
			batch[ref] = i
		}
	}
	var out []*Entry
	for _, e := range sorted(l.Entries) {
		if e.Kind == Name {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b *Entry) int { return cmp.Compare(batch[a.ref()], batch[b.ref()]) })
	return out
}

// hasTargets reports whether all that an event becomes is released.
func (r *releasing) hasTargets(in *model.Into) bool {
	return !slices.ContainsFunc(in.Targets, func(t *model.IntoTarget) bool { return !r.known[string(Event)+" "+eventID(t.Version)] })
}

// intoShape is a document that says what an event becomes. The language wants a version in it, which is left empty.
func intoShape(e *model.Event) []byte {
	u := &syntax.UpcastDecl{IsInto: true, Go: syntax.Flag{Value: e.Into.Go}}
	for _, t := range e.Into.Targets {
		name := t.Version.Event.Name
		if t.Version.Event.Package != e.Package {
			name = t.Version.Event.Package.Name + "." + name
		}
		u.Into = append(u.Into, &syntax.IntoDecl{Event: text(name), Version: t.Version.Number, Rules: ruleDecls("", t.Rules)})
	}
	for _, p := range e.Into.Drop {
		u.Drop = append(u.Drop, text(p.String()))
	}
	d := &syntax.EventDecl{
		Name: text(e.Name), Upcast: u,
		Versions: []*syntax.EventVersionDecl{{Number: e.Latest().Number, Struct: &syntax.StructDecl{}}},
	}
	return syntax.Print(&syntax.Document{Package: text(e.Package.Name), Events: []*syntax.EventDecl{d}})
}

// promised takes what an event becomes from its newest version, and each further name once.
func (m merging) promised(e *Entry, d *syntax.Document) {
	event := m.events[e.event()]
	switch {
	case event == nil:
	case e.Kind == Into:
		event.Upcast = d.Events[0].Upcast
	default:
		event.Wire = text(cmp.Or(event.Wire.Value, e.event())) // with it, former names are literal
		known := append([]syntax.Text{event.Wire}, event.Was...)
		if !slices.ContainsFunc(known, func(t syntax.Text) bool { return t.Value == e.Wire }) {
			event.Was = append(event.Was, text(e.Wire))
		}
	}
}
