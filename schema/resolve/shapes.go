package resolve

import (
	"encoding/json"
	"strconv"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// fieldWork is a field whose literals and constraints are checked once all types are known.
type fieldWork struct {
	decl  *syntax.FieldDecl
	field *model.Field
	owner *model.Struct
}

func (r *resolver) resolveTypes() {
	for _, s := range r.order {
		for _, t := range s.pkg.Types {
			r.checkTypeChain(t)
		}
	}
	for _, w := range r.types {
		switch d := w.decl; {
		case d.Struct != nil:
			shape := &model.Struct{}
			w.into.Shape = shape
			r.resolveStruct(user{w.scope, d.Draft.Value}, d.Struct, shape)
		case d.Enum != nil:
			w.into.Shape = r.enum(d.Enum)
		case d.Union != nil:
			w.into.Shape = &model.Union{}
		}
	}
	for _, w := range r.types { // branches look into structs, so they come last
		if w.decl.Union != nil {
			r.resolveUnion(w)
		}
	}
}

var unknownPolicies = map[string]model.Unknown{
	"": model.UnknownSkip, "skip": model.UnknownSkip, "keep": model.UnknownKeep, "reject": model.UnknownReject,
}

func (r *resolver) resolveStruct(u user, d *syntax.StructDecl, into *model.Struct) {
	into.Unknown = unknownPolicies[d.Unknown.Value]
	into.Unchecked = unchecked(d.Unchecked)
	onWire := map[string]*model.Field{}
	for _, fd := range d.Fields {
		f := r.resolveField(u, fd)
		if first := onWire[f.JSON]; first != nil {
			r.rep.Add(wireNameTwice(fd, f, first))
			continue
		}
		onWire[f.JSON] = f
		if f.Type == nil {
			r.unresolved[unresolvedField{into, f.Name}] = true
			continue
		}
		into.Fields = append(into.Fields, f)
		r.fields = append(r.fields, fieldWork{fd, f, into})
	}
}

func (r *resolver) resolveField(u user, d *syntax.FieldDecl) *model.Field {
	r.checkWireName(d.Name, "name of a field")
	r.checkGoName(d.Go)
	f := &model.Field{
		Name: d.Name.Value, JSON: d.Name.Value, GoName: d.Go.Value, Doc: d.Doc.Value,
		Deprecated: d.Deprecated.Value, Unit: d.Unit.Value, Sensitive: d.Sensitive.Value, Span: d.Name.Span,
		Unchecked: unchecked(d.Unchecked),
	}
	if d.JSON.Value != "" {
		r.checkWireName(d.JSON, "wire name")
		f.JSON = d.JSON.Value
	}
	if f.Type = r.ref(u, d.Type); f.Type != nil {
		f.Optional = d.Type.Optional
		r.encode(f.Type, d.Encoding)
	}
	return f
}

// encodings says which encodings which scalars have.
var encodings = map[string]struct {
	encoding model.Encoding
	kinds    []model.Kind
}{
	"string":  {model.EncodingString, []model.Kind{model.Int64, model.Uint64}},
	"unix_s":  {model.EncodingUnixS, []model.Kind{model.Timestamp}},
	"unix_ms": {model.EncodingUnixMS, []model.Kind{model.Timestamp}},
	"unix_us": {model.EncodingUnixUS, []model.Kind{model.Timestamp}},
}

// encode sets the encoding of a scalar, or of the scalars in a collection.
func (r *resolver) encode(t *model.TypeRef, name syntax.Text) {
	if name.Value == "" {
		return
	}
	for t.Elem != nil {
		t = t.Elem
	}
	e, known := encodings[name.Value]
	if !known {
		r.rep.Add(unknownEncoding(name))
		return
	}
	for _, k := range e.kinds {
		if t.Kind == k {
			t.Encoding = e.encoding
			return
		}
	}
	r.rep.Add(encodingOfWrongType(name, t, e.kinds))
}

func (r *resolver) enum(d *syntax.EnumDecl) *model.Enum {
	e := &model.Enum{Kind: model.String, Closed: d.Closed.Value}
	if len(d.Values) == 0 {
		r.rep.Add(emptyEnum(d))
	}
	seen := map[string]*model.EnumValue{}
	for _, vd := range d.Values {
		if vd.Value.JSON == nil {
			continue
		}
		r.checkGoName(vd.Go)
		v, kind, ok := r.enumValue(vd)
		if !ok {
			continue
		}
		if len(e.Values) == 0 {
			e.Kind = kind
		}
		switch first := seen[string(vd.Value.JSON)]; {
		case kind != e.Kind:
			r.rep.Add(mixedEnum(vd.Value, e.Values))
		case first != nil:
			r.rep.Add(duplicateEnumValue(vd.Value, first))
		default:
			seen[string(vd.Value.JSON)] = v
			e.Values = append(e.Values, v)
		}
	}
	e.Fallback = r.fallback(e, d.Fallback)
	return e
}

func (r *resolver) enumValue(d *syntax.EnumValueDecl) (v *model.EnumValue, kind model.Kind, ok bool) {
	v = &model.EnumValue{GoName: d.Go.Value, Doc: d.Doc.Value, Deprecated: d.Deprecated.Value, Span: d.Value.Span}
	if d.Value.JSON[0] == '"' {
		err := json.Unmarshal(d.Value.JSON, &v.Text)
		return v, model.String, err == nil
	}
	n, err := strconv.ParseInt(string(d.Value.JSON), 10, 64)
	if err != nil {
		r.rep.Add(enumOutOfRange(d.Value))
		return nil, model.Int64, false
	}
	v.Int = n
	return v, model.Int64, true
}

func (r *resolver) fallback(e *model.Enum, l syntax.Literal) *model.EnumValue {
	if l.JSON == nil {
		return nil
	}
	for _, v := range e.Values {
		if string(enumJSON(e, v)) == string(l.JSON) {
			return v
		}
	}
	r.rep.Add(fallbackNotInEnum(l, e))
	return nil
}

// enumJSON returns the literal of a value.
func enumJSON(e *model.Enum, v *model.EnumValue) []byte {
	if e.Kind == model.Int64 {
		return strconv.AppendInt(nil, v.Int, 10)
	}
	return quoteJSON(v.Text)
}

func (r *resolver) resolveUnion(w typeWork) {
	d, u := w.decl.Union, w.into.Shape.(*model.Union)
	u.Tag, u.Closed = d.Tag.Value, d.Closed.Value
	if u.Tag != "" {
		r.checkWireName(d.Tag, "tag of a union")
	}
	if len(d.Branches) == 0 {
		r.rep.Add(emptyUnion(d))
	}
	tags, types := map[string]source.Span{}, map[*model.TypeVersion]source.Span{}
	for _, bd := range d.Branches {
		tv := r.branchType(w, bd)
		if first, taken := tags[bd.Tag.Value]; taken {
			r.rep.Add(branchTwice(bd.Tag, "tag "+strconv.Quote(bd.Tag.Value), first))
			continue
		}
		tags[bd.Tag.Value] = bd.Tag.Span
		if tv == nil {
			continue
		}
		if first, taken := types[tv]; taken {
			r.rep.Add(branchTwice(syntax.Text{Value: bd.Type.Name, Span: bd.Type.Span}, "type "+strconv.Quote(bd.Type.Name), first))
			continue
		}
		types[tv] = bd.Type.Span
		u.Branches = append(u.Branches, &model.Branch{Tag: bd.Tag.Value, Type: tv, Span: bd.Tag.Span})
	}
}

// branchType returns the struct of a branch, nil after a fault.
func (r *resolver) branchType(w typeWork, d *syntax.BranchDecl) *model.TypeVersion {
	if d.Type == nil {
		return nil
	}
	if d.Tag.Value != d.Type.Name || d.Tag.Value == "" {
		r.checkWireName(d.Tag, "tag of a branch")
	}
	t := r.ref(user{w.scope, w.decl.Draft.Value}, d.Type)
	if t == nil {
		return nil
	}
	if t.Kind != model.Named || t.Nullable || d.Type.Optional {
		r.rep.Add(branchNotStruct(d, t))
		return nil
	}
	s, isStruct := t.Named.Shape.(*model.Struct)
	switch {
	case !isStruct:
		if t.Named.Shape != nil {
			r.rep.Add(branchNotStruct(d, t))
		}
		return nil
	case t.Named.Type.Package != w.scope.pkg:
		r.rep.Add(foreignBranch(d, w.scope.pkg))
		return nil
	}
	for _, f := range s.Fields {
		if f.JSON == w.decl.Union.Tag.Value {
			r.rep.Add(tagCollision(d, f, w.decl.Union.Tag))
			return nil
		}
	}
	return t.Named
}
