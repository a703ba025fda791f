package compat

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/model"
)

// validators writes shapes as JSON Schemas, for proofs that one allows what another does. What has no keyword is written
// so that it is included in itself alone.
type validators struct {
	defs    object // of named types
	pending []*model.TypeVersion
}

// structSchema is a struct as a schema.
func structSchema(s *model.Struct) object {
	return schemaOf(func(v *validators) any { return v.structure(s) })
}

// fieldSchema is the value of a field as a schema.
func fieldSchema(f *model.Field) object {
	return schemaOf(func(v *validators) any { return v.field(f) })
}

// schemaOf is a schema with the definitions that it refers to.
func schemaOf(write func(v *validators) any) object {
	v := &validators{defs: object{}}
	root := write(v)
	for len(v.pending) > 0 {
		next := v.pending[0]
		v.pending = v.pending[1:]
		v.defs[definition(next)] = v.shape(next.Shape)
	}
	return object{"$defs": v.defs, "allOf": []any{root}}
}

// definition is what a named type is called; no schema that is carried along has such a name.
func definition(t *model.TypeVersion) string {
	return "type " + qualified(t) + " " + strconv.Itoa(t.Number)
}

func (v *validators) shape(s model.Shape) any {
	switch s := s.(type) {
	case *model.Struct:
		return v.structure(s)
	case *model.Enum:
		return v.enum(s)
	case *model.Union:
		return v.union(s)
	}
	return unsayable("shape")
}

// structure is an object.
func (v *validators) structure(s *model.Struct) object {
	properties, required := object{}, []any{}
	for _, f := range s.Fields {
		properties[f.JSON] = v.field(f)
		if !f.Optional {
			required = append(required, f.JSON)
		}
	}
	out := object{"type": "object", "properties": properties, "required": required}
	if s.Unknown == model.UnknownReject {
		out["additionalProperties"] = false
	}
	return object{"allOf": []any{out, carried(s)}}
}

// carried is what a struct carries unchecked. It speaks of names that are not declared, so that it is told which are.
func carried(s *model.Struct) any {
	said, isObject := keywordsOf(s.Unchecked).(object)
	if !isObject || s.Unchecked == nil {
		return keywordsOf(s.Unchecked)
	}
	properties := object{}
	for _, f := range s.Fields {
		properties[f.JSON] = true
	}
	if own, says := said["properties"].(object); says {
		maps.Copy(properties, own)
	}
	said["properties"] = properties
	return said
}

func elementsOf(v any) []any {
	list, _ := v.([]any)
	return slices.Clip(list)
}

func (v *validators) field(f *model.Field) any {
	bare := *f.Type
	bare.Nullable = false
	out := object{"allOf": []any{v.value(&bare, f.Each), limitsOf(f.Limits, f.Type)}}
	if f.Type.Nullable {
		out = object{"anyOf": []any{object{"type": "null"}, out}}
	}
	if f.Unchecked == nil {
		return out
	}
	return object{"allOf": []any{out, keywordsOf(f.Unchecked)}}
}

func (v *validators) value(t *model.TypeRef, each *model.Limits) any {
	out := v.bare(t, each)
	if t.Nullable && t.Kind != model.JSON {
		return object{"anyOf": []any{object{"type": "null"}, out}}
	}
	return out
}

func (v *validators) bare(t *model.TypeRef, each *model.Limits) any {
	switch t.Kind {
	case model.JSON:
		return true
	case model.List:
		return object{"type": "array", "items": v.element(t.Elem, each)}
	case model.Map:
		return object{"type": "object", "additionalProperties": v.element(t.Elem, each)}
	case model.OneOrMany:
		one := v.element(t.Elem, each)
		return object{"anyOf": []any{one, object{"type": "array", "items": one}}}
	case model.Scalars:
		var out []any
		for _, a := range t.Alts {
			out = append(out, v.value(a, nil))
		}
		return object{"anyOf": out}
	case model.Named:
		return v.named(t.Named)
	}
	return scalarSchema(t)
}

// element is an element of a collection; null is not subject to constraints.
func (v *validators) element(t *model.TypeRef, each *model.Limits) any {
	if each == nil {
		return v.value(t, nil)
	}
	return v.field(&model.Field{Type: t, Limits: each})
}

func (v *validators) named(t *model.TypeVersion) any {
	name := definition(t)
	if _, known := v.defs[name]; !known {
		v.defs[name] = nil
		v.pending = append(v.pending, t)
	}
	return object{"$ref": "#/$defs/" + name}
}

