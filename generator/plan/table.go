package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Table is the codec's view of a package: every composite type once, under a constant's name.
type Table struct {
	Entries []*Entry
	ids     map[string]*Entry
	names   map[string]bool
}

// Entry is one type of the table. Exactly one member besides Name is set.
type Entry struct {
	Name    string // of the constant: "codecMemoryCreatedV1"
	Struct  *Struct
	Enum    *Enum
	Union   *Union
	Sum     *Sum
	Shape   *Shape
	Import  *Ident // a named type of another package
	Decimal bool
}

// Shape is a list, a map or a one-or-many of something.
type Shape struct {
	Kind model.Kind
	Elem *model.TypeRef
	Each *model.Limits
}

// Codec returns the table of the package, in an order that depends on the schema only.
func (p *Package) Codec() *Table {
	t := &Table{ids: map[string]*Entry{}, names: map[string]bool{}}
	for _, s := range p.Structs {
		t.add(s.Name, &Entry{Name: s.Constant(), Struct: s})
	}
	for _, e := range p.Enums {
		t.add(e.Name, &Entry{Name: "codec" + e.Name, Enum: e})
	}
	for _, u := range p.Unions {
		t.add(u.Name, &Entry{Name: "codec" + u.Name, Union: u})
	}
	for _, s := range p.Sums {
		t.add(s.Name, &Entry{Name: "codec" + s.Name, Sum: s})
	}
	for _, s := range p.Structs {
		for _, f := range s.Fields {
			t.reach(p, f.Model.Type, f.Model.Each)
		}
	}
	for _, u := range p.Unions {
		for _, b := range u.Branches {
			t.reachStruct(p, b.Struct)
		}
	}
	return t
}

func (t *Table) add(key string, e *Entry) {
	t.ids[key] = e
	t.names[e.Name] = true
	t.Entries = append(t.Entries, e)
}

// reach adds the entries that a type reference needs, inner ones first.
func (t *Table) reach(p *Package, ref *model.TypeRef, each *model.Limits) {
	switch ref.Kind {
	case model.List, model.Map, model.OneOrMany:
		t.reach(p, ref.Elem, nil)
		if key := p.shapeKey(ref, each); t.ids[key] == nil {
			t.add(key, &Entry{Name: t.shapeName(ref), Shape: &Shape{ref.Kind, ref.Elem, each}})
		}
	case model.Decimal:
		if t.ids["decimal"] == nil {
			t.add("decimal", &Entry{Name: "codecDecimal", Decimal: true})
		}
	case model.Named:
		t.reachImport(p, p.named(ref.Named))
	}
}

func (t *Table) reachStruct(p *Package, s *Struct) { t.reachImport(p, Ident{s.Package.Path, s.Name}) }

func (t *Table) reachImport(p *Package, id Ident) {
	if id.Path == p.Path || t.ids[importKey(id)] != nil {
		return
	}
	pkg := id.Path[strings.LastIndexByte(id.Path, '/')+1:]
	t.add(importKey(id), &Entry{Name: t.free("codec" + goname.Exported(pkg) + id.Name), Import: &id})
}

func importKey(id Ident) string { return id.Path + "." + id.Name }

// shapeKey tells shapes apart: by the element and what is demanded of it.
func (p *Package) shapeKey(ref *model.TypeRef, each *model.Limits) string {
	return fmt.Sprintf("%s<%s>%s", ref.Kind, p.elemKey(ref.Elem), limitsKey(each))
}

func (p *Package) elemKey(ref *model.TypeRef) string {
	key := ref.String() + "/" + ref.Encoding.String()
	if inner := innermost(ref); inner.Named != nil {
		key += "/" + importKey(p.named(inner.Named))
	}
	return key
}

// limitsKey tells limits apart by their content: two fields with the same demands share a shape.
func limitsKey(l *model.Limits) string {
	if l == nil {
		return ""
	}
	return string(model.AppendLimits(nil, l))
}

func innermost(ref *model.TypeRef) *model.TypeRef {
	for ref.Elem != nil {
		ref = ref.Elem
	}
	return ref
}

// shapeName is a readable constant for a shape: "codecListOfString".
func (t *Table) shapeName(ref *model.TypeRef) string {
	return t.free("codec" + goname.Exported(words.Replace(ref.String())))
}

// free returns name, numbered if it is taken.
func (t *Table) free(name string) string {
	candidate := name
	for i := 2; t.names[candidate]; i++ {
		candidate = name + "_" + strconv.Itoa(i)
	}
	return candidate
}

// builtins are the codec's names of kinds that need no entry.
var builtins = map[model.Kind]string{
	model.String: "String", model.Bool: "Bool", model.Int32: "Int32", model.Int64: "Int64", model.Uint32: "Uint32", model.Uint64: "Uint64",
	model.Float32: "Float32", model.Float64: "Float64", model.Bytes: "Bytes", model.UUID: "UUID", model.URI: "URI", model.Email: "Email",
	model.Timestamp: "Timestamp", model.Date: "DateType", model.Time: "TimeType", model.Duration: "DurationType", model.JSON: "JSONType",
}

// encoded are the codec's names of kinds with an encoding of their own.
var encoded = map[model.Encoding]map[model.Kind]string{
	model.EncodingString: {model.Int64: "Int64Text", model.Uint64: "Uint64Text"},
	model.EncodingUnixS:  {model.Timestamp: "UnixSeconds"},
	model.EncodingUnixMS: {model.Timestamp: "UnixMillis"},
	model.EncodingUnixUS: {model.Timestamp: "UnixMicros"},
}

// ID returns how the table refers to a type: a constant of package codec, or the name of an entry.
func (t *Table) ID(p *Package, ref *model.TypeRef, each *model.Limits) Ident {
	switch ref.Kind {
	case model.List, model.Map, model.OneOrMany:
		return Ident{Name: t.ids[p.shapeKey(ref, each)].Name}
	case model.Decimal:
		return Ident{Name: "codecDecimal"}
	case model.Scalars:
		return Ident{Name: t.ids[p.sumName(ref)].Name}
	case model.Named:
		return t.namedID(p, p.named(ref.Named))
	}
	if name, ok := encoded[ref.Encoding][ref.Kind]; ok {
		return Ident{CodecPath, name}
	}
	return Ident{CodecPath, builtins[ref.Kind]}
}

// StructID returns how the table refers to a struct.
func (t *Table) StructID(p *Package, s *Struct) Ident {
	return t.namedID(p, Ident{s.Package.Path, s.Name})
}

func (t *Table) namedID(p *Package, id Ident) Ident {
	if id.Path == p.Path {
		return Ident{Name: t.ids[id.Name].Name}
	}
	return Ident{Name: t.ids[importKey(id)].Name}
}
