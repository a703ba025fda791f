package model

import (
	"encoding/json"
	"strconv"
)

// encodingNames are the names of encodings in schema files.
var encodingNames = map[Encoding]string{
	EncodingDefault: "", EncodingString: "string", EncodingUnixS: "unix_s", EncodingUnixMS: "unix_ms", EncodingUnixUS: "unix_us",
}

func (e Encoding) String() string { return encodingNames[e] }

// unknownNames are the names of the policies for unknown fields.
var unknownNames = map[Unknown]string{UnknownSkip: "skip", UnknownKeep: "keep", UnknownReject: "reject"}

func (u Unknown) String() string { return unknownNames[u] }

// AppendShape appends the canonical form of what an event version reads and writes: JSON with the fields in order,
// followed by every named type that they reach, once, in the order in which it is reached.
func AppendShape(dst []byte, v *EventVersion) []byte {
	w := &shapeWriter{dst: dst, seen: map[*TypeVersion]bool{}}
	w.text(`{"shape":`)
	w.structure(v.Struct)
	w.text(`,"types":{`)
	for i := 0; i < len(w.queue); i++ {
		if i > 0 {
			w.text(",")
		}
		w.namedType(w.queue[i])
	}
	w.text("}}")
	return w.dst
}

// AppendLimits appends the canonical form of limits: equal limits give equal bytes.
func AppendLimits(dst []byte, l *Limits) []byte {
	w := &shapeWriter{dst: dst}
	w.limits("limits", l)
	return w.dst
}

// shapeWriter appends shapes and remembers the named types that are still to come.
type shapeWriter struct {
	dst   []byte
	seen  map[*TypeVersion]bool
	queue []*TypeVersion
}

func (w *shapeWriter) text(s string) { w.dst = append(w.dst, s...) }

func (w *shapeWriter) quoted(s string) {
	b, _ := json.Marshal(s) // a string always marshals
	w.dst = append(w.dst, b...)
}

func (w *shapeWriter) member(name, value string) {
	if value != "" {
		w.text(`,"` + name + `":`)
		w.quoted(value)
	}
}

func (w *shapeWriter) raw(name string, v *Value) {
	if v != nil {
		w.text(`,"` + name + `":` + string(v.JSON))
	}
}

func (w *shapeWriter) structure(s *Struct) {
	w.text(`{"unknown":`)
	w.quoted(s.Unknown.String())
	w.text(`,"fields":[`)
	for i, f := range s.Fields {
		if i > 0 {
			w.text(",")
		}
		w.field(f)
	}
	w.text("]}")
}

func (w *shapeWriter) field(f *Field) {
	w.text(`{"name":`)
	w.quoted(f.JSON)
	w.text(`,"type":`)
	w.quoted(w.ref(f.Type))
	w.member("encoding", f.Type.Encoding.String())
	if f.Optional {
		w.text(`,"optional":true`)
	}
	if f.Sensitive {
		w.text(`,"sensitive":true`)
	}
	w.member("unit", f.Unit)
	w.raw("default", f.Default)
	w.limits("limits", f.Limits)
	w.limits("each", f.Each)
	w.text("}")
}

// ref writes a reference and queues the named types in it.
func (w *shapeWriter) ref(t *TypeRef) string {
	w.reach(t)
	return t.String()
}

func (w *shapeWriter) reach(t *TypeRef) {
	if t == nil {
		return
	}
	w.reach(t.Elem)
	if t.Named != nil && !w.seen[t.Named] {
		w.seen[t.Named] = true
		w.queue = append(w.queue, t.Named)
	}
}

func (w *shapeWriter) limits(name string, l *Limits) {
	if l == nil {
		return
	}
	w.text(`,"` + name + `":{"set":true`)
	w.raw("min", l.Min)
	w.raw("max", l.Max)
	w.raw("exclusive_min", l.ExclusiveMin)
	w.raw("exclusive_max", l.ExclusiveMax)
	w.raw("multiple_of", l.MultipleOf)
	w.count("min_length", l.MinLength)
	w.count("max_length", l.MaxLength)
	w.count("min_items", l.MinItems)
	w.count("max_items", l.MaxItems)
	w.count("scale", l.Scale)
	w.member("pattern", l.Pattern)
	if l.UniqueItems {
		w.text(`,"unique_items":true`)
	}
	w.raw("const", l.Const)
	for _, v := range l.OneOf {
		w.raw("one_of", v)
	}
	w.text("}")
}

func (w *shapeWriter) count(name string, n *int) {
	if n != nil {
		w.text(`,"` + name + `":` + strconv.Itoa(*n))
	}
}

func (w *shapeWriter) namedType(v *TypeVersion) {
	w.quoted(v.Type.Package.Name + "." + v.Type.Name + "@" + strconv.Itoa(v.Number))
	w.text(":")
	switch shape := v.Shape.(type) {
	case *Struct:
		w.structure(shape)
	case *Enum:
		w.enum(shape)
	case *Union:
		w.union(shape)
	}
}

func (w *shapeWriter) enum(e *Enum) {
	w.text(`{"enum":[`)
	for i, v := range e.Values {
		if i > 0 {
			w.text(",")
		}
		if e.Kind == String {
			w.quoted(v.Text)
			continue
		}
		w.text(strconv.FormatInt(v.Int, 10))
	}
	w.text("]")
	if e.Closed {
		w.text(`,"closed":true`)
	}
	w.text("}")
}

func (w *shapeWriter) union(u *Union) {
	w.text(`{"tag":`)
	w.quoted(u.Tag)
	w.text(`,"union":{`)
	for i, b := range u.Branches {
		if i > 0 {
			w.text(",")
		}
		w.quoted(b.Tag)
		w.text(":")
		w.quoted(w.ref(&TypeRef{Kind: Named, Named: b.Type}))
	}
	w.text("}")
	if u.Closed {
		w.text(`,"closed":true`)
	}
	w.text("}")
}
