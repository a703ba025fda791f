package downcast

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// origin is where an old field went: the path in the new version, and the rule that took it there.
type origin struct {
	rule *model.Rule
	path []*model.Field
}

// structure inverts the step between two structs, field by field of the old one.
func (in *inverter) structure(u *model.Upcast, old, next *model.Struct) (*Plan, []Obstacle) {
	if u.Go {
		return nil, []Obstacle{{"", "its upcast is written by hand", u.Span}}
	}
	s := &structInverter{inverter: in, plan: &Plan{}, went: map[string][]origin{}}
	s.trace(u.Rules, nil)
	s.plan.Rules = s.fields(old, nil)
	s.leftOut(u.Rules, nil)
	if next.Unknown == model.UnknownKeep && old.Unknown != model.UnknownKeep {
		s.lose("", "unknown fields are left out", &model.Rule{Span: u.Span})
	}
	if len(s.obstacles) > 0 {
		return nil, s.obstacles
	}
	return s.plan, nil
}

type structInverter struct {
	*inverter
	plan      *Plan
	obstacles []Obstacle
	went      map[string][]origin // old path to where it went
	used      []*model.Rule
}

// trace notes for each old path the rules that read it.
func (s *structInverter) trace(rules []*model.Rule, at []*model.Field) {
	for _, r := range rules {
		path := append(slices.Clone(at), r.Target)
		if r.From != nil {
			key := pathText(r.From.Fields)
			s.went[key] = append(s.went[key], origin{r, path})
		}
		s.trace(r.Rules, path)
	}
}

// fields makes the rule for each field of an old struct that stands at a path.
func (s *structInverter) fields(old *model.Struct, at []*model.Field) []*model.Rule {
	var rules []*model.Rule
	for _, f := range old.Fields {
		if r := s.field(f, append(slices.Clone(at), f)); r != nil {
			r.Target, r.Optional = f, f.Optional
			rules = append(rules, r)
		}
	}
	return rules
}

// field tries every place to which an old field went, then its parts, then its absence.
func (s *structInverter) field(f *model.Field, path []*model.Field) *model.Rule {
	why := "no rule keeps it"
	for _, o := range s.went[pathText(path)] {
		rule, reason := s.invert(o, f)
		if rule != nil {
			s.used = append(s.used, o.rule)
			return rule
		}
		why = reason
	}
	if rule := s.parts(f, path); rule != nil {
		return rule
	}
	switch {
	case f.Optional:
		lost := Loss{pathText(path), "does not come back", f.Span}
		s.plan.Inexact = append(s.plan.Inexact, lost)
		return &model.Rule{Op: model.OpAbsent, Implied: true, Span: f.Span}
	case f.Limits != nil && f.Limits.Const != nil:
		return &model.Rule{Op: model.OpValue, Value: f.Limits.Const, Implied: true, Span: f.Span}
	}
	s.obstacles = append(s.obstacles, Obstacle{pathText(path), why, f.Span})
	return nil
}

// parts rebuilds a nested struct of the old version from its fields, if any of them went somewhere.
func (s *structInverter) parts(f *model.Field, path []*model.Field) *model.Rule {
	if f.Type.Named == nil || f.Optional || f.Type.Nullable {
		return nil
	}
	inner, ok := f.Type.Named.Shape.(*model.Struct)
	prefix := pathText(path) + "."
	if !ok || !slices.ContainsFunc(mapKeys(s.went), func(k string) bool { return strings.HasPrefix(k, prefix) }) {
		return nil
	}
	return &model.Rule{Op: model.OpNested, Rules: s.fields(inner, path), Span: f.Span}
}

func mapKeys(m map[string][]origin) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}

// invert makes the rule that takes a value back from where it went, or says why there is none.
func (s *structInverter) invert(o origin, old *model.Field) (*model.Rule, string) {
	if why := s.mayBeMissing(o, old); why != "" {
		return nil, why
	}
	s.noteInexact(o, old)
	back := &model.Rule{Op: model.OpFrom, From: &model.Path{Fields: o.path, Span: o.rule.Span}, Span: o.rule.Span}
	target := o.path[len(o.path)-1]
	switch o.rule.Op {
	case model.OpCarry, model.OpFrom, model.OpDefault:
		if !s.carriesBack(target.Type, old.Type) {
			return nil, fmt.Sprintf("%s may hold what %s cannot", target.Type, old.Type)
		}
		return back, ""
	case model.OpEnum:
		return s.invertEnum(o, old, back)
	case model.OpConvert:
		return s.invertConversion(o, back)
	default:
		return nil, "its rule cannot be inverted"
	}
}

