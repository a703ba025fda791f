package plan

import (
	"fmt"
	"maps"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// checkNames reports every pair of declarations that Go could not tell apart.
func (b *builder) checkNames(p *Package) {
	s := newScope("package "+p.Name, packageNames)
	b.claimTypes(s, p)
	b.claimEvents(s, p)
	b.claimAggregates(s, p)
	for _, sum := range p.Sums {
		s.claim(b.rep, sum.Name, owner{fmt.Sprintf("the choice %s", sum.Name), p.Model.Span}, "rename the declaration that has this name")
	}
	for _, st := range p.Structs {
		b.checkFields(st)
	}
	reads := newScope("package "+p.Read().Name, map[string]string{"Codec": "the table of types"})
	for _, x := range p.Projections {
		b.checkProjection(reads, x)
	}
	b.checkProcesses(p)
}

func (b *builder) claimTypes(s *scope, p *Package) {
	for _, t := range p.Model.Types {
		own := owner{fmt.Sprintf("type %q", t.Name), t.Span}
		if goname.Exported(t.Name) == "" {
			b.rep.Add(noGoName("type", t.Name, t.Span))
			continue
		}
		if t.Versioned {
			s.claim(b.rep, goname.Exported(t.Name), own, "rename the type")
		}
		for _, v := range t.Versions {
			s.claim(b.rep, VersionName(t.Name, v), own, "rename the type")
			if v.Upcast != nil {
				s.claim(b.rep, "Upcast"+VersionName(t.Name, v.Upcast.From.Type), own, "rename the type")
				s.claim(b.rep, "Downcast"+VersionName(t.Name, v), own, "rename the type")
			}
		}
	}
	for _, u := range p.Unions {
		s.claim(b.rep, u.Unknown, owner{fmt.Sprintf("the unknown branch of union %q", u.Type.Type.Name), u.Type.Span}, "rename the union")
	}
	for _, e := range p.Enums {
		b.claimEnum(s, e)
	}
}

func (b *builder) claimEnum(s *scope, e *Enum) {
	for _, v := range e.Values {
		if v.Name == "" {
			b.rep.Add(noGoName("enum value", v.Model.Text, v.Model.Span))
			continue
		}
		own := owner{fmt.Sprintf("enum value %q of %s", literal(e.Model, v.Model), e.Type.Type.Name), v.Model.Span}
		s.claim(b.rep, v.Name, own, fmt.Sprintf("write the value as {value: %s, go: %s}", literal(e.Model, v.Model), "AnotherName"))
	}
}

func literal(e *model.Enum, v *model.EnumValue) string {
	if e.Kind == model.String {
		return v.Text
	}
	return fmt.Sprint(v.Int)
}

func (b *builder) claimEvents(s *scope, p *Package) {
	for _, e := range p.Events {
		own := owner{fmt.Sprintf("event %q", e.Model.Name), e.Model.Span}
		if e.Name == "" {
			b.rep.Add(noGoName("event", e.Model.Name, e.Model.Span))
			continue
		}
		s.claim(b.rep, e.Name, own, "rename the event, and keep its wire name with `type:`")
		s.claim(b.rep, "Type"+e.Name, own, "rename the event, and keep its wire name with `type:`")
		if e.Stream != "" {
			s.claim(b.rep, e.Stream, own, "rename the event, and keep its wire name with `type:`")
		}
		for _, v := range e.Versions {
			s.claim(b.rep, v.Struct.Name, own, "rename the event, and keep its wire name with `type:`")
			if v.Down != nil {
				s.claim(b.rep, "Downcast"+v.Struct.Name, own, "rename the event, and keep its wire name with `type:`")
			}
		}
	}
}

func (b *builder) claimAggregates(s *scope, p *Package) {
	for _, a := range p.Aggregates {
		own := owner{fmt.Sprintf("aggregate %q", a.Model.Name), a.Model.Span}
		if a.Name == "" {
			b.rep.Add(noGoName("aggregate", a.Model.Name, a.Model.Span))
			continue
		}
		for _, name := range []string{a.Evolver, a.Stream, "Evolve" + a.Name, a.Name + "Aggregate", "Category" + a.Name} {
			s.claim(b.rep, name, own, "rename the aggregate")
		}
	}
}

func (b *builder) checkFields(st *Struct) {
	reserved := maps.Clone(structNames)
	if st.Event != nil {
		maps.Copy(reserved, eventNames)
	}
	if st.Model.Unknown == model.UnknownKeep {
		reserved[unknownName] = "the field that keeps unknown fields"
	}
	s := newScope("struct "+st.Name, reserved)
	for _, f := range st.Fields {
		switch {
		case f.Name == "":
			b.rep.Add(noGoName("field", f.Model.Name, f.Model.Span))
		default:
			own := owner{fmt.Sprintf("field %q", f.Model.Name), f.Model.Span}
			s.claim(b.rep, f.Name, own, fmt.Sprintf("give the field a Go name of its own, such as `go: %sField`", f.Name))
		}
	}
}
