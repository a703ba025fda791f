// Package sample makes example payloads of event versions.
//
// In: a resolved version. Out: JSON that decodes, and validates wherever the
// constraints can be met by construction: the smallest payload, with nothing
// optional, and the fullest. It is deterministic: the same shape gives the same bytes.
package sample

import (
	"strconv"

	"github.com/evgen/evgen/schema/model"
)

// Mode says how much of a payload is there.
type Mode uint8

// The modes.
const (
	Smallest Mode = iota // required fields only, null where it may be
	Fullest              // every field, down to the depth where recursion repeats
)

// maxRepeat is how often a recursive type is entered on one path in the fullest payload.
const maxRepeat = 2

// Payload returns the JSON of one example.
func Payload(v *model.EventVersion, mode Mode) []byte {
	w := &writer{mode: mode, entered: map[model.Shape]int{}}
	w.structure(v.Struct, "")
	return w.out
}

type writer struct {
	out     []byte
	mode    Mode
	entered map[model.Shape]int
	count   int // of values written: makes elements of a list differ
}

func (w *writer) text(s string) { w.out = append(w.out, s...) }

// structure writes an object, with the tag first where it is a branch of a union.
func (w *writer) structure(s *model.Struct, tag string) {
	w.entered[s]++
	w.text("{" + tag)
	first := tag == ""
	for _, f := range s.Fields {
		if !w.wants(f) {
			continue
		}
		if !first {
			w.text(",")
		}
		first = false
		w.out = appendQuoted(w.out, f.JSON)
		w.text(":")
		w.field(f)
	}
	w.text("}")
	w.entered[s]--
}

func (w *writer) wants(f *model.Field) bool {
	return !f.Optional || w.mode == Fullest && w.mayEnter(f.Type)
}

// mayEnter reports whether writing a value of a type ends.
func (w *writer) mayEnter(t *model.TypeRef) bool {
	return t.Named == nil || w.entered[t.Named.Shape] < maxRepeat
}

func (w *writer) field(f *model.Field) {
	switch {
	case f.Limits != nil && f.Limits.Const != nil:
		w.text(string(f.Limits.Const.JSON))
	case f.Limits != nil && len(f.Limits.OneOf) > 0:
		w.text(string(f.Limits.OneOf[0].JSON))
	case f.Type.Nullable && (w.mode == Smallest || !w.mayEnter(f.Type)):
		w.text("null")
	case f.Example != nil:
		w.text(string(f.Example.JSON))
	default:
		w.value(f.Type, f.Limits, f.Each)
	}
}

func (w *writer) value(t *model.TypeRef, l, each *model.Limits) {
	if l == nil {
		l = &model.Limits{}
	}
	w.count++
	switch t.Kind {
	case model.List, model.OneOrMany:
		w.list(t, l, each)
	case model.Map:
		w.object(t, l, each)
	case model.Named:
		w.named(t.Named)
	case model.Scalars:
		w.value(t.Alts[0], l, nil)
	default:
		w.out = scalar(w.out, t, l, w.count)
	}
}

// length is how many elements a collection gets.
func (w *writer) length(t *model.TypeRef, l *model.Limits) int {
	n := 0
	if w.mode == Fullest && w.mayEnter(t.Elem) {
		n = 2
	}
	if l.MaxItems != nil {
		n = min(n, *l.MaxItems)
	}
	if l.MinItems != nil {
		n = max(n, *l.MinItems)
	}
	return n
}

func (w *writer) list(t *model.TypeRef, l, each *model.Limits) {
	w.text("[")
	for i := range w.length(t, l) {
		if i > 0 {
			w.text(",")
		}
		w.element(t.Elem, each)
	}
	w.text("]")
}

func (w *writer) object(t *model.TypeRef, l, each *model.Limits) {
	w.text("{")
	for i := range w.length(t, l) {
		if i > 0 {
			w.text(",")
		}
		w.text(`"key` + strconv.Itoa(i+1) + `":`)
		w.element(t.Elem, each)
	}
	w.text("}")
}

func (w *writer) element(t *model.TypeRef, each *model.Limits) {
	switch {
	case each != nil && each.Const != nil:
		w.text(string(each.Const.JSON))
	case each != nil && len(each.OneOf) > 0:
		w.text(string(each.OneOf[w.count%len(each.OneOf)].JSON))
		w.count++
	case t.Nullable && w.mode == Smallest:
		w.text("null")
	default:
		w.value(t, each, nil)
	}
}

func (w *writer) named(v *model.TypeVersion) {
	switch shape := v.Shape.(type) {
	case *model.Struct:
		w.structure(shape, "")
	case *model.Enum:
		w.enum(shape)
	case *model.Union:
		w.union(shape)
	}
}

func (w *writer) enum(e *model.Enum) {
	v := e.Values[w.count%len(e.Values)]
	if e.Kind == model.String {
		w.out = appendQuoted(w.out, v.Text)
		return
	}
	w.out = strconv.AppendInt(w.out, v.Int, 10)
}

// union writes the branch that ends soonest: the one that was entered least.
func (w *writer) union(u *model.Union) {
	w.entered[u]++
	best := u.Branches[0]
	for _, b := range u.Branches {
		if w.entered[b.Type.Shape] < w.entered[best.Type.Shape] {
			best = b
		}
	}
	tag := append(appendQuoted(nil, u.Tag), ':')
	w.structure(best.Type.Shape.(*model.Struct), string(appendQuoted(tag, best.Tag)))
	w.entered[u]--
}
