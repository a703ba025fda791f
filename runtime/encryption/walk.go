package encryption

import (
	"encoding/binary"
	"slices"

	"github.com/evgen/evgen/runtime"
)

// walker rewrites a payload: everything is copied but the values of sealed
// fields, which visit replaces.
type walker struct {
	op    string
	seals *runtime.Seals
	rec   *runtime.Record
	visit visitor
	// place is the way to where we are, unambiguous: it is bound to what is sealed.
	// shown is the same for people, without indexes and keys, which are data.
	place, shown []byte
	depth        int
	stack        []member
}

// visitor says what becomes of the value of a sealed field.
type visitor interface {
	// replace appends what stands for value, which is not null, in a member of
	// object. False: the member is left out.
	replace(dst []byte, w *walker, f *runtime.SealField, value []byte, object []member) ([]byte, bool, error)
}

// payload appends the rewritten payload.
func (w *walker) payload(dst, src []byte) ([]byte, error) {
	begin := blank(src, 0)
	if begin >= len(src) || src[begin] != '{' {
		return dst, w.fail(ErrMalformed)
	}
	return w.object(dst, src[begin:], w.seals.Root)
}

// fail says that the walk ends where it is.
func (w *walker) fail(err error) error {
	return &SealError{Op: w.op, Event: w.rec.ID, Type: w.rec.Type, Version: w.rec.Version, Path: string(w.shown), Err: err}
}

// object appends the object that src is.
func (w *walker) object(dst, src []byte, shape int) ([]byte, error) {
	if w.depth++; w.depth > maxDepth {
		return dst, w.fail(ErrMalformed)
	}
	start := len(w.stack)
	defer func() { w.stack, w.depth = w.stack[:start], w.depth-1 }()
	var ok bool
	if w.stack, ok = members(w.stack, src); !ok {
		return dst, w.fail(ErrMalformed)
	}
	object := w.stack[start:len(w.stack):len(w.stack)]
	s := w.branch(&w.seals.Shapes[shape], object)
	if s == nil {
		return append(dst, src...), nil
	}
	dst = append(dst, '{')
	kept := 0
	for i := range object {
		before := len(dst)
		if kept > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(dst, object[i].name...), ':')
		keep := true
		var err error
		if dst, keep, err = w.member(dst, s, &object[i], object); err != nil {
			return dst, err
		}
		if kept++; !keep {
			kept--
			dst = dst[:before]
		}
	}
	return append(dst, '}'), nil
}

// branch is the shape of the branch that a union has taken; nil for an unknown one.
func (w *walker) branch(s *runtime.SealShape, object []member) *runtime.SealShape {
	if s.Tag == "" {
		return s
	}
	for i := range object {
		if !object[i].is(s.Tag) {
			continue
		}
		tag, _ := unquoted(object[i].value)
		if at := slices.IndexFunc(s.Branches, func(b runtime.SealBranch) bool { return b.Tag == tag }); at >= 0 {
			return &w.seals.Shapes[s.Branches[at].Shape]
		}
	}
	return nil
}

func (w *walker) member(dst []byte, s *runtime.SealShape, m *member, object []member) ([]byte, bool, error) {
	at := slices.IndexFunc(s.Fields, func(f runtime.SealField) bool { return m.is(f.Name) })
	if at < 0 || string(m.value) == "null" {
		return append(dst, m.value...), true, nil
	}
	f := &s.Fields[at]
	place, shown := len(w.place), len(w.shown)
	w.place = appendText(append(w.place, 'n'), f.Name)
	if shown > 0 {
		w.shown = append(w.shown, '.')
	}
	w.shown = append(w.shown, f.Name...)
	keep := true
	var err error
	if f.Sealed() {
		dst, keep, err = w.visit.replace(dst, w, f, m.value, object)
	} else {
		dst, err = w.inner(dst, f, m.value)
	}
	w.place, w.shown = w.place[:place], w.shown[:shown]
	return dst, keep, err
}

// appendText appends s so that nothing else reads the same.
func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// inner appends the value of f, in which there may be more sealed fields.
func (w *walker) inner(dst []byte, f *runtime.SealField, value []byte) ([]byte, error) {
	if f.Inner == 0 {
		return append(dst, value...), nil
	}
	return w.within(dst, f.Around, f.Inner-1, value)
}

// within descends through composites. A value of another kind than the schema
// says is copied: the decoder has better words for it.
func (w *walker) within(dst []byte, around string, shape int, value []byte) ([]byte, error) {
	switch {
	case around == "" && value[0] == '{':
		return w.object(dst, value, shape)
	case around == "":
	case around[0] == '?' && value[0] != '[':
		return w.within(dst, around[1:], shape, value)
	case value[0] == '[' && around[0] != '{':
		return w.list(dst, around[1:], shape, value)
	case value[0] == '{' && around[0] == '{':
		return w.entries(dst, around[1:], shape, value)
	}
	return append(dst, value...), nil
}

func (w *walker) list(dst []byte, around string, shape int, src []byte) ([]byte, error) {
	dst = append(dst, '[')
	ok, err := elements(src, func(i int, element []byte) error {
		if i > 0 {
			dst = append(dst, ',')
		}
		var err error
		dst, err = w.entry(dst, binary.AppendUvarint([]byte{'i'}, uint64(i)), around, shape, element)
		return err
	})
	if err == nil && !ok {
		err = w.fail(ErrMalformed)
	}
	return append(dst, ']'), err
}

func (w *walker) entries(dst []byte, around string, shape int, src []byte) ([]byte, error) {
	entries, ok := members(nil, src)
	if !ok {
		return dst, w.fail(ErrMalformed)
	}
	dst = append(dst, '{')
	for i, e := range entries {
		if i > 0 {
			dst = append(dst, ',')
		}
		key, ok := unquoted(e.name)
		if !ok {
			return dst, w.fail(ErrMalformed)
		}
		var err error
		dst = append(append(dst, e.name...), ':')
		if dst, err = w.entry(dst, appendText([]byte{'k'}, key), around, shape, e.value); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// entry appends an element of a list or the value of an entry of a map.
func (w *walker) entry(dst, step []byte, around string, shape int, value []byte) ([]byte, error) {
	place, shown := len(w.place), len(w.shown)
	w.place, w.shown = append(w.place, step...), append(w.shown, "[]"...)
	dst, err := w.within(dst, around, shape, value)
	w.place, w.shown = w.place[:place], w.shown[:shown]
	return dst, err
}

// subject is whom f belongs to, as the event says; "" if it does not.
func (w *walker) subject(f *runtime.SealField, object []member) string {
	if f.OfStream {
		return w.rec.Stream.ID()
	}
	for i, name := range f.Subject {
		at := slices.IndexFunc(object, func(m member) bool { return m.is(name) })
		if at < 0 {
			return ""
		}
		value := object[at].value
		if i == len(f.Subject)-1 {
			return scalar(value)
		}
		var ok bool
		if value[0] != '{' {
			return ""
		}
		if object, ok = members(nil, value); !ok {
			return ""
		}
	}
	return ""
}

// scalar is the text of a string or a whole number; "" for all else.
func scalar(value []byte) string {
	if value[0] == '"' {
		text, _ := unquoted(value)
		return text
	}
	if value[0] == '-' || value[0]-'0' <= 9 {
		return string(value)
	}
	return ""
}
