package plan

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// SealTable says where the sealed fields of a package's events are. Shapes refer to each other by index, as types may
// be recursive; those of other packages that events reach stand here, too.
type SealTable struct {
	Shapes []*SealShape
	roots  map[*model.Struct]int
	unions map[*model.Union]int
}

// SealShape is an object with sealed fields in it or below it: a struct or, with a tag, a union.
type SealShape struct {
	Fields   []SealField
	Tag      string
	Branches []SealBranch
}

// SealBranch is a branch of a union with sealed fields.
type SealBranch struct {
	Tag   string
	Shape int
}

// SealField is a field that is sealed, or below which there are sealed ones.
type SealField struct {
	Model   *model.Field
	Subject []string // wire names on the way to the subject
	Erased  string   // JSON of what is erased; "" where the field is left out
	Around  string   // composites around objects of shape Inner: '[', '{' and '?'
	Inner   int      // index of a shape plus 1, 0 for none
}

// Seals returns the table of the package; nil if nothing is sealed.
func (p *Package) Seals() *SealTable {
	t := &SealTable{roots: map[*model.Struct]int{}, unions: map[*model.Union]int{}}
	for _, s := range p.Structs {
		if s.Event != nil && sealedIn(s.Model, map[model.Shape]bool{}) {
			t.structure(s.Model)
		}
	}
	if len(t.Shapes) == 0 {
		return nil
	}
	return t
}

// SealsOf is the table of one version of an event; nil if nothing in it is sealed. Its root is shape 0.
func SealsOf(s *model.Struct) *SealTable {
	if !sealedIn(s, map[model.Shape]bool{}) {
		return nil
	}
	t := &SealTable{roots: map[*model.Struct]int{}, unions: map[*model.Union]int{}}
	t.structure(s)
	return t
}

// Root is the shape of an event's version; false if it has no sealed fields.
func (t *SealTable) Root(s *Struct) (int, bool) {
	if t == nil {
		return 0, false
	}
	i, ok := t.roots[s.Model]
	return i, ok && s.Event != nil
}

// sealedIn reports whether fields of a shape are sealed, or of what it holds.
func sealedIn(shape model.Shape, seen map[model.Shape]bool) bool {
	if seen[shape] {
		return false
	}
	seen[shape] = true
	switch s := shape.(type) {
	case *model.Struct:
		return slices.ContainsFunc(s.Fields, func(f *model.Field) bool {
			inner := innermost(f.Type)
			return f.Sealed() || inner.Named != nil && sealedIn(inner.Named.Shape, seen)
		})
	case *model.Union:
		return slices.ContainsFunc(s.Branches, func(b *model.Branch) bool { return sealedIn(b.Type.Shape, seen) })
	}
	return false
}

// structure returns the index of a struct's shape.
func (t *SealTable) structure(s *model.Struct) int {
	if i, ok := t.roots[s]; ok {
		return i
	}
	i, shape := t.next()
	t.roots[s] = i
	for _, f := range s.Fields {
		field := SealField{Model: f, Around: around(f.Type), Inner: t.inner(f.Type)}
		if field.Inner == 0 {
			field.Around = ""
		}
		if f.Sealed() {
			field.Subject, field.Erased = wireNames(f.Subject), erased(f)
		}
		if f.Sealed() || field.Inner > 0 {
			shape.Fields = append(shape.Fields, field)
		}
	}
	return i
}

func (t *SealTable) next() (int, *SealShape) {
	shape := &SealShape{}
	t.Shapes = append(t.Shapes, shape)
	return len(t.Shapes) - 1, shape
}

// inner is the shape of the objects in a value, plus 1; 0 if nothing in them is sealed.
func (t *SealTable) inner(ref *model.TypeRef) int {
	ref = innermost(ref)
	if ref.Named == nil || !sealedIn(ref.Named.Shape, map[model.Shape]bool{}) {
		return 0
	}
	switch s := ref.Named.Shape.(type) {
	case *model.Struct:
		return t.structure(s) + 1
	case *model.Union:
		return t.union(s) + 1
	}
	return 0
}

