package compat

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// fieldUse is the fields in which types are compared.
type fieldUse struct {
	old, new *model.Field
	values   map[string]string // renamed enum values that the field's upcast rule declares
}

func (u fieldUse) places(old, new *model.TypeRef) (Place, Place) {
	o, n := Place{Span: old.Span, Text: old.String()}, Place{Span: new.Span, Text: new.String()}
	if u.old != nil && u.old.Type == old {
		o.Optional = u.old.Optional
	}
	if u.new != nil && u.new.Type == new {
		n.Optional = u.new.Optional
	}
	if e := enumOf(old); e != nil {
		o.Closed = e.Closed
	}
	if e := enumOf(new); e != nil {
		n.Closed = e.Closed
	}
	return o, n
}

// fit says of both sides whether their constraints leave only what the type of the other holds. Null is compared apart.
func (u fieldUse) fit(old, new *model.TypeRef) (o, n bool) {
	o = u.old != nil && u.old.Type == old && fits(u.old.Limits, new)
	n = u.new != nil && u.new.Type == new && fits(u.new.Limits, old)
	return o, n
}

// refs compares two uses of types: whether they may be null, their form, and what is in them.
func (d *differ) refs(old, new *model.TypeRef, u fieldUse) {
	o, n := u.places(old, new)
	switch {
	case old.Kind == model.JSON || new.Kind == model.JSON: // free JSON holds null as it is
	case !old.Nullable && new.Nullable:
		d.report("nullable-added", o, n)
	case old.Nullable && !new.Nullable:
		d.report("nullable-removed", o, n)
	}
	o.Fits, n.Fits = u.fit(old, new)
	if sameCollection(old, new) {
		d.within(hop{kind: hopInto(new)}, func() { d.refs(old.Elem, new.Elem, u) })
		return
	}
	oldForm, newForm := formOf(old), formOf(new)
	switch {
	case oldForm == free && newForm == free:
	case oldForm == newForm && old.Named != nil:
		d.namedUse(old.Named, new.Named, u)
	case isScalar(oldForm) && isScalar(newForm):
		d.scalars(old, new, o, n)
	default:
		d.forms(old, new, o, n, u)
	}
}

func (d *differ) namedUse(old, new *model.TypeVersion, u fieldUse) {
	if old.Type.Name != new.Type.Name || old.Type.Package.Name != new.Type.Package.Name {
		d.report("type-renamed", Place{Span: old.Span, Text: qualified(old)}, Place{Span: new.Span, Text: qualified(new)})
	}
	oldEnum, _ := old.Shape.(*model.Enum)
	newEnum, _ := new.Shape.(*model.Enum)
	if oldEnum != nil && newEnum != nil && len(u.values) > 0 {
		d.inType(old, new, func() { d.enums(oldEnum, newEnum, u.values) })
		return
	}
	d.named(old, new)
}

// form is how values of a type look on the wire, as far as single types do not matter.
type form uint8

const (
	single form = iota // any scalar
	choice             // a sum of scalars
	enumerated
	record
	tagged
	list
	dictionary
	oneOrMany
	free
)

func isScalar(f form) bool { return f == single || f == choice }

func formOf(t *model.TypeRef) form {
	switch t.Kind {
	case model.Scalars:
		return choice
	case model.List:
		return list
	case model.Map:
		return dictionary
	case model.OneOrMany:
		return oneOrMany
	case model.JSON:
		return free
	case model.Named:
		return namedForm(t.Named)
	}
	return single
}

func namedForm(v *model.TypeVersion) form {
	switch v.Shape.(type) {
	case *model.Enum:
		return enumerated
	case *model.Union:
		return tagged
	}
	return record
}

// inner says which values go on being compared after the form changed.
type inner uint8

const (
	nothing inner = iota
	bothElements
	valueToElement
	elementToValue
	enumBase
)

