package resolve

import (
	"strings"
	"time"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func (s *step) convertRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	src, ok := s.from(f, d, old)
	if !ok {
		return nil
	}
	c := conversionNamed(d.Convert.Value)
	switch {
	case c == nil:
		s.r.rep.Add(unknownConversion(d.Convert, src.typ, f.Type))
		return nil
	case !c.from.fits(src.typ) || !c.to.fits(f.Type):
		s.r.rep.Add(conversionMisfit(d.Convert, src.typ, f.Type))
		return nil
	case !s.layoutFits(c, d):
		return nil
	}
	failing := src
	failing.absent = src.absent || c.canFail(f.Type)
	if c.canFail(f.Type) && d.Else.JSON == nil {
		s.r.rep.Add(conversionNeedsElse(d.Convert))
		return nil
	}
	v, ok := s.fallback(f, d, failing)
	if !ok {
		return nil
	}
	conv := &model.Conversion{Name: c.name, Layout: d.Layout.Value, CanFail: c.canFail(f.Type)}
	return &model.Rule{Op: model.OpConvert, From: src.path, Value: v, Convert: conv}
}

// layoutFits checks `layout:`: a Go time layout that reads back what it writes.
func (s *step) layoutFits(c *conversion, d *syntax.RuleDecl) bool {
	if d.Layout.Value == "" {
		return true
	}
	if !c.layout {
		s.r.rep.Add(layoutNotHere(d))
		return false
	}
	sample := time.Date(2026, 11, 23, 17, 48, 59, 0, time.UTC)
	back, err := time.Parse(d.Layout.Value, sample.Format(d.Layout.Value))
	if err != nil || back.Equal(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)) {
		s.r.rep.Add(badLayout(d.Layout))
		return false
	}
	return true
}

func (s *step) enumRule(f *model.Field, d *syntax.RuleDecl, old *scopeOfOld) *model.Rule {
	src, ok := s.from(f, d, old)
	if !ok {
		return nil
	}
	from, isEnum := enumOf(src.typ)
	to, isEnumToo := enumOf(f.Type)
	if !isEnum || !isEnumToo || from.Kind != to.Kind {
		s.r.rep.Add(enumRuleOfOtherType(f, d, src))
		return nil
	}
	maps := s.enumMaps(from, to, d.Enum, d.Span)
	v, ok := s.fallback(f, d, src)
	if !ok {
		return nil
	}
	return &model.Rule{Op: model.OpEnum, From: src.path, Value: v, Enum: maps}
}

// enumMaps resolves renamed values and checks that every old value has a new one: by rename or by the same name.
func (s *step) enumMaps(from, to *model.Enum, decls []*syntax.EnumMapDecl, span source.Span) []*model.EnumMap {
	var maps []*model.EnumMap
	mapped := map[string]bool{}
	for _, d := range decls {
		oldOK := s.enumMember(from, d.Old, s.oldName)
		newOK := s.enumMember(to, d.New, s.newName)
		mapped[string(d.Old.JSON)] = true
		if oldOK && newOK {
			maps = append(maps, &model.EnumMap{
				Old: &model.Value{JSON: d.Old.JSON, Span: d.Old.Span}, New: &model.Value{JSON: d.New.JSON, Span: d.New.Span}, Span: d.Span,
			})
		}
	}
	for _, v := range from.Values {
		if literal := string(enumJSON(from, v)); !mapped[literal] && findEnumValue(to, literal) == nil {
			s.r.rep.Add(enumValueLost(s, v, from, to, span))
		}
	}
	return maps
}

func (s *step) enumMember(e *model.Enum, l syntax.Literal, whose string) bool {
	if l.JSON == nil {
		return false // reported by parsing
	}
	if findEnumValue(e, string(l.JSON)) == nil {
		s.r.rep.Add(notInEnum(l, e, whose))
		return false
	}
	return true
}

func findEnumValue(e *model.Enum, literal string) *model.EnumValue {
	for _, v := range e.Values {
		if string(enumJSON(e, v)) == literal {
			return v
		}
	}
	return nil
}

// templateKinds have one obvious text.
var templateKinds = map[model.Kind]bool{
	model.String: true, model.URI: true, model.Email: true, model.UUID: true, model.Bool: true, model.Decimal: true,
	model.Int32: true, model.Int64: true, model.Uint32: true, model.Uint64: true,
	model.Timestamp: true, model.Date: true, model.Time: true, model.Duration: true,
}

func (s *step) templateRule(f *model.Field, d *syntax.RuleDecl, _ *scopeOfOld) *model.Rule {
	if f.Type.Kind != model.String && f.Type.Kind != model.URI && f.Type.Kind != model.Email {
		s.r.rep.Add(templateOfOtherType(f, d))
		return nil
	}
	parts, ok := s.template(d.Template)
	if !ok {
		return nil
	}
	return &model.Rule{Op: model.OpTemplate, Template: parts}
}

// template splits "pkg:{group}/{name}"; doubled braces stand for themselves.
func (s *step) template(t syntax.Text) ([]model.TemplatePart, bool) {
	var parts []model.TemplatePart
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			parts = append(parts, model.TemplatePart{Text: text.String()})
			text.Reset()
		}
	}
	for rest := t.Value; rest != ""; {
		at := strings.IndexAny(rest, "{}")
		if at < 0 {
			text.WriteString(rest)
			break
		}
		text.WriteString(rest[:at])
		if strings.HasPrefix(rest[at:], "{{") || strings.HasPrefix(rest[at:], "}}") {
			text.WriteByte(rest[at])
			rest = rest[at+2:]
			continue
		}
		name, after, closed := strings.Cut(rest[at+1:], "}")
		if rest[at] == '}' || !closed || name == "" {
			s.r.rep.Add(badTemplate(t))
			return nil, false
		}
		path, ok := s.placeholder(syntax.Text{Value: name, Span: t.Span})
		if !ok {
			return nil, false
		}
		flush()
		parts = append(parts, model.TemplatePart{From: path})
		rest = after
	}
	flush()
	return parts, true
}

// placeholder wants a scalar that is always there.
func (s *step) placeholder(name syntax.Text) (*model.Path, bool) {
	p := s.r.path(s.old, name, s.oldName)
	if p == nil {
		return nil, false
	}
	s.used.mark(p)
	src := sourceOf(p)
	_, isEnum := enumOf(src.typ)
	if !templateKinds[src.typ.Kind] && !isEnum {
		s.r.rep.Add(placeholderNotScalar(name, src))
		return nil, false
	}
	if src.absent && p.Last().Default == nil || src.typ.Nullable {
		s.r.rep.Add(placeholderMayLack(name))
		return nil, false
	}
	return p, true
}
