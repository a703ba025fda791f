package plan

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// Import paths that generated code refers to.
const (
	RuntimePath = "github.com/evgen/evgen/runtime"
	CodecPath   = "github.com/evgen/evgen/runtime/codec"
	UpcastPath  = "github.com/evgen/evgen/runtime/upcast"
	CompatPath  = "github.com/evgen/evgen/runtime/compattest"
	DecimalPath = "github.com/evgen/evgen/runtime/decimal"
	UUIDPath    = "github.com/google/uuid"

	ProjectionPath  = "github.com/evgen/evgen/runtime/projection"
	DeliveryPath    = "github.com/evgen/evgen/runtime/delivery"
	ReactionPath    = "github.com/evgen/evgen/runtime/reaction"
	SagaPath        = "github.com/evgen/evgen/runtime/saga"
	PGModelPath     = "github.com/evgen/evgen/runtime/pgmodel"
	SQLiteModelPath = "github.com/evgen/evgen/runtime/sqlitemodel"
)

// scalars maps built-in kinds to Go.
var scalars = map[model.Kind]Ident{
	model.String: {Name: "string"}, model.Bool: {Name: "bool"},
	model.Int32: {Name: "int32"}, model.Int64: {Name: "int64"}, model.Uint32: {Name: "uint32"}, model.Uint64: {Name: "uint64"},
	model.Float32: {Name: "float32"}, model.Float64: {Name: "float64"},
	model.Decimal: {DecimalPath, "Decimal"}, model.UUID: {UUIDPath, "UUID"},
	model.URI: {Name: "string"}, model.Email: {Name: "string"},
	model.Timestamp: {"time", "Time"}, model.Date: {CodecPath, "Date"}, model.Time: {CodecPath, "TimeOfDay"},
	model.Duration: {CodecPath, "Duration"}, model.JSON: {CodecPath, "JSON"},
}

// sumAlts maps kinds to the alternative of a sum that holds them.
var sumAlts = map[model.Kind]SumAlt{
	model.String: {model.String, "String"}, model.URI: {model.String, "String"}, model.Email: {model.String, "String"},
	model.UUID: {model.String, "String"}, model.Timestamp: {model.String, "String"}, model.Date: {model.String, "String"},
	model.Time: {model.String, "String"}, model.Duration: {model.String, "String"}, model.Decimal: {model.String, "String"},
	model.Bytes: {model.String, "String"}, model.Bool: {model.Bool, "Bool"},
	model.Int32: {model.Int64, "Int64"}, model.Int64: {model.Int64, "Int64"}, model.Uint32: {model.Int64, "Int64"}, model.Uint64: {model.Int64, "Int64"},
	model.Float32: {model.Float64, "Float64"}, model.Float64: {model.Float64, "Float64"},
}

// fieldType returns the Go type of a field of the package, with its presence and without it.
func (p *Package) fieldType(f *model.Field) (whole, value *Type) {
	value = p.ValueType(f.Type)
	switch {
	case f.Optional && f.Type.Nullable:
		return &Type{Form: Generic, Ident: Ident{CodecPath, "Maybe"}, Elem: value}, value
	case f.Optional || f.Type.Nullable:
		return absentable(value, f.Type), value
	default:
		return value, value
	}
}

// ElemType returns the Go type of an element of a list, a map or one-or-many.
func (p *Package) ElemType(t *model.TypeRef) *Type {
	if t.Nullable {
		return absentable(p.ValueType(t), t)
	}
	return p.ValueType(t)
}

// ValueType returns the Go type of a value that is there.
func (p *Package) ValueType(t *model.TypeRef) *Type {
	switch t.Kind {
	case model.List:
		return &Type{Form: Slice, Elem: p.ElemType(t.Elem), Ref: t}
	case model.Map:
		return &Type{Form: Map, Elem: p.ElemType(t.Elem), Ref: t}
	case model.OneOrMany:
		return &Type{Form: Generic, Ident: Ident{CodecPath, "OneOrMany"}, Elem: p.ElemType(t.Elem), Ref: t}
	case model.Bytes:
		return &Type{Form: Slice, Elem: &Type{Ident: Ident{Name: "byte"}}, Ref: t}
	case model.Scalars:
		return &Type{Ident: Ident{p.Path, p.sumName(t)}, Ref: t}
	case model.Named:
		return &Type{Ident: p.named(t.Named), Ref: t}
	default:
		return &Type{Ident: scalars[t.Kind], Ref: t}
	}
}

// absentable is the Go type of a value that may be missing: nil where Go's own nil can say so, else a pointer.
func absentable(value *Type, t *model.TypeRef) *Type {
	if HasNil(t) {
		return value
	}
	return &Type{Form: Pointer, Elem: value}
}

// HasNil reports whether the Go type of a present value has a nil of its own.
func HasNil(t *model.TypeRef) bool {
	switch t.Kind {
	case model.List, model.Map, model.Bytes, model.JSON:
		return true
	case model.Named:
		_, isUnion := t.Named.Shape.(*model.Union)
		return isUnion
	default:
		return false
	}
}

// named is the identifier of a version of a named type.
func (p *Package) named(v *model.TypeVersion) Ident {
	return Ident{p.index.paths[v.Type.Package], VersionName(v.Type.Name, v)}
}

// sumName is the name of the type for a choice of scalars: "StringOrInt64", or "StringOrInt64Choice" where the schema
// has a declaration of that name.
func (p *Package) sumName(t *model.TypeRef) string {
	var names []string
	for _, alt := range alternatives(t) {
		names = append(names, alt.Name)
	}
	name := strings.Join(names, "Or")
	if p.declared[name] {
		return name + "Choice"
	}
	return name
}

// alternatives are what a choice of scalars holds, each once, in a fixed order.
func alternatives(t *model.TypeRef) []SumAlt {
	var alts []SumAlt
	for _, kind := range []model.Kind{model.String, model.Bool, model.Int64, model.Float64} {
		i := slices.IndexFunc(t.Alts, func(a *model.TypeRef) bool { return sumAlts[a.Kind].Kind == kind })
		if i >= 0 {
			alts = append(alts, sumAlts[t.Alts[i].Kind])
		}
	}
	return alts
}

// sumsIn calls declare for every choice of scalars in t.
func sumsIn(t *model.TypeRef, declare func(*model.TypeRef)) {
	if t == nil {
		return
	}
	if t.Kind == model.Scalars {
		declare(t)
	}
	sumsIn(t.Elem, declare)
}

// SumAltOf returns the alternative of a sum that holds values of a kind.
func SumAltOf(k model.Kind) SumAlt { return sumAlts[k] }
