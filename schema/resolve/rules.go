package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// written resolves a rule of the schema; nil after a fault.
func (s *step) written(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	var rule *model.Rule
	if op, ok := s.operation(d); ok {
		rule = op(s, f, d, old)
	}
	if rule == nil {
		s.used.whole = true // what the faulty rule was to use is unknown: one fault is not reported as two
		return nil
	}
	rule.Span = d.Span
	return rule
}

// operation is how a rule makes its field.
type operation func(s *step, f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule

// operations says which keys choose an operation and which others may stand beside them. The first that fits wins.
var operations = []struct {
	key    string
	beside []string
	make   operation
}{
	{"go", []string{"from"}, (*step).goRule},
	{"value", nil, (*step).valueRule},
	{"template", nil, (*step).templateRule},
	{"convert", []string{"from", "layout", "else", "default"}, (*step).convertRule},
	{"enum", []string{"from", "else", "default"}, (*step).enumRule},
	{"wrap", []string{"from", "default"}, (*step).wrapRule},
	{"unwrap", []string{"from", "else", "default"}, (*step).unwrapRule},
	{"from", []string{"default"}, (*step).fromRule},
	{"default", nil, (*step).defaultRule},
}

func (s *step) operation(d *syntax.RuleDecl) (operation, bool) {
	given := ruleKeys(d)
	for _, o := range operations {
		if _, ok := given[o.key]; !ok {
			continue
		}
		for _, key := range sortedRuleKeys(given) {
			if key != o.key && !contains(o.beside, key) {
				s.r.rep.Add(ruleConflict(d, o.key, key, given[key]))
				return nil, false
			}
		}
		if _, both := given["default"]; both && d.Else.JSON != nil {
			s.r.rep.Add(ruleConflict(d, "else", "default", given["default"]))
			return nil, false
		}
		return o.make, true
	}
	s.r.rep.Add(emptyRule(d))
	return nil, false
}

// from resolves the source of a rule: what `from:` says, else the field of the same name.
func (s *step) from(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) (origin, bool) {
	if d.From.Value == "" {
		src, ok := old.find(s, f.Name)
		if !ok {
			s.r.rep.Add(ruleWithoutSource(s, d))
			return origin{}, false
		}
		s.used.mark(src.path)
		return src, true
	}
	if strings.HasPrefix(d.From.Value, "$") && s.old.Field(d.From.Value) == nil {
		s.r.rep.Add(envelopeNotHere(d))
		return origin{}, false
	}
	p := s.r.path(s.old, d.From, s.oldName)
	if p == nil {
		return origin{}, false
	}
	if s.isDropped(p) {
		s.r.rep.Add(usedAndDropped(d.From, s.dropped))
		return origin{}, false
	}
	s.used.mark(p)
	return sourceOf(p), true
}

// fallback resolves `else:` or `default:`; ok is false when there is a fault in it, or when a value is needed and none is given.
func (s *step) fallback(f *model.Field, d *syntax.RuleDecl, src origin) (v *model.Value, ok bool) {
	l, name := d.Else, "else"
	if l.JSON == nil {
		l, name = d.Default, "default"
	}
	if l.JSON != nil {
		v = s.r.value(l, f.Type, name)
		return v, v != nil
	}
	if mayLack(src, f) {
		s.r.rep.Add(sourceMayLack(s, f, d, src))
		return nil, false
	}
	return nil, true
}

func (s *step) goRule(_ *model.Field, d *syntax.RuleDecl, _ *scopeOfOld) *model.Rule {
	rule := &model.Rule{Op: model.OpGo}
	if d.From.Value == "" {
		s.used.whole = true // the function sees the whole old fact
		return rule
	}
	rule.From = s.r.path(s.old, d.From, s.oldName)
	if rule.From == nil {
		return nil
	}
	s.used.mark(rule.From)
	return rule
}

func (s *step) valueRule(f *model.Field, d *syntax.RuleDecl, _ *scopeOfOld) *model.Rule {
	v := s.r.value(d.Value, f.Type, "value")
	if v == nil {
		return nil
	}
	return &model.Rule{Op: model.OpValue, Value: v}
}

// defaultRule gives a value to facts that lack the field, which is all of them when the old version had none.
func (s *step) defaultRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	v := s.r.value(d.Default, f.Type, "default")
	rule := &model.Rule{Op: model.OpDefault, Value: v}
	if src, found := old.find(s, f.Name); found {
		s.used.mark(src.path)
		if !widensBare(src.typ, f.Type) {
			s.r.rep.Add(changedType(s, f, src))
			return nil
		}
		rule.From = src.path
	}
	if v == nil {
		return nil
	}
	return rule
}

