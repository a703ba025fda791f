package jsonschema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/syntax"
)

// step finds the upcast rules from one version of a type or an event to the next.
type step struct {
	w        *writer
	label    string
	names    fieldNames
	old, new lineVersion
	upcast   *syntax.UpcastDecl
	byName   map[*shape]map[string]*field
}

func (w *writer) step(name string, number int, names fieldNames, old, new lineVersion) *step {
	return &step{w: w, label: label(name, number), names: names, old: old, new: new, upcast: &syntax.UpcastDecl{}, byName: map[*shape]map[string]*field{}}
}

// any is the rules for whatever the type is; nil when none is needed.
func (s *step) any() *syntax.UpcastDecl {
	switch s.new.shape.kind {
	case kindEnum:
		return s.enums()
	case kindUnion:
		return s.unions()
	}
	return s.structs()
}

func (s *step) guess(field, message string) {
	s.w.guesses = append(s.w.guesses, Guess{In: s.label, Field: field, Message: message})
}

func (s *step) byHand(why string) *syntax.UpcastDecl {
	s.guess("", "needs a hand-written upcaster: "+why)
	s.upcast.Go = syntax.Flag{Value: true}
	return s.upcast
}

// enums: values carry themselves; one that is gone needs a person.
func (s *step) enums() *syntax.UpcastDecl {
	for _, v := range s.old.shape.values {
		if !containsValue(s.new.shape.values, v) {
			return s.byHand("the value " + string(v.literal()) + " is gone")
		}
	}
	return nil
}

// unions: every branch must go on as the same type.
func (s *step) unions() *syntax.UpcastDecl {
	for _, o := range s.old.shape.branches {
		i := slices.IndexFunc(s.new.shape.branches, func(b branch) bool { return b.tag == o.tag })
		if i < 0 || !s.widens(o.use, s.new.shape.branches[i].use) {
			return s.byHand("the branch " + strconv.Quote(o.tag) + " is gone, or holds something else now")
		}
	}
	return nil
}

// structs makes a rule for every field that does not carry itself.
func (s *step) structs() *syntax.UpcastDecl {
	removed, added := s.difference()
	if r, a := s.renamed(removed, added); r != nil {
		s.rule(a, &syntax.RuleDecl{From: text(s.name(r))})
		s.guess(s.name(a), "taken for \""+s.name(r)+"\" under a new name")
		removed, added = nil, nil
	}
	for _, f := range s.fields(s.new.shape) {
		if o := s.oldField(f); o != nil {
			s.changed(o, f)
		}
	}
	for _, f := range added {
		s.appeared(f)
	}
	for _, f := range removed {
		s.drop(f)
	}
	if len(s.upcast.Rules) == 0 && len(s.upcast.Drop) == 0 {
		return nil
	}
	return s.upcast
}

// fields are those that can be declared.
func (s *step) fields(of *shape) []*field {
	return slices.DeleteFunc(slices.Clone(of.fields), func(f *field) bool { return !declarable(f.wire) })
}

func (s *step) name(f *field) string { return s.names[f.wire].name }

// oldField is the field of the same name in the old version, or nil.
func (s *step) oldField(f *field) *field { return s.withName(s.old.shape, s.name(f)) }

func (s *step) withName(in *shape, name string) *field {
	if s.byName[in] == nil {
		s.byName[in] = map[string]*field{}
		for _, f := range s.fields(in) {
			s.byName[in][s.name(f)] = f
		}
	}
	return s.byName[in][name]
}

func (s *step) difference() (removed, added []*field) {
	for _, f := range s.fields(s.old.shape) {
		if s.withName(s.new.shape, s.name(f)) == nil {
			removed = append(removed, f)
		}
	}
	for _, f := range s.fields(s.new.shape) {
		if s.oldField(f) == nil {
			added = append(added, f)
		}
	}
	return removed, added
}

func (s *step) rule(f *field, r *syntax.RuleDecl) {
	r.Target = text(s.name(f))
	s.upcast.Rules = append(s.upcast.Rules, r)
}

func (s *step) drop(f *field) { s.upcast.Drop = append(s.upcast.Drop, text(s.name(f))) }

// renamed is the only field that is gone and the only one that is new, when they look like one.
func (s *step) renamed(removed, added []*field) (old, new *field) {
	if len(removed) != 1 || len(added) != 1 {
		return nil, nil
	}
	r, a := removed[0], added[0]
	if !s.widensBare(r.use, a.use) || !alike(r.use, a.use) || s.mayLack(r, a) || !similar(s.name(r), s.name(a)) {
		return nil, nil
	}
	return r, a
}

// alike reports whether two uses are of one kind; a rename that also widens is no obvious rename.
func alike(a, b *use) bool {
	x, y := a.shape.target(), b.shape.target()
	return x.kind == y.kind && x.scalar == y.scalar
}

// similar reports whether two names share most of their words.
func similar(a, b string) bool {
	x, y := strings.Split(a, "_"), strings.Split(b, "_")
	common := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			common++
		}
	}
	if min(len(a), len(b)) > 3 && (strings.HasSuffix(a, b) || strings.HasSuffix(b, a)) {
		return true
	}
	return 2*common >= max(len(x), len(y)) || strings.ReplaceAll(a, "_", "") == strings.ReplaceAll(b, "_", "")
}

