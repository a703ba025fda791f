package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// path follows a dotted name through nested structs. Names may hold dots themselves: at each struct the longest
// field name that fits wins. It returns nil after a fault; whose names the struct in messages.
func (r *resolver) path(s *model.Struct, text syntax.Text, whose string) *model.Path {
	p := &model.Path{Span: text.Span}
	rest := text.Value
	for {
		f, after := longestField(s, rest)
		if f == nil {
			r.rep.Add(unknownField(text, rest, len(text.Value)-len(rest), s, whose))
			return nil
		}
		p.Fields = append(p.Fields, f)
		if after == "" {
			return p
		}
		rest = after[1:]
		next := structOf(f.Type)
		if next == nil {
			r.rep.Add(notAStruct(text, p, f))
			return nil
		}
		s, whose = next, "type "+f.Type.String()
	}
}

func longestField(s *model.Struct, rest string) (f *model.Field, after string) {
	for _, c := range s.Fields {
		tail, ok := strings.CutPrefix(rest, c.Name)
		if ok && (tail == "" || tail[0] == '.' && len(tail) > 1) && (f == nil || len(c.Name) > len(f.Name)) {
			f, after = c, tail
		}
	}
	return f, after
}

// structOf returns the struct that a reference names, or nil.
func structOf(t *model.TypeRef) *model.Struct {
	if t.Kind != model.Named {
		return nil
	}
	s, _ := t.Named.Shape.(*model.Struct)
	return s
}

// enumOf returns the enum that a reference names.
func enumOf(t *model.TypeRef) (*model.Enum, bool) {
	if t.Kind != model.Named {
		return nil, false
	}
	e, ok := t.Named.Shape.(*model.Enum)
	return e, ok
}

// origin is where a rule takes a value from.
type origin struct {
	path   *model.Path
	typ    *model.TypeRef
	absent bool // may be absent, by itself or since a struct on the way may be absent or null
}

func sourceOf(p *model.Path) origin {
	o := origin{path: p, typ: p.Last().Type}
	for i, f := range p.Fields {
		if f.Optional || f.Type.Nullable && i < len(p.Fields)-1 {
			o.absent = true
		}
	}
	return o
}

// join appends a field to a path, which may be nil.
func join(p *model.Path, f *model.Field) *model.Path {
	var fields []*model.Field
	if p != nil {
		fields = p.Fields
	}
	return &model.Path{Fields: append(fields[:len(fields):len(fields)], f), Span: f.Span}
}
