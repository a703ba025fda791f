package templates

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/model"
)

// parsed are the kinds whose literals are texts that a function of the runtime reads.
var parsed = map[model.Kind]string{
	model.UUID: "UUID", model.Timestamp: "Timestamp", model.Date: "Date", model.Time: "TimeOfDay", model.Duration: "Duration",
}

// literal writes a value of the schema as Go. The value fits the type: the schema was checked.
func (w *stepWriter) literal(t *model.TypeRef, raw []byte) *jen.Statement {
	switch t.Kind {
	case model.List, model.OneOrMany, model.Map:
		return w.compositeLiteral(t, raw)
	case model.Named:
		return w.namedLiteral(t.Named, raw)
	case model.Scalars:
		return w.sumLiteral(t, raw)
	case model.JSON:
		return codec("JSON").Call(jen.Lit(string(raw)))
	case model.Bytes:
		return up("MustBytes").Call(rawLiteral(raw))
	case model.Decimal:
		return jen.Qual(plan.DecimalPath, "Must").Call(textLiteral(raw))
	}
	if name, ok := parsed[t.Kind]; ok && t.Encoding == model.EncodingDefault {
		return up("Must" + name).Call(rawLiteral(raw))
	}
	return w.scalarLiteral(t, raw)
}

// unixLiterals are the functions that read timestamps written as numbers.
var unixLiterals = map[model.Encoding]string{
	model.EncodingUnixS: "UnixSToTimestamp", model.EncodingUnixMS: "UnixMsToTimestamp", model.EncodingUnixUS: "UnixUsToTimestamp",
}

func (w *stepWriter) scalarLiteral(t *model.TypeRef, raw []byte) *jen.Statement {
	if name, ok := unixLiterals[t.Encoding]; ok {
		return up(name).Call(jen.Int64().Call(rawLiteral(raw)))
	}
	switch t.Kind {
	case model.String, model.URI, model.Email, model.Bool:
		return rawLiteral(raw)
	default:
		return numberLiteral(raw)
	}
}

// presentLiteral is a literal that is there. A number shows its Go type where that is inferred from it.
func (w *stepWriter) presentLiteral(t *model.TypeRef, raw []byte, form presentAs) *jen.Statement {
	x := w.literal(t, raw)
	if (form == pointer || form == maybe) && isNumber(t.Kind) && t.Encoding < model.EncodingUnixS {
		x = goType(w.pkg.ValueType(t)).Call(x)
	}
	return present(x, form)
}

func isNumber(k model.Kind) bool { return k >= model.Int32 && k <= model.Float64 }

// rawLiteral writes a JSON string, number or bool as an untyped Go constant.
func rawLiteral(raw []byte) *jen.Statement {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return jen.Lit(s)
	}
	return jen.Op(string(raw))
}

// numberLiteral also takes a 64-bit integer written as a JSON string.
func numberLiteral(raw []byte) *jen.Statement {
	return jen.Op(string(bytes.Trim(raw, `"`)))
}

func textLiteral(raw []byte) *jen.Statement { return jen.Lit(string(bytes.Trim(raw, `"`))) }

func (w *stepWriter) compositeLiteral(t *model.TypeRef, raw []byte) *jen.Statement {
	goes := goType(w.pkg.ValueType(t))
	if t.Kind == model.Map {
		var members []jen.Code
		for _, m := range objectMembers(raw) {
			members = append(members, jen.Lit(m.name).Op(":").Add(w.element(t.Elem, m.value)))
		}
		return goes.Values(members...)
	}
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil { // the bare form of one_or_many
		return codec("One").Types(goType(w.pkg.ElemType(t.Elem))).Call(w.element(t.Elem, raw))
	}
	var elems []jen.Code
	for _, e := range list {
		elems = append(elems, w.element(t.Elem, e))
	}
	if t.Kind == model.OneOrMany {
		return codec("Many").Types(goType(w.pkg.ElemType(t.Elem))).Call(elems...)
	}
	return goes.Values(elems...)
}