// appeared makes the rule of a field that old facts lack.
func (s *step) appeared(f *field) {
	constant := f.use.effective().constant
	switch {
	case f.optional || s.hasDefault(f):
	case constant != nil:
		s.rule(f, &syntax.RuleDecl{Value: literal(constant)})
	case f.use.isNullable() && !f.use.is("json"):
		s.rule(f, &syntax.RuleDecl{Default: literal([]byte("null"))})
	case len(s.nested(f)) == 1:
		from := s.nested(f)[0]
		s.rule(f, &syntax.RuleDecl{From: text(from)})
		s.guess(s.name(f), "taken from \""+from+"\", the only old field of that name and type")
	default:
		s.rule(f, &syntax.RuleDecl{Go: syntax.Flag{Value: true}})
		s.guess(s.name(f), "needs a hand-written upcaster: it is new and required")
	}
}

// nested lists the required fields of the same property and type in the structs that the old version requires and
// the new one still has: what is dropped cannot be used.
func (s *step) nested(f *field) []string {
	var out []string
	for _, o := range s.fields(s.old.shape) {
		t := o.use.shape.target()
		inner := t.field(f.wire)
		if t.kind != kindStruct || !s.carried(o) || o.optional || o.use.isNullable() || inner == nil || inner.optional {
			continue
		}
		names := s.old.in.places[t].line.decl.fields
		if name, known := names[f.wire]; known && s.widens(inner.use, f.use) && alike(inner.use, f.use) {
			out = append(out, s.name(o)+"."+name.name)
		}
	}
	return out
}

// carried reports whether an old field goes on under its name without a rule.
func (s *step) carried(o *field) bool {
	n := s.withName(s.new.shape, s.name(o))
	return n != nil && s.widensBare(o.use, n.use) && !s.mayLack(o, n)
}

// hasDefault reports whether the declaration has a default. A constant needs none.
func (s *step) hasDefault(f *field) bool { return defaultOf(f.use) != nil }

// mayLack reports whether an old fact may have nothing for a field that must have something.
func (s *step) mayLack(o, f *field) bool {
	return !f.optional && (o.optional || o.use.isNullable() && !f.use.isNullable() && !f.use.is("json"))
}

// changed makes the rule of a field that both versions have, if it needs one.
func (s *step) changed(o, f *field) {
	if o.wire != f.wire {
		s.guess(s.name(f), "\""+o.wire+"\" and \""+f.wire+"\" are taken for one field")
	}
	was, is := o.use.effective().constant, f.use.effective().constant
	switch {
	case was != nil && is != nil && string(was) != string(is):
		s.rule(f, &syntax.RuleDecl{Value: literal(is)})
		s.drop(o)
	case !s.widensBare(o.use, f.use):
		s.converted(o, f)
	case !s.mayLack(o, f) || s.hasDefault(f):
	case is != nil:
		s.rule(f, &syntax.RuleDecl{Default: literal(is)})
	case f.use.isNullable():
		s.rule(f, &syntax.RuleDecl{Default: literal([]byte("null"))})
	default:
		s.handWritten(o, f, "it was optional and is required")
	}
}

func (s *step) handWritten(o, f *field, why string) {
	s.rule(f, &syntax.RuleDecl{From: text(s.name(o)), Go: syntax.Flag{Value: true}})
	s.guess(s.name(f), "needs a hand-written upcaster: "+why)
}

// converted uses a built-in conversion where one fits and cannot fail, or fails into null or the default.
func (s *step) converted(o, f *field) {
	c, known := conversions[[2]string{scalarOf(o.use), scalarOf(f.use)}]
	if !known {
		s.handWritten(o, f, "its type changed")
		return
	}
	r := &syntax.RuleDecl{From: text(s.name(o)), Convert: text(c.name)}
	if c.fails || s.mayLack(o, f) {
		switch {
		case s.hasDefault(f):
			r.Else = literal(defaultOf(f.use))
		case f.use.isNullable():
			r.Else = literal([]byte("null"))
		default:
			s.handWritten(o, f, "its type changed, and not every value converts")
			return
		}
	}
	s.rule(f, r)
}

func scalarOf(u *use) string {
	if t := u.shape.target(); t.kind == kindScalar {
		return t.scalar
	}
	return ""
}

// conversions are those of the language that follow from the types alone.
var conversions = map[[2]string]struct {
	name  string
	fails bool
}{
	{"int64", "string"}:     {"int_to_string", false},
	{"uint64", "string"}:    {"int_to_string", false},
	{"int32", "string"}:     {"int_to_string", false},
	{"string", "int64"}:     {"string_to_int", true},
	{"int64", "float64"}:    {"int_to_float", false},
	{"float64", "int64"}:    {"float_to_int", true},
	{"float64", "string"}:   {"float_to_string", false},
	{"string", "float64"}:   {"string_to_float", true},
	{"bool", "string"}:      {"bool_to_string", false},
	{"string", "bool"}:      {"string_to_bool", true},
	{"uuid", "string"}:      {"uuid_to_string", false},
	{"string", "uuid"}:      {"string_to_uuid", true},
	{"timestamp", "string"}: {"timestamp_to_string", false},
	{"string", "timestamp"}: {"string_to_timestamp", true},
	{"date", "string"}:      {"date_to_string", false},
	{"string", "date"}:      {"string_to_date", true},
	{"int64", "uint64"}:     {"int_to_int", true},
	{"uint64", "int64"}:     {"int_to_int", true},
	{"int64", "int32"}:      {"int_to_int", true},
}
