package plan

import (
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// Import paths that generated code refers to.
const (
	RuntimePath = "github.com/evgen/evgen/runtime"
	CodecPath   = "github.com/evgen/evgen/runtime/codec"
	DecimalPath = "github.com/evgen/evgen/runtime/decimal"
	UUIDPath    = "github.com/google/uuid"
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

// fieldType returns the Go type of a field, with its presence.
func (b *builder) fieldType(f *model.Field) (whole, value *Type) {
	value = b.valueType(f.Type)
	switch {
	case f.Optional && f.Type.Nullable:
		return &Type{Form: Generic, Ident: Ident{CodecPath, "Maybe"}, Elem: value}, value
	case f.Optional || f.Type.Nullable:
		return absentable(value, f.Type), value
	default:
		return value, value
	}
}

// elemType returns the Go type of an element of a list, a map or one-or-many.
func (b *builder) elemType(t *model.TypeRef) *Type {
	if t.Nullable {
		return absentable(b.valueType(t), t)
	}
	return b.valueType(t)
}

// valueType returns the Go type of a value that is there.
func (b *builder) valueType(t *model.TypeRef) *Type {
	switch t.Kind {
	case model.List:
		return &Type{Form: Slice, Elem: b.elemType(t.Elem), Ref: t}
	case model.Map:
		return &Type{Form: Map, Elem: b.elemType(t.Elem), Ref: t}
	case model.OneOrMany:
		return &Type{Form: Generic, Ident: Ident{CodecPath, "OneOrMany"}, Elem: b.elemType(t.Elem), Ref: t}
	case model.Bytes:
		return &Type{Form: Slice, Elem: &Type{Ident: Ident{Name: "byte"}}, Ref: t}
	case model.Scalars:
		return &Type{Ident: b.sum(t), Ref: t}
	case model.Named:
		return &Type{Ident: b.named(t.Named), Ref: t}
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
func (b *builder) named(v *model.TypeVersion) Ident {
	return Ident{b.path(v.Type.Package), VersionName(v.Type.Name, v)}
}

// sum finds or declares the package's type for a choice of scalars: "StringOrInt64".
func (b *builder) sum(t *model.TypeRef) Ident {
	var alts []SumAlt
	var names []string
	for _, kind := range []model.Kind{model.String, model.Bool, model.Int64, model.Float64} {
		for _, alt := range t.Alts {
			if a := sumAlts[alt.Kind]; a.Kind == kind && !contains(names, a.Name) {
				alts, names = append(alts, a), append(names, a.Name)
			}
		}
	}
	name := strings.Join(names, "Or")
	if b.sums[name] == nil {
		b.sums[name] = &Sum{Package: b.pkg, Name: name, Alts: alts}
	}
	return Ident{b.pkg.Path, name}
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
