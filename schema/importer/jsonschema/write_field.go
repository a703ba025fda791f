package jsonschema

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/syntax"
)

// maxExample bounds examples: a page of JSON does not help the reader of a field.
const maxExample = 200

// maxName is how long a name on the wire may be.
const maxName = 200

// declarable reports whether the language takes a name on the wire.
func declarable(wire string) bool {
	return strings.TrimSpace(wire) != "" && len(wire) <= maxName && utf8.ValidString(wire) &&
		!strings.ContainsFunc(wire, func(r rune) bool { return !unicode.IsPrint(r) })
}

func (w *writer) fieldDecl(f *field, name fieldName, in *eventVersion) *syntax.FieldDecl {
	u := f.use
	d := &syntax.FieldDecl{Name: text(name.name), Type: w.expr(u, in), Doc: text(clean(docOf(u))), Go: text(name.goName)}
	d.Type.Optional = f.optional
	if f.wire != name.name {
		d.JSON = text(f.wire)
	}
	if u.deprecated {
		d.Deprecated = text("deprecated")
	}
	d.Default.JSON = defaultOf(u)
	w.noteMisfit(u, u.deflt, "default")
	d.Example.JSON = w.example(u)
	w.limits(d, u)
	d.Unchecked = w.carried.field(u)
	return d
}

// docOf is what is said about a field, or about the elements of its list.
func docOf(u *use) string {
	if elem := u.shape.target().elem; u.doc == "" && elem != nil && !elem.shape.target().named() {
		return docOf(elem)
	}
	return u.doc
}

// defaultOf is the default of a field where it is a value of the type and no constant says the same; else nil.
func defaultOf(u *use) []byte {
	if u.deflt == nil || !fits(u.deflt, u) {
		return nil
	}
	if value := u.deflt.literal(); string(value) != string(u.effective().constant) {
		return value
	}
	return nil
}

func (w *writer) noteMisfit(u *use, n *node, what string) {
	if n != nil && !fits(n, u) {
		w.losses.add(n.up, n.key, "the "+what+" is no value of the type")
	}
}

// example is the example of a field where it is a value of the type and short; else nil.
func (w *writer) example(u *use) []byte {
	w.noteMisfit(u, u.example, "example")
	if u.example == nil || !fits(u.example, u) {
		return nil
	}
	value := u.example.literal()
	if len(value) > maxExample {
		w.losses.add(u.example.up, u.example.key, "the example is too long for a field")
		return nil
	}
	return value
}

func (w *writer) limits(d *syntax.FieldDecl, u *use) {
	d.Limits = u.effective().decl()
	s := u.shape.target()
	if s.elem == nil {
		return
	}
	if each := s.elem.effective(); !each.empty() {
		l := each.decl()
		d.Each = &l
	}
	if n := s.elem.deflt; n != nil {
		w.losses.add(n.up, n.key, "elements have no default")
	}
	for _, inner := range s.elem.shape.target().children() {
		if l := inner.effective(); !s.elem.shape.target().named() && !l.empty() {
			w.losses.add(inner.at(s), "items", "constraints two levels deep are not checked")
			w.losses.lost.markWhole(inner.nodes)
		}
	}
}

// at is where a use was read, or where the shape around it was.
func (u *use) at(around *shape) *node {
	for _, s := range []*shape{u.shape, around} {
		if s.origin != nil {
			return s.origin
		}
	}
	return &node{file: &file{}}
}

func (l limits) decl() syntax.LimitsDecl {
	return syntax.LimitsDecl{
		Min: literal(l.min), Max: literal(l.max), ExclusiveMin: literal(l.exclusiveMin), ExclusiveMax: literal(l.exclusiveMax),
		MultipleOf: literal(l.multipleOf), MinLength: literal(l.minLength), MaxLength: literal(l.maxLength),
		MinItems: literal(l.minItems), MaxItems: literal(l.maxItems), Pattern: text(l.pattern),
		UniqueItems: syntax.Flag{Value: l.unique}, Const: literal(l.constant), OneOf: literal(l.oneOf),
	}
}

func literal(json []byte) syntax.Literal { return syntax.Literal{JSON: json} }