func (s *step) fromRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	if e, ok := envelopeField(d.From.Value); ok && s.hasEnvelope && s.old.Field(d.From.Value) == nil {
		return s.envelopeRule(f, d, e)
	}
	src, ok := s.from(f, d, old)
	if !ok {
		return nil
	}
	if !widensBare(src.typ, f.Type) {
		s.r.rep.Add(fromOtherType(f, d, src))
		return nil
	}
	v, ok := s.fallback(f, d, src)
	if !ok {
		return nil
	}
	if v != nil {
		return &model.Rule{Op: model.OpDefault, From: src.path, Value: v}
	}
	return &model.Rule{Op: model.OpFrom, From: src.path}
}

// envelopeKinds are the types of the members of the envelope; identifiers are given as text too.
var envelopeKinds = map[model.EnvelopeField][]model.Kind{
	model.EnvOccurredAt: {model.Timestamp}, model.EnvRecordedAt: {model.Timestamp},
	model.EnvStreamID:      {model.String},
	model.EnvEventID:       {model.UUID, model.String},
	model.EnvCorrelationID: {model.UUID, model.String},
	model.EnvCausationID:   {model.UUID, model.String},
	model.EnvActor:         {model.String}, model.EnvTenant: {model.String},
}

// envelopeField reads `$occurred_at`.
func envelopeField(text string) (model.EnvelopeField, bool) {
	for _, e := range model.EnvelopeFields() {
		if text == "$"+e.String() {
			return e, true
		}
	}
	return 0, false
}

func (s *step) envelopeRule(f *model.Field, d *syntax.RuleDecl, e model.EnvelopeField) *model.Rule {
	if d.Default.JSON != nil {
		s.r.rep.Add(ruleConflict(d, "from", "default", d.Default.Span))
		return nil
	}
	if !contains(envelopeKinds[e], f.Type.Kind) {
		s.r.rep.Add(envelopeOfOtherType(f, d, envelopeKinds[e]))
		return nil
	}
	return &model.Rule{Op: model.OpEnvelope, Envelope: e}
}

func (s *step) wrapRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	src, ok := s.from(f, d, old)
	if !ok {
		return nil
	}
	if f.Type.Kind != model.List && f.Type.Kind != model.OneOrMany || !widensBare(src.typ, f.Type.Elem) {
		s.r.rep.Add(cannotWrap(f, d, src))
		return nil
	}
	bare := src // a null element stays null where the list allows it
	bare.typ = &model.TypeRef{Nullable: src.typ.Nullable && !f.Type.Elem.Nullable}
	v, ok := s.fallback(f, d, bare)
	if !ok {
		return nil
	}
	return &model.Rule{Op: model.OpWrap, From: src.path, Value: v}
}

func (s *step) unwrapRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	src, ok := s.from(f, d, old)
	if !ok {
		return nil
	}
	if src.typ.Kind != model.List && src.typ.Kind != model.OneOrMany || !widensBare(src.typ.Elem, f.Type) {
		s.r.rep.Add(cannotUnwrap(f, d, src))
		return nil
	}
	src.absent = true // the list may be empty
	v, ok := s.fallback(f, d, src)
	if !ok {
		return nil
	}
	return &model.Rule{Op: model.OpUnwrap, From: src.path, Value: v}
}