func (v *validators) enum(e *model.Enum) any {
	if !e.Closed {
		return scalarSchema(&model.TypeRef{Kind: e.Kind})
	}
	var values []any
	for _, value := range e.Values {
		values = append(values, decoded([]byte(literal(e, value))))
	}
	return object{"enum": values}
}

// union is one of its branches. What an open one may hold beyond them is not compared.
func (v *validators) union(u *model.Union) any {
	var out []any
	for _, b := range u.Branches {
		branch := *b.Type.Shape.(*model.Struct)
		branch.Fields = append(slices.Clip(branch.Fields), tagField(u.Tag, b.Tag))
		out = append(out, v.structure(&branch))
	}
	if !u.Closed {
		out = append(out, unsayable("another branch"))
	}
	return object{"anyOf": out}
}

func tagField(name, value string) *model.Field {
	tag := model.Value{JSON: []byte(quoted(value))}
	return &model.Field{JSON: name, Type: &model.TypeRef{Kind: model.String}, Limits: &model.Limits{Const: &tag}}
}

// unsayable is what no keyword says. It is included in itself alone.
func unsayable(what string) object { return object{"evgen": what} }

// scalarSchemas are the scalars that JSON Schema knows.
var scalarSchemas = map[wire]object{
	wireText: {"type": "string"}, wireURI: formatted("uri"), wireEmail: formatted("email"), wireUUID: formatted("uuid"),
	wireStamp: formatted("date-time"), wireDate: formatted("date"), wireTime: formatted("time"), wireDuration: formatted("duration"),
	wireBool: {"type": "boolean"}, wireInt64: {"type": "integer"}, wireFloat64: {"type": "number"},
	wireInt32: between("-2147483648", "2147483647"), wireUint32: between("0", "4294967295"), wireUint64: between("0", "18446744073709551615"),
}

func formatted(format string) object { return object{"type": "string", "format": format} }

func between(min, max json.Number) object {
	return object{"type": "integer", "minimum": min, "maximum": max}
}

// scalarSchema is a scalar as validators see it. An int64 is any integer: that is what it stands for where a schema was
// imported, and other rules judge what becomes of greater ones.
func scalarSchema(t *model.TypeRef) object {
	if s := scalarSchemas[wireOf(t)]; s != nil {
		return s
	}
	return object{"type": []any{"string", "number"}, "format": "evgen " + t.String() + " " + strconv.Itoa(int(t.Encoding))}
}

// limitsOf are constraints as keywords. Those of decimals and the like, which are texts, are taken as they are written.
func limitsOf(l *model.Limits, t *model.TypeRef) object {
	out := object{}
	if l == nil {
		return out
	}
	for name, value := range map[string]*model.Value{
		"minimum": l.Min, "maximum": l.Max, "exclusiveMinimum": l.ExclusiveMin, "exclusiveMaximum": l.ExclusiveMax, "multipleOf": l.MultipleOf, "const": l.Const,
	} {
		if value != nil {
			out[name] = decoded(value.JSON)
		}
	}
	for name, n := range map[string]*int{"minLength": l.MinLength, "maxLength": l.MaxLength, "minItems": l.MinItems, "maxItems": l.MaxItems, "evgen scale": l.Scale} {
		if n != nil {
			out[name] = json.Number(strconv.Itoa(*n))
		}
	}
	if l.Pattern != "" {
		out["pattern"] = l.Pattern
	}
	if l.UniqueItems {
		out["uniqueItems"] = true
	}
	for _, v := range l.OneOf {
		out["enum"] = append(elementsOf(out["enum"]), decoded(v.JSON))
	}
	if inWords(t) {
		return out
	}
	return asWritten(out)
}

// inWords reports whether values of a type are texts although their constraints may be numbers.
func inWords(t *model.TypeRef) bool {
	for t.Elem != nil {
		t = t.Elem
	}
	return t.Kind != model.Decimal && t.Encoding == model.EncodingDefault
}

func asWritten(limits object) object {
	text, _ := json.Marshal(limits) // made from JSON
	if len(limits) == 0 {
		return limits
	}
	return unsayable(string(text))
}

func decoded(text []byte) any {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var out any
	if dec.Decode(&out) != nil {
		return nil
	}
	return out
}

// keywordsOf reads keywords of JSON Schema; none allow everything.
func keywordsOf(v *model.Value) any {
	if v == nil {
		return object{}
	}
	return decoded(v.JSON)
}