func (t *SealTable) union(u *model.Union) int {
	if i, ok := t.unions[u]; ok {
		return i
	}
	i, shape := t.next()
	t.unions[u] = i
	shape.Tag = u.Tag
	for _, b := range u.Branches {
		if s, ok := b.Type.Shape.(*model.Struct); ok && sealedIn(s, map[model.Shape]bool{}) {
			shape.Branches = append(shape.Branches, SealBranch{b.Tag, t.structure(s)})
		}
	}
	return i
}

// aroundMarks are how the runtime writes composites.
var aroundMarks = map[model.Kind]string{model.List: "[", model.Map: "{", model.OneOrMany: "?"}

func around(ref *model.TypeRef) string {
	var b strings.Builder
	for ; ref.Elem != nil; ref = ref.Elem {
		b.WriteString(aroundMarks[ref.Kind])
	}
	return b.String()
}

func wireNames(p *model.Path) []string {
	if p == nil {
		return nil
	}
	var names []string
	for _, f := range p.Fields {
		names = append(names, f.JSON)
	}
	return names
}

// erased is the JSON that stands for the value of an erased field.
func erased(f *model.Field) string {
	if f.Optional {
		return ""
	}
	return string(appendErased(nil, f.Type))
}

// zeros are the JSON of the zero values of kinds.
var zeros = map[model.Kind]string{
	model.String: `""`, model.Bool: "false", model.Int32: "0", model.Int64: "0", model.Uint32: "0", model.Uint64: "0",
	model.Float32: "0", model.Float64: "0", model.Decimal: `"0"`, model.Bytes: `""`, model.UUID: `"00000000-0000-0000-0000-000000000000"`,
	model.URI: `""`, model.Email: `""`, model.Timestamp: `"0001-01-01T00:00:00Z"`, model.Date: `"0001-01-01"`, model.Time: `"00:00:00"`,
	model.Duration: `"PT0S"`, model.JSON: "null", model.List: "[]", model.Map: "{}", model.OneOrMany: "[]",
}

// encodedZeros are those of encodings of their own.
var encodedZeros = map[model.Encoding]string{
	model.EncodingString: `"0"`, model.EncodingUnixS: "-62135596800", model.EncodingUnixMS: "-62135596800000", model.EncodingUnixUS: "-62135596800000000",
}

func appendErased(dst []byte, t *model.TypeRef) []byte {
	switch {
	case t.Nullable:
		return append(dst, "null"...)
	case t.Kind == model.Named:
		return appendErasedShape(dst, t.Named.Shape)
	case t.Kind == model.Scalars:
		return appendErased(dst, t.Alts[0])
	case encodedZeros[t.Encoding] != "":
		return append(dst, encodedZeros[t.Encoding]...)
	}
	return append(dst, zeros[t.Kind]...)
}

// appendErasedShape writes a struct of zeros, and of enums and unions a value that none of theirs is: it reads as one
// that is not known.
func appendErasedShape(dst []byte, shape model.Shape) []byte {
	switch s := shape.(type) {
	case *model.Enum:
		if s.Kind != model.String {
			return append(dst, '0')
		}
		return append(dst, `""`...)
	case *model.Union:
		return append(append(append(dst, '{'), quoted(s.Tag)...), `:""}`...)
	case *model.Struct:
		dst = append(dst, '{')
		first := true
		for _, f := range s.Fields {
			if f.Optional {
				continue
			}
			if !first {
				dst = append(dst, ',')
			}
			first = false
			dst = append(append(dst, quoted(f.JSON)...), ':')
			dst = appendErased(dst, f.Type)
		}
		return append(dst, '}')
	}
	return dst
}

// quoted is a JSON string.
func quoted(s string) string {
	b, _ := json.Marshal(s) // strings always have one
	return string(b)
}
