package reading

import (
	"fmt"
	"unsafe"

	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/decimal"
	"github.com/evgen/evgen/schema/model"
)

// Decoder decodes payloads as the code that is generated from a struct. It may be used by several goroutines.
type Decoder struct {
	table codec.Table
	root  codec.ID
}

// NewDecoder makes the decoder of an event version's struct. It does not block and keeps no reference to the model.
func NewDecoder(s *model.Struct) *Decoder {
	d := &Decoder{}
	b := &builder{types: make([]codec.Type, codec.First), named: map[*model.TypeVersion]codec.ID{}}
	d.root = b.structure("event", s)
	d.table.Package, d.table.Types = "schema", b.types
	return d
}

// Decode reports how many members the decoder skips as unknown. The error is the codec's, a *codec.Error, and is nil
// if the payload decodes.
func (d *Decoder) Decode(payload []byte) (skipped int, err error) {
	var r record
	return d.table.DecodeCounting(payload, d.root, unsafe.Pointer(&r))
}

// builder makes the entries of a table.
type builder struct {
	types []codec.Type
	named map[*model.TypeVersion]codec.ID
}

func (b *builder) reserve() codec.ID {
	b.types = append(b.types, nil)
	return codec.ID(len(b.types) - 1)
}

func (b *builder) entry(t codec.Type) codec.ID {
	id := b.reserve()
	b.types[id] = t
	return id
}

var policies = map[model.Unknown]codec.UnknownPolicy{
	model.UnknownSkip: codec.SkipUnknown, model.UnknownKeep: codec.KeepUnknown, model.UnknownReject: codec.RejectUnknown,
}

func (b *builder) structure(name string, s *model.Struct) codec.ID {
	id := b.reserve()
	b.fill(id, name, s)
	return id
}

func (b *builder) fill(id codec.ID, name string, s *model.Struct) {
	t := &codec.Struct{
		Name: name, Size: unsafe.Sizeof(record{}), Memory: codec.Of[record]{},
		Unknown: policies[s.Unknown], Keep: unsafe.Offsetof(record{}.unknown),
	}
	b.types[id] = t
	for _, f := range s.Fields {
		typ, offset := b.use(f.Type)
		field := codec.Field{Name: f.JSON, Type: typ, Offset: offset, Presence: presence(f)}
		if field.Presence != codec.Required && !b.nilable(f.Type) {
			field.Offset = unsafe.Offsetof(record{}.boxed)
		}
		t.Fields = append(t.Fields, field)
	}
}

// presence is what may be missing. Absent and null are not told apart by who only asks whether a payload decodes.
func presence(f *model.Field) codec.Presence {
	switch {
	case f.Optional:
		return codec.Optional
	case f.Type.Nullable:
		return codec.Nullable
	}
	return codec.Required
}

func (b *builder) nilable(t *model.TypeRef) bool {
	if t.Kind != model.Named {
		return inPlace[t.Kind]
	}
	_, union := t.Named.Shape.(*model.Union)
	return union
}

// use returns a type of the table and the slot of its required values.
func (b *builder) use(t *model.TypeRef) (codec.ID, uintptr) {
	switch t.Kind {
	case model.List:
		return b.entry(&codec.List{Elem: b.elem(t.Elem)}), unsafe.Offsetof(record{}.bytes)
	case model.Map:
		return b.entry(&codec.Map{Elem: b.elem(t.Elem)}), unsafe.Offsetof(record{}.table)
	case model.OneOrMany:
		return b.entry(&codec.OneOrManyOf{Elem: b.elem(t.Elem)}), unsafe.Offsetof(record{}.many)
	case model.Scalars:
		return b.entry(&codec.ScalarSum{Name: t.String(), Allow: alternatives(t)}), unsafe.Offsetof(record{}.scalar)
	case model.Decimal:
		return b.entry(&decimal.Codec), unsafe.Offsetof(record{}.decimal)
	case model.Named:
		return b.namedType(t.Named)
	}
	s, known := slots[t.Kind]
	if !known {
		panic(fmt.Sprintf("reading: no slot for %s", t))
	}
	if id, ok := encodedIDs[t.Encoding][t.Kind]; ok {
		s.id = id
	}
	return s.id, s.offset
}

func (b *builder) elem(t *model.TypeRef) codec.Elem {
	id, _ := b.use(t)
	e := codec.Elem{Type: id}
	if t.Nullable {
		e.Presence = codec.Nullable
	}
	return e
}

var allows = map[model.Kind]codec.Alternatives{
	model.Bool: codec.AllowBool, model.Int32: codec.AllowInt64, model.Int64: codec.AllowInt64, model.Uint32: codec.AllowInt64,
	model.Uint64: codec.AllowInt64, model.Float32: codec.AllowFloat64, model.Float64: codec.AllowFloat64,
}

func alternatives(t *model.TypeRef) codec.Alternatives {
	var out codec.Alternatives
	for _, a := range t.Alts {
		if flag, ok := allows[a.Kind]; ok {
			out |= flag
			continue
		}
		out |= codec.AllowString
	}
	return out
}

func (b *builder) namedType(v *model.TypeVersion) (codec.ID, uintptr) {
	switch shape := v.Shape.(type) {
	case *model.Struct:
		return b.namedStruct(v, shape), 0
	case *model.Enum:
		if shape.Kind == model.Int64 {
			return codec.Int64, slots[model.Int64].offset
		}
		return codec.String, slots[model.String].offset
	case *model.Union:
		return b.union(v, shape), unsafe.Offsetof(record{}.union)
	}
	panic("reading: a type without a shape: " + v.Type.Name)
}

func (b *builder) namedStruct(v *model.TypeVersion, s *model.Struct) codec.ID {
	if id, known := b.named[v]; known {
		return id
	}
	b.named[v] = b.reserve()
	b.fill(b.named[v], v.Type.Name, s)
	return b.named[v]
}

func (b *builder) union(v *model.TypeVersion, u *model.Union) codec.ID {
	if id, known := b.named[v]; known {
		return id
	}
	id := b.reserve()
	b.named[v] = id
	t := &codec.Union{Name: v.Type.Name, Tag: u.Tag, Memory: codec.Of[variant]{}}
	b.types[id] = t
	prototypes := codec.Prototypes[variant]{}
	for _, branch := range u.Branches {
		s := branch.Type.Shape.(*model.Struct) // resolving saw to that
		t.Branches = append(t.Branches, codec.Branch{Tag: branch.Tag, Type: b.namedStruct(branch.Type, s)})
		prototypes = append(prototypes, record{})
	}
	t.Prototypes = append(prototypes, otherBranch{})
	return id
}