// element writes an element of a list or map, which may be null.
func (w *stepWriter) element(t *model.TypeRef, raw []byte) *jen.Statement {
	if string(raw) == "null" && t.Nullable {
		return jen.Nil()
	}
	return w.presentLiteral(t, raw, formOf(t, false))
}

func (w *stepWriter) namedLiteral(v *model.TypeVersion, raw []byte) *jen.Statement {
	switch shape := v.Shape.(type) {
	case *model.Enum:
		return w.enumLiteral(shape, v, raw)
	case *model.Union:
		return w.unionLiteral(shape, raw)
	default:
		return w.structLiteral(shape.(*model.Struct), objectMembers(raw))
	}
}

func (w *stepWriter) enumLiteral(e *model.Enum, v *model.TypeVersion, raw []byte) *jen.Statement {
	enum := w.pkg.EnumOf(e)
	for _, value := range enum.Values {
		if string(raw) == string(enumJSON(e, value.Model)) {
			return ident(plan.Ident{Path: enum.Package.Path, Name: value.Name})
		}
	}
	return goType(w.pkg.ValueType(named(v))).Call(rawLiteral(raw))
}

func enumJSON(e *model.Enum, v *model.EnumValue) []byte {
	if e.Kind == model.String {
		b, _ := json.Marshal(v.Text) // a string always marshals
		return b
	}
	return strconv.AppendInt(nil, v.Int, 10)
}

func (w *stepWriter) unionLiteral(u *model.Union, raw []byte) *jen.Statement {
	members := objectMembers(raw)
	for _, m := range members {
		for _, b := range u.Branches {
			if m.name == u.Tag && string(bytes.Trim(m.value, `"`)) == b.Tag {
				return w.structLiteral(b.Type.Shape.(*model.Struct), members)
			}
		}
	}
	return jen.Nil()
}

// structLiteral writes the members that a literal gives, in the order of the struct.
func (w *stepWriter) structLiteral(s *model.Struct, members []member) *jen.Statement {
	st := w.pkg.StructOf(s)
	var values []jen.Code
	for _, f := range st.Fields {
		for _, m := range members {
			if m.name == f.Model.JSON {
				values = append(values, jen.Id(f.Name).Op(":").Add(w.fieldLiteral(f, m.value)))
			}
		}
	}
	return ident(plan.Ident{Path: st.Package.Path, Name: st.Name}).Values(values...)
}

func (w *stepWriter) fieldLiteral(f *plan.Field, raw []byte) *jen.Statement {
	form := formOf(f.Model.Type, f.Model.Optional)
	if string(raw) != "null" || f.Model.Type.Kind == model.JSON {
		return w.presentLiteral(f.Model.Type, raw, form)
	}
	if null := nullAs(form, f.Value); null != nil {
		return null
	}
	return jen.Nil()
}

// sumLiteral calls the constructor of the alternative that a literal is of.
func (w *stepWriter) sumLiteral(t *model.TypeRef, raw []byte) *jen.Statement {
	sum := w.pkg.ValueType(t).Ident
	return ident(plan.Ident{Path: sum.Path, Name: sum.Name + "Of" + w.alternative(t, raw)}).Call(rawLiteral(raw))
}

func (w *stepWriter) alternative(t *model.TypeRef, raw []byte) string {
	switch {
	case raw[0] == '"':
		return "String"
	case raw[0] == 't' || raw[0] == 'f':
		return "Bool"
	case bytes.ContainsAny(raw, ".eE") || !hasAlternative(t, "Int64"):
		return "Float64"
	default:
		return "Int64"
	}
}

func hasAlternative(t *model.TypeRef, name string) bool {
	for _, a := range t.Alts {
		if plan.SumAltOf(a.Kind).Name == name {
			return true
		}
	}
	return false
}

// member is a member of a JSON object.
type member struct {
	name  string
	value []byte
}

// objectMembers reads a JSON object in the order in which it is written.
func objectMembers(raw []byte) []member {
	var out []member
	dec := json.NewDecoder(bytes.NewReader(raw))
	if _, err := dec.Token(); err != nil {
		return nil
	}
	for dec.More() {
		name, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return out
		}
		text, _ := name.(string)
		out = append(out, member{text, value})
	}
	return out
}