// formChanges names the changes between forms of any of the first and any of the second. The first row that fits is
// taken.
var formChanges = []struct {
	from, to []form
	kind     Kind
	inside   inner
}{
	{from: anyForm, to: []form{free}, kind: "type-to-json"},
	{from: []form{free}, to: anyForm, kind: "json-to-type"},
	{from: []form{list}, to: []form{oneOrMany}, kind: "list-to-one-or-many", inside: bothElements},
	{from: []form{oneOrMany}, to: []form{list}, kind: "one-or-many-to-list", inside: bothElements},
	{from: []form{list}, to: []form{dictionary}, kind: "list-to-map"},
	{from: []form{dictionary}, to: []form{list}, kind: "map-to-list"},
	{from: bareForms, to: []form{list}, kind: "scalar-to-list"},
	{from: []form{list}, to: bareForms, kind: "list-to-scalar"},
	{from: bareForms, to: []form{oneOrMany}, kind: "scalar-to-one-or-many", inside: valueToElement},
	{from: []form{oneOrMany}, to: bareForms, kind: "one-or-many-to-scalar", inside: elementToValue},
	{from: []form{single, choice}, to: []form{enumerated}, kind: "string-to-enum", inside: enumBase},
	{from: []form{enumerated}, to: []form{single, choice}, kind: "enum-to-string", inside: enumBase},
	{from: anyForm, to: anyForm, kind: "json-form-changed"},
}

var (
	bareForms = []form{single, choice, enumerated, record, tagged}
	anyForm   = []form{single, choice, enumerated, record, tagged, list, dictionary, oneOrMany, free}
)

func (d *differ) forms(old, new *model.TypeRef, o, n Place, u fieldUse) {
	oldForm, newForm := formOf(old), formOf(new)
	switch {
	case oldForm == record && newForm == dictionary && uniform(old, new):
		d.report("struct-to-map", o, n)
		return
	case oldForm == dictionary && newForm == record && uniform(new, old):
		d.report("map-to-struct", o, n)
		return
	}
	for _, row := range formChanges {
		if slices.Contains(row.from, oldForm) && slices.Contains(row.to, newForm) {
			d.report(row.kind, o, n)
			d.inside(row.inside, old, new, u)
			return
		}
	}
}

// inside goes on with the values that both forms hold. Where one form holds them bare, they stand at one path.
func (d *differ) inside(which inner, old, new *model.TypeRef, u fieldUse) {
	switch which {
	case bothElements:
		d.within(hop{kind: hopInto(old)}, func() { d.refs(old.Elem, new.Elem, u) })
	case valueToElement:
		d.refs(bare(old), bare(new.Elem), fieldUse{values: u.values})
	case elementToValue:
		d.refs(bare(old.Elem), bare(new), fieldUse{values: u.values})
	case enumBase:
		d.scalarsOf(base(old), base(new))
	}
}

// bare is a type without its null, which was compared where it belongs.
func bare(t *model.TypeRef) *model.TypeRef {
	if !t.Nullable {
		return t
	}
	out := *t
	out.Nullable = false
	return &out
}

// base is the scalar that the values of an enum are; other types are their own.
func base(t *model.TypeRef) *model.TypeRef {
	e := enumOf(t)
	if e == nil {
		return t
	}
	return &model.TypeRef{Kind: e.Kind, Nullable: t.Nullable, Span: t.Span}
}

func enumOf(t *model.TypeRef) *model.Enum {
	if t.Kind != model.Named {
		return nil
	}
	e, _ := t.Named.Shape.(*model.Enum)
	return e
}

func structOf(t *model.TypeRef) *model.Struct {
	if t.Kind != model.Named {
		return nil
	}
	s, _ := t.Named.Shape.(*model.Struct)
	return s
}

// uniform reports whether a map can hold what a struct writes.
func uniform(record, dictionary *model.TypeRef) bool {
	s := structOf(record)
	for _, f := range s.Fields {
		if !holds(dictionary.Elem, f.Type) {
			return false
		}
	}
	return len(s.Fields) > 0
}

// holds reports whether every value of one type is a value of another, by their wire form and without looking into
// named types.
func holds(reader, writer *model.TypeRef) bool {
	if writer.Nullable && !reader.Nullable {
		return false
	}
	if isScalar(formOf(reader)) && isScalar(formOf(writer)) {
		return reads(reader, writer)
	}
	if sameCollection(reader, writer) {
		return holds(reader.Elem, writer.Elem)
	}
	return reader.Kind == model.JSON || reader.Kind == model.Named && reader.Named == writer.Named
}
