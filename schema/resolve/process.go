package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// resolveProcesses binds what stands on events: consumers, reactions and sagas here, projections in a file of their own.
func (r *resolver) resolveProcesses() {
	for _, s := range r.order {
		for _, d := range s.projections {
			s.pkg.Projections = append(s.pkg.Projections, r.projection(s, d))
		}
		for _, d := range s.consumer {
			s.pkg.Consumers = append(s.pkg.Consumers, r.consumer(s, d))
		}
		for _, d := range s.reactions {
			s.pkg.Reactions = append(s.pkg.Reactions, r.reaction(s, d))
		}
		for _, d := range s.sagas {
			s.pkg.Sagas = append(s.pkg.Sagas, r.saga(s, d))
		}
	}
}

func (r *resolver) consumer(s *scope, d *syntax.ConsumerDecl) *model.Consumer {
	r.checkGoName(d.Go)
	if taken, ok := s.symbols[d.Name.Value]; ok && (taken.what == "reaction" || taken.what == "saga") {
		r.rep.Add(duplicateName("consumer", d.Name, taken)) // both would keep their progress under one name
	}
	return &model.Consumer{
		Package: s.pkg, Name: d.Name.Value, GoName: d.Go.Value, Doc: d.Doc.Value, Team: d.Team.Value,
		Reads: r.eventList(s, d.Reads), Span: d.Name.Span,
	}
}

func (r *resolver) reaction(s *scope, d *syntax.ReactionDecl) *model.Reaction {
	r.checkGoName(d.Go)
	return &model.Reaction{
		Package: s.pkg, Name: d.Name.Value, GoName: d.Go.Value, Doc: d.Doc.Value,
		On: r.eventList(s, d.On), Emits: r.emitted(s, d.Emits), Span: d.Name.Span,
	}
}

// eventList binds names of events, each once.
func (r *resolver) eventList(s *scope, names []syntax.Text) []*model.Event {
	var events []*model.Event
	first := map[*model.Event]syntax.Text{}
	for _, name := range names {
		e := r.event(s, name)
		if e == nil {
			continue
		}
		if at, twice := first[e]; twice {
			r.rep.Add(listedTwice(name, at))
			continue
		}
		first[e] = name
		events = append(events, e)
	}
	return events
}

// emitted also refuses events that nobody may produce any more.
func (r *resolver) emitted(s *scope, names []syntax.Text) []*model.Event {
	events := r.eventList(s, names)
	for _, name := range names {
		for _, e := range events {
			if e.Retired && (name.Value == e.Name || strings.HasSuffix(name.Value, "."+e.Name)) {
				r.rep.Add(emitsRetired(name, e))
			}
		}
	}
	return events
}

// operand resolves a field of the newest version of an event, or `$member` of its envelope.
func (r *resolver) operand(e *model.Event, t syntax.Text) (model.Operand, *model.TypeRef) {
	if len(e.Versions) == 0 {
		return model.Operand{}, nil
	}
	if strings.HasPrefix(t.Value, "$") && e.Latest().Struct.Field(t.Value) == nil {
		member, ok := envelopeField(t.Value)
		if !ok {
			r.rep.Add(unknownEnvelope(t))
			return model.Operand{}, nil
		}
		return model.Operand{Envelope: member}, &model.TypeRef{Kind: envelopeKinds[member][0]}
	}
	p := r.path(e.Latest().Struct, t, label(e.Latest()))
	if p == nil {
		return model.Operand{}, nil
	}
	return model.Operand{Field: p}, p.Last().Type
}
