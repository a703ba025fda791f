package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// planInto says which events the newest version of an event becomes.
func (r *resolver) planInto(w eventWork) {
	d := w.decl.Upcast
	if d == nil || !d.IsInto || len(w.into.Versions) == 0 {
		return
	}
	old := w.into.Latest()
	s := &step{r: r, old: old.Struct, oldName: label(old), oldSpan: old.Span, span: d.Span, hasEnvelope: true}
	into := &model.Into{Go: d.Go.Value, Span: d.Span, Drop: s.drop(d.Drop)}
	w.into.Into = into
	seen := map[*model.EventVersion]*syntax.IntoDecl{}
	for _, td := range d.Into {
		v := r.intoVersion(w.scope, td)
		if v == nil {
			s.used.whole = true // its rules are unknown: what they use is too
			continue
		}
		if first := seen[v]; first != nil {
			r.rep.Add(intoTwice(td, first))
			continue
		}
		seen[v] = td
		into.Targets = append(into.Targets, s.intoTarget(v, td, into.Go))
	}
	if len(d.Into) == 0 || into.Go {
		return // a fact that vanishes takes its fields along; Go sees them all
	}
	s.span = d.Span
	s.checkLost()
}

func (s *step) intoTarget(v *model.EventVersion, d *syntax.IntoDecl, byHand bool) *model.IntoTarget {
	t := &model.IntoTarget{Version: v, Span: d.Span}
	s.newName, s.span = label(v), d.Span
	if !byHand {
		t.Rules = s.rules(v.Struct, d.Rules)
	} else if len(d.Rules) > 0 {
		s.r.rep.Add(rulesBesideGo(&syntax.UpcastDecl{Rules: d.Rules}))
	}
	return t
}

func (r *resolver) intoVersion(s *scope, d *syntax.IntoDecl) *model.EventVersion {
	e := r.event(s, d.Event)
	if e == nil || len(e.Versions) == 0 {
		return nil
	}
	if at := strings.LastIndexByte(d.Event.Value, '.'); at >= 0 {
		r.foreign(s, d.Event.Value[:at], d.Event.Span, d.Event.Value) // generated code needs its Go package
	}
	if d.Version == 0 {
		return e.Latest()
	}
	if v := e.Version(d.Version); v != nil {
		return v
	}
	r.rep.Add(unknownEventVersion(d, e))
	return nil
}

// event finds an event by name, of this package or `pkg.Name`.
func (r *resolver) event(s *scope, name syntax.Text) *model.Event {
	in, bare := s, name.Value
	if at := strings.LastIndexByte(bare, '.'); at >= 0 {
		if in = r.scopes[bare[:at]]; in == nil {
			r.rep.Add(r.unknownPackage(bare[:at], name.Span))
			return nil
		}
		bare = bare[at+1:]
	}
	e := in.events[bare]
	if e == nil {
		r.rep.Add(unknownEvent(in, name, bare))
	}
	return e
}

// checkIntoCycles refuses events that become themselves.
func (r *resolver) checkIntoCycles() {
	state := map[*model.Event]int{} // 1: on the way, 2: done
	var visit func(e *model.Event)
	visit = func(e *model.Event) {
		state[e] = 1
		if e.Into != nil {
			for _, t := range e.Into.Targets {
				switch state[t.Version.Event] {
				case 0:
					visit(t.Version.Event)
				case 1:
					r.rep.Add(intoCycle(e, t))
				}
			}
		}
		state[e] = 2
	}
	for _, w := range r.events {
		if state[w.into] == 0 {
			visit(w.into)
		}
	}
}
