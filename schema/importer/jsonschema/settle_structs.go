package jsonschema

import (
	"slices"
	"strconv"
	"strings"
)

// settleStructs decides on alternatives that are structs: a tagged union if a constant tells them apart, else one
// struct that holds the properties of all.
func (r *reader) settleStructs(s *shape, alts []*use) {
	if tag := commonTag(alts); tag != "" && !s.merge {
		r.becomeUnion(s, alts, tag)
		return
	}
	structs := make([]*shape, len(alts))
	for i, u := range alts {
		structs[i] = u.shape.target()
	}
	s.becomeAlias(&use{shape: r.join(structs, s)})
	r.noteChoice(s, "alternatives that no constant tells apart are one struct with the properties of all")
}

// commonTag is the first property that is a required string constant in every alternative and different in each.
func commonTag(alts []*use) string {
	for _, f := range alts[0].shape.target().fields {
		seen := map[string]bool{}
		for _, u := range alts {
			if value, ok := tagValue(u.shape.target(), f.wire); ok {
				seen[value] = true
			}
		}
		if len(seen) == len(alts) {
			return f.wire
		}
	}
	return ""
}

func tagValue(s *shape, wire string) (string, bool) {
	f := s.field(wire)
	if f == nil || f.optional || f.use.isNullable() || !f.use.is("string") {
		return "", false
	}
	l := f.use.effective()
	if l.constant == nil || string(l.constant) == `""` {
		return "", false
	}
	return string(l.constant), true
}

func (s *shape) field(wire string) *field {
	if len(s.fields) > manyMembers {
		if len(s.byWire) != len(s.fields) {
			s.byWire = map[string]*field{}
			for _, f := range s.fields {
				s.byWire[f.wire] = f
			}
		}
		return s.byWire[wire]
	}
	for _, f := range s.fields {
		if f.wire == wire {
			return f
		}
	}
	return nil
}

func (r *reader) becomeUnion(s *shape, alts []*use, tag string) {
	s.kind, s.tag = kindUnion, tag
	for _, u := range alts {
		whole := u.shape.target()
		literal, _ := tagValue(whole, tag)
		value := unquote([]byte(literal))
		s.branches = append(s.branches, branch{value, &use{shape: r.withoutTag(whole, tag, value), doc: u.doc}})
	}
}

// withoutTag is a branch of a union: the union itself writes the tag.
func (r *reader) withoutTag(whole *shape, tag, value string) *shape {
	key := "branch\x01" + strconv.Itoa(whole.id) + "\x01" + tag
	if known := r.joins[key]; known != nil {
		return known
	}
	s := &shape{id: len(r.shapes) + 1, kind: kindStruct, unknown: whole.unknown, hint: whole.hint, doc: whole.doc, origin: whole.origin, salt: value, nodes: whole.nodes}
	if s.hint == "" {
		s.hint = value
	}
	for _, f := range whole.fields {
		if f.wire != tag {
			s.fields = append(s.fields, f)
		}
	}
	r.shapes = append(r.shapes, s)
	r.joins[key] = s
	return s
}

// join is one struct with the fields of several. It is made from the structs that were read, never from joined
// ones, so that joins of joins end.
func (r *reader) join(structs []*shape, choice *shape) *shape {
	parts := partsOf(structs)
	ids := make([]string, len(parts))
	for i, p := range parts {
		ids[i] = strconv.Itoa(p.id)
	}
	key := "join\x01" + strings.Join(ids, "\x01")
	if known := r.joins[key]; known != nil {
		return known
	}
	s := &shape{id: len(r.shapes) + 1, kind: kindStruct, unknown: "reject", hint: choice.hint, doc: choice.doc, origin: choice.origin, parts: parts, nodes: choice.nodes}
	r.shapes = append(r.shapes, s)
	r.joins[key] = s
	seen := map[string]bool{}
	for _, p := range parts {
		if p.unknown != "reject" {
			s.unknown = "keep"
		}
		for _, f := range p.fields {
			if !seen[f.wire] {
				seen[f.wire] = true
				s.fields = append(s.fields, r.joinField(f, parts))
			}
		}
	}
	return s
}

func partsOf(structs []*shape) []*shape {
	var out []*shape
	for _, s := range structs {
		if s.parts == nil {
			out = append(out, s)
		}
		out = append(out, s.parts...)
	}
	slices.SortFunc(out, func(a, b *shape) int { return a.id - b.id })
	return slices.Compact(out)
}

// joinField is a field of a joined struct: optional unless every part requires it.
func (r *reader) joinField(first *field, parts []*shape) *field {
	joined := &field{wire: first.wire, origin: first.origin}
	var uses []*use
	for _, p := range parts {
		f := p.field(first.wire)
		if f == nil {
			joined.optional = true
			continue
		}
		joined.optional = joined.optional || f.optional
		uses = append(uses, f.use)
	}
	joined.use = r.choiceOf(uses, first.origin)
	joined.use.doc, joined.use.title = first.use.doc, first.use.title
	joined.use.deflt, joined.use.example = first.use.deflt, first.use.example
	return joined
}
