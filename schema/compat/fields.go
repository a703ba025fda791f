package compat

import (
	"strconv"

	"github.com/evgen/evgen/schema/model"
)

// fields compares two fields that are the same to a person.
func (d *differ) fields(old, new *model.Field, a aliases) {
	d.fieldNames(old, new, a)
	d.presence(old, new)
	d.annotations(old, new)
	d.defaults(old.Default, new.Default, old, new)
	d.refs(old.Type, new.Type, fieldUse{old, new, a.enums[new.JSON]})
	d.uncheckedOfFields(old, new)
	if sameCollection(old.Type, new.Type) {
		d.limits(old.Limits, new.Limits, old, new)
		d.within(hop{kind: hopInto(new.Type)}, func() { d.limits(old.Each, new.Each, old, new) })
		return
	}
	d.limits(old.Limits, new.Limits, old, new)
}

// sameCollection reports whether both are lists, or both maps, so that their elements can be compared.
func sameCollection(old, new *model.TypeRef) bool { return old.Elem != nil && old.Kind == new.Kind }

func hopInto(t *model.TypeRef) hopKind {
	if t.Kind == model.Map {
		return intoEntry
	}
	return intoElement
}

func (d *differ) fieldNames(old, new *model.Field, a aliases) {
	o, n := placeOf(old), placeOf(new)
	o.Text, n.Text = old.JSON, new.JSON
	switch {
	case old.JSON == new.JSON && old.Name != new.Name:
		o.Text, n.Text = old.Name, new.Name
		d.report("field-name-changed", o, n)
	case old.JSON == new.JSON:
	case a.from[new.JSON] == old.JSON:
		d.report("field-renamed", o, n)
	case letters(old.JSON) == letters(new.JSON):
		d.report("wire-name-case-changed", o, n)
	default:
		d.report("wire-name-changed", o, n)
	}
	if old.GoName != new.GoName {
		d.report("go-name-changed", textAt(old, old.GoName), textAt(new, new.GoName))
	}
}

func textAt(f *model.Field, text string) Place {
	p := placeOf(f)
	p.Text = text
	return p
}

func (d *differ) presence(old, new *model.Field) {
	switch {
	case old.Optional && !new.Optional:
		d.report("optional-to-required", placeOf(old), placeOf(new))
	case !old.Optional && new.Optional:
		d.report("required-to-optional", placeOf(old), placeOf(new))
	}
}

// annotations compares what changes no byte but what readers make of it.
func (d *differ) annotations(old, new *model.Field) {
	if old.Doc != "" && new.Doc != "" {
		d.text("field-doc-changed", old, new, old.Doc, new.Doc)
	}
	d.text("unit-changed", old, new, old.Unit, new.Unit)
	if old.Sealed() && new.Sealed() {
		d.text("subject-changed", old, new, old.SubjectText(), new.SubjectText())
	}
	d.flag("subject-added", "subject-removed", old, new, old.SubjectText(), new.SubjectText())
	if old.Example != nil && new.Example != nil {
		d.text("example-changed", old, new, valueText(old.Example), valueText(new.Example))
	}
	d.flag("field-deprecated", "field-undeprecated", old, new, old.Deprecated, new.Deprecated)
	d.flag("sensitive-added", "sensitive-removed", old, new, truth(old.Sensitive), truth(new.Sensitive))
}

func (d *differ) text(k Kind, old, new *model.Field, oldText, newText string) {
	if oldText != newText {
		d.report(k, textAt(old, oldText), textAt(new, newText))
	}
}

func (d *differ) flag(set, cleared Kind, old, new *model.Field, oldText, newText string) {
	switch {
	case oldText == "" && newText != "":
		d.report(set, textAt(old, ""), textAt(new, newText))
	case oldText != "" && newText == "":
		d.report(cleared, textAt(old, oldText), textAt(new, ""))
	}
}

func truth(b bool) string {
	if b {
		return strconv.FormatBool(b)
	}
	return ""
}

func (d *differ) defaults(old, new *model.Value, oldField, newField *model.Field) {
	o, n := textAt(oldField, valueText(old)), textAt(newField, valueText(new))
	switch {
	case o.Text == n.Text:
	case old == nil:
		d.report("default-added", o, n)
	case new == nil:
		d.report("default-removed", o, n)
	default:
		d.report("default-changed", o, n)
	}
}

func valueText(v *model.Value) string {
	if v == nil {
		return ""
	}
	return string(v.JSON)
}

func pathText(p *model.Path) string {
	if p == nil {
		return ""
	}
	return p.String()
}
