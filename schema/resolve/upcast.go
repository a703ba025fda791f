package resolve

import (
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// planUpcasts gives every version but the first its step from the previous one.
func (r *resolver) planUpcasts() {
	for _, w := range r.types {
		r.planTypeStep(w)
	}
	for _, w := range r.events {
		for _, vd := range w.decl.Versions {
			r.planEventStep(w.into, vd)
		}
	}
	for _, w := range r.events {
		r.planInto(w)
	}
	r.checkIntoCycles()
}

func (r *resolver) planEventStep(e *model.Event, d *syntax.EventVersionDecl) {
	v, previous := e.Version(d.Number), e.Version(d.Number-1)
	if previous == nil {
		r.upcastOfFirst(d.Number, d.Upcast)
		return
	}
	v.Upcast = &model.Upcast{From: &model.Shaped{Event: previous}, To: &model.Shaped{Event: v}, Span: v.Span}
	s := &step{
		r: r, old: previous.Struct, oldName: label(previous), newName: label(v), oldSpan: previous.Span,
		hasEnvelope: true, span: v.Span,
	}
	s.planStruct(v.Struct, d.Upcast, v.Upcast)
}

func (r *resolver) planTypeStep(w typeWork) {
	v := w.into
	previous := previousVersion(v)
	if previous == nil {
		r.upcastOfFirst(v.Number, w.decl.Upcast)
		return
	}
	v.Upcast = &model.Upcast{From: &model.Shaped{Type: previous}, To: &model.Shaped{Type: v}, Span: v.Span}
	s := &step{r: r, oldName: typeLabel(previous), newName: typeLabel(v), oldSpan: previous.Span, span: v.Span}
	switch shape := v.Shape.(type) {
	case *model.Struct:
		if old, ok := previous.Shape.(*model.Struct); ok {
			s.old = old
			s.planStruct(shape, w.decl.Upcast, v.Upcast)
			return
		}
	case *model.Enum:
		if old, ok := previous.Shape.(*model.Enum); ok && old.Kind == shape.Kind {
			s.planEnum(old, shape, w.decl.Upcast, v.Upcast)
			return
		}
	case *model.Union:
		if old, ok := previous.Shape.(*model.Union); ok {
			s.planUnion(old, shape, w.decl.Upcast, v.Upcast)
			return
		}
	}
	s.planOtherShape(previous, w.decl.Upcast, v)
}

func previousVersion(v *model.TypeVersion) *model.TypeVersion {
	for _, p := range v.Type.Versions {
		if p.Number == v.Number-1 {
			return p
		}
	}
	return nil
}

// upcastOfFirst refuses an upcast with nothing to come from. A gap in the chain is reported elsewhere.
func (r *resolver) upcastOfFirst(number int, d *syntax.UpcastDecl) {
	if d != nil && number == 1 {
		r.rep.Add(upcastOfFirstVersion(d))
	}
}

// step plans one step of a chain, or one target of `into:`.
type step struct {
	r                *resolver
	old              *model.Struct
	oldName, newName string // "MemoryCreated v1"
	oldSpan          source.Span
	span             source.Span   // of the new version
	hasEnvelope      bool          // types have none
	target           *model.Struct // the new struct
	used             usage
	dropped          []*model.Path
}

// planStruct makes a rule for each field of the new struct and checks that each field of the old one is used.
func (s *step) planStruct(target *model.Struct, d *syntax.UpcastDecl, into *model.Upcast) {
	if d == nil {
		d = &syntax.UpcastDecl{}
	}
	if !d.Span.IsZero() {
		into.Span = d.Span
	}
	into.Drop = s.drop(d.Drop)
	if into.Go = d.Go.Value; into.Go {
		s.refuseRulesBesideGo(d)
		return
	}
	into.Rules = s.rules(target, d.Rules)
	s.checkLost()
}

func (s *step) refuseRulesBesideGo(d *syntax.UpcastDecl) {
	if len(d.Rules) > 0 {
		s.r.rep.Add(rulesBesideGo(d))
	}
}

func (s *step) drop(names []syntax.Text) []*model.Path {
	var paths []*model.Path
	for _, name := range names {
		if p := s.r.path(s.old, name, s.oldName); p != nil {
			if s.isDropped(p) {
				s.r.rep.Add(droppedTwice(name))
				continue
			}
			paths = append(paths, p)
			s.dropped = append(s.dropped, p)
			s.used.mark(p)
		}
	}
	return paths
}

// isDropped reports whether the path, or a struct around it, was named in `drop:`.
func (s *step) isDropped(p *model.Path) bool {
	for _, d := range s.dropped {
		if len(d.Fields) <= len(p.Fields) && samePrefix(d, p) {
			return true
		}
	}
	return false
}

func samePrefix(short, long *model.Path) bool {
	for i, f := range short.Fields {
		if f != long.Fields[i] {
			return false
		}
	}
	return true
}

// rules makes the rules of all fields of a struct.
func (s *step) rules(target *model.Struct, decls []*syntax.RuleDecl) []*model.Rule {
	s.target = target
	t := s.targets(target, decls)
	return s.build(target, t, &scopeOfOld{s.old, nil, false})
}

// scopeOfOld is where fields of equal names are looked for: the old struct, or the one that stands
// in it at the place of a nested target. A nil struct has no fields.
type scopeOfOld struct {
	fields *model.Struct
	path   *model.Path // to the struct; nil at the top
	absent bool        // the struct may be absent
}

// find returns the field of that name unless it is dropped.
func (o *scopeOfOld) find(s *step, name string) (origin, bool) {
	if o.fields == nil {
		return origin{}, false
	}
	f := o.fields.Field(name)
	if f == nil {
		return origin{}, false
	}
	p := join(o.path, f)
	if s.isDropped(p) {
		return origin{}, false
	}
	src := sourceOf(p)
	src.absent = src.absent || o.absent
	return src, true
}

// within returns the scope for the fields of a nested target.
func (o *scopeOfOld) within(s *step, name string) *scopeOfOld {
	src, ok := o.find(s, name)
	if !ok || structOf(src.typ) == nil {
		return &scopeOfOld{}
	}
	return &scopeOfOld{structOf(src.typ), src.path, src.absent || src.typ.Nullable}
}

func (s *step) build(target *model.Struct, t *targetTree, old *scopeOfOld) []*model.Rule {
	var rules []*model.Rule
	for _, f := range target.Fields {
		var rule *model.Rule
		switch sub := t.sub[f]; {
		case sub == nil:
			rule = s.implied(f, old)
		case sub.rule != nil:
			rule = s.written(f, sub.rule, old)
		default:
			rule = &model.Rule{Op: model.OpNested, Rules: s.build(structOf(f.Type), sub, old.within(s, f.Name)), Span: sub.span}
		}
		if rule == nil {
			continue
		}
		rule.Target, rule.Optional = f, f.Optional
		rules = append(rules, rule)
	}
	return rules
}

// implied makes the rule of a field for which none is written; nil after a fault.
func (s *step) implied(f *model.Field, old *scopeOfOld) *model.Rule {
	src, found := old.find(s, f.Name)
	rule := &model.Rule{Implied: true, Span: f.Span}
	switch {
	case found && !widensBare(src.typ, f.Type):
		s.r.rep.Add(changedType(s, f, src))
		s.used.mark(src.path)
		return nil
	case found:
		rule.Op, rule.From = model.OpCarry, src.path
		s.used.mark(src.path)
		if mayLack(src, f) {
			if f.Default == nil {
				s.r.rep.Add(becameRequired(s, f, src))
				return nil
			}
			rule.Op, rule.Value = model.OpDefault, f.Default
		}
	case f.Optional:
		rule.Op = model.OpAbsent
	case f.Default != nil:
		rule.Op, rule.Value = model.OpDefault, f.Default
	case s.r.unresolved[unresolvedField{s.old, f.Name}]:
		return nil // the fault of the old field is reported already
	default:
		s.r.rep.Add(newRequired(s, f))
		return nil
	}
	return rule
}
