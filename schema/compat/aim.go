package compat

import (
	"encoding/json"
	"iter"
	"slices"

	"github.com/evgen/evgen/generator/sample"
	"github.com/evgen/evgen/schema/model"
)

// aimed yields payloads of the writer that differ where the change is: each extreme value of the place, the place
// without a value, then the plainest payloads.
func aimed(j *Judgement, writer, reader Stage) iter.Seq[[]byte] {
	side := sideOf(j, writer)
	return func(yield func([]byte) bool) {
		for _, mode := range []sample.Mode{sample.Smallest, sample.Fullest} {
			b := &aim{side: side, mode: mode, trail: j.trail}
			for _, leaf := range leaves(j, side) {
				b.leaf, b.reached = leaf, false
				v := b.structure(writer.Version.Struct, j.trail, "")
				payload, err := json.Marshal(v)
				if err == nil && !yield(payload) {
					return
				}
			}
		}
	}
}

// sideOf says which side of a change's trail the writer is on.
func sideOf(j *Judgement, writer Stage) Side {
	if writer.Model == Old || writer.Version.Number == j.From && j.From != j.To {
		return Old
	}
	return New
}

// aim builds one payload with a leaf at the end of a trail.
type aim struct {
	side    Side
	mode    sample.Mode
	trail   trail
	leaf    json.RawMessage // nil: the field is left out
	reached bool
}

type object = map[string]any

// structure is a sample of a struct, with the leaf at the end of the trail.
func (a *aim) structure(s *model.Struct, rest trail, tag string) object {
	out := object{}
	if err := json.Unmarshal(sample.Payload(&model.EventVersion{Struct: s}, a.mode), &out); err != nil {
		return object{tag: nil}
	}
	if len(rest) == 0 {
		a.extra(out)
		return out
	}
	f := ownField(rest[0], a.side)
	switch {
	case f == nil || rest[0].kind != intoField: // the writer does not know it
		if a.leaf != nil {
			out[fieldOn(rest[0], a.side).JSON] = a.leaf
		}
		return out
	case len(rest) == 1 && a.leaf == nil:
		delete(out, f.JSON)
		return out
	}
	out[f.JSON] = a.value(f.Type, rest[1:])
	return out
}

// extra makes an object hold a field that no schema names, where a leaf asks for it.
func (a *aim) extra(out object) {
	if a.leaf != nil {
		out[unnamed] = a.leaf
	}
}

// unnamed is the name of a field that no schema is likely to have.
const unnamed = "not_in_the_schema"

// ownField is the field of one side of a hop; nil if that side has none.
func ownField(h hop, side Side) *model.Field {
	if side == Old {
		return h.old
	}
	return h.new
}

func (a *aim) value(t *model.TypeRef, rest trail) any {
	if len(rest) == 0 {
		if s := structOf(t); s != nil && a.isExtra() {
			return a.structure(s, nil, "")
		}
		return a.leaf
	}
	switch rest[0].kind {
	case intoElement:
		if t.Elem != nil {
			return []any{a.value(t.Elem, rest[1:])}
		}
	case intoEntry:
		if t.Elem != nil {
			return object{"key": a.value(t.Elem, rest[1:])}
		}
	case intoField:
		if s := structOf(t); s != nil {
			return a.structure(s, rest, "")
		}
		if t.Elem != nil {
			return []any{a.value(t.Elem, rest)}
		}
	case intoBranch:
		if branch := branchOf(t, rest[0].tag); branch != nil {
			out := a.structure(branch.Type.Shape.(*model.Struct), rest[1:], "")
			out[unionOf(t).Tag] = branch.Tag
			return out
		}
	}
	return anyOf(t, a.mode)
}

// isExtra reports whether the leaf is for an object that refuses unknown fields.
func (a *aim) isExtra() bool { return string(a.leaf) == string(extraLeaf) }

var extraLeaf = json.RawMessage(`"extra"`)

func unionOf(t *model.TypeRef) *model.Union {
	if t.Kind != model.Named {
		return nil
	}
	u, _ := t.Named.Shape.(*model.Union)
	return u
}

func branchOf(t *model.TypeRef, tag string) *model.Branch {
	u := unionOf(t)
	if u == nil {
		return nil
	}
	return byTag(u, tag)
}

// anyOf is a sample of a type.
func anyOf(t *model.TypeRef, mode sample.Mode) json.RawMessage {
	return ofField(&model.Field{Name: "v", JSON: "v", Type: t}, mode)
}

func ofField(f *model.Field, mode sample.Mode) json.RawMessage {
	alone := *f
	alone.JSON, alone.Optional = "v", false
	var out map[string]json.RawMessage
	payload := sample.Payload(&model.EventVersion{Struct: &model.Struct{Fields: []*model.Field{&alone}}}, mode)
	if json.Unmarshal(payload, &out) != nil {
		return json.RawMessage("null")
	}
	return out["v"]
}

// leaves are the values that a writer may put where a change is, those most likely to break first.
func leaves(j *Judgement, side Side) []json.RawMessage {
	if slices.Contains([]Kind{"object-closed", "object-opened"}, j.Kind) {
		return []json.RawMessage{extraLeaf}
	}
	f, t := target(j.trail, side)
	if f == nil {
		return append([]json.RawMessage{nil}, undeclared(j)...)
	}
	var out []json.RawMessage
	if f.Optional && f.Type == t {
		out = append(out, nil)
	}
	if t.Nullable {
		out = append(out, json.RawMessage("null"))
	}
	out = append(out, limitEdges(j.trail, t)...)
	if f.Type == t {
		out = append(out, ofField(f, sample.Fullest))
	}
	return append(out, edges(t)...)
}

// undeclared are values under a name that the writer's object does not declare, and keeps.
func undeclared(j *Judgement) []json.RawMessage {
	if !j.Old.Claimed && !j.New.Claimed {
		return nil
	}
	return raws(`"text"`, `12`, `{}`)
}

// target is the last field of a trail on one side, and the type at its end.
func target(tr trail, side Side) (*model.Field, *model.TypeRef) {
	var f *model.Field
	var t *model.TypeRef
	for _, h := range tr {
		switch h.kind {
		case intoField:
			if f = ownField(h, side); f == nil {
				return nil, nil
			}
			t = f.Type
		case intoElement, intoEntry:
			if t.Elem != nil {
				t = t.Elem
			}
		}
	}
	return f, t
}