// mayBeMissing says why the new value may be missing where the old one must be there.
func (s *structInverter) mayBeMissing(o origin, old *model.Field) string {
	for i, f := range o.path {
		last := i == len(o.path)-1
		if f.Optional && !old.Optional {
			return fmt.Sprintf("%q may be absent in the new version", f.Name)
		}
		if f.Type.Nullable && !old.Type.Nullable {
			if !last || !old.Optional {
				return fmt.Sprintf("%q may be null in the new version", f.Name)
			}
			s.lose(f.Name, "null becomes absent", o.rule)
		}
	}
	return ""
}

// noteInexact names what the upcast lost on the way there.
func (s *structInverter) noteInexact(o origin, old *model.Field) {
	next := o.path[len(o.path)-1]
	what := ""
	switch {
	case o.rule.Value != nil && (old.Optional || old.Type.Nullable):
		what = "a missing value comes back as the default"
	case old.Optional && old.Type.Nullable && !(next.Optional && next.Type.Nullable):
		what = "null and absent come back alike"
	}
	if what != "" {
		s.plan.Inexact = append(s.plan.Inexact, Loss{pathText(o.path), what, o.rule.Span})
	}
}

// carriesBack reports whether every present value of the new type is one of the old type.
func (s *structInverter) carriesBack(next, old *model.TypeRef) bool {
	switch {
	case next.Kind == model.Named && old.Kind == model.Named:
		return next.Named == old.Named || next.Named.Type == old.Named.Type && s.leadsBack(next.Named, old.Named)
	case next.Elem != nil && old.Elem != nil:
		return next.Kind == old.Kind && (!next.Elem.Nullable || old.Elem.Nullable) && s.carriesBack(next.Elem, old.Elem)
	case next.Kind == model.Scalars || old.Kind == model.Scalars:
		bare, was := *next, *old
		bare.Nullable, was.Nullable = false, false
		return bare.Equal(&was)
	}
	return next.Kind == old.Kind || isText(next.Kind) && isText(old.Kind)
}

// isText reports whether a kind is a Go string, so that values pass freely.
func isText(k model.Kind) bool { return k == model.String || k == model.URI || k == model.Email }

func (s *structInverter) invertEnum(o origin, old *model.Field, back *model.Rule) (*model.Rule, string) {
	from, okFrom := old.Type.Named.Shape.(*model.Enum)
	to, okTo := o.path[len(o.path)-1].Type.Named.Shape.(*model.Enum)
	if !okFrom || !okTo {
		return nil, "its rule cannot be inverted"
	}
	renames, why := renamedBack(o.rule.Enum, from, to)
	if why != "" {
		return nil, why
	}
	back.Op, back.Enum = model.OpEnum, renames
	return back, ""
}

// inverses are the conversions whose inverse is total. What they lose is beyond what the old type could say.
var inverses = map[string]struct{ name, loses string }{
	"unix_s_to_timestamp":  {"timestamp_to_unix_s", "fractions of a second are cut"},
	"unix_ms_to_timestamp": {"timestamp_to_unix_ms", "fractions of a millisecond are cut"},
	"unix_us_to_timestamp": {"timestamp_to_unix_us", "fractions of a microsecond are cut"},
	"uuid_to_string":       {},
	"string_to_uuid":       {},
	"date_to_timestamp":    {"timestamp_to_date", "the time of day is cut"},
	"enum_to_string":       {},
	"string_to_bytes":      {},
}

func (s *structInverter) invertConversion(o origin, back *model.Rule) (*model.Rule, string) {
	inverse := inverses[o.rule.Convert.Name]
	if inverse.name == "" {
		return nil, fmt.Sprintf("the conversion %s has no inverse that always succeeds", o.rule.Convert.Name)
	}
	s.lose(pathText(o.path), inverse.loses, o.rule)
	back.Op, back.Convert = model.OpConvert, &model.Conversion{Name: inverse.name}
	return back, ""
}

// leftOut names what of the new version no rule takes back.
func (s *structInverter) leftOut(rules []*model.Rule, at []*model.Field) {
	for _, r := range rules {
		path := append(slices.Clone(at), r.Target)
		switch {
		case r.Op == model.OpNested:
			s.leftOut(r.Rules, path)
		case slices.Contains(s.used, r) || isConst(r.Target):
		default:
			s.lose(pathText(path), "is left out", r)
		}
	}
}

func isConst(f *model.Field) bool { return f.Limits != nil && f.Limits.Const != nil }

func (s *structInverter) lose(field, what string, r *model.Rule) {
	s.plan.Losses = append(s.plan.Losses, Loss{field, what, r.Span})
}

func pathText(path []*model.Field) string {
	names := make([]string, len(path))
	for i, f := range path {
		names[i] = f.Name
	}
	return strings.Join(names, ".")
}
