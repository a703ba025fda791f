package resolve

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

// misfit says why a literal is not a value of a type: "must be text, not 12". Empty: it is one.
type misfit string

// canonical appends the canonical JSON of a literal: object keys sorted and under their wire names, whole
// numbers without point or exponent, UUIDs in lower case. Encodings do not show: a timestamp is RFC 3339
// text and a 64-bit integer is a number, whatever the wire form.
func canonical(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	if v == nil {
		if t.Nullable || t.Kind == model.JSON {
			return append(dst, "null"...), ""
		}
		return nil, misfit("cannot be null: " + t.String() + " does not allow it")
	}
	switch t.Kind {
	case model.JSON:
		return canonicalJSON(dst, v), ""
	case model.List, model.OneOrMany:
		return canonicalList(dst, v, t)
	case model.Map:
		return canonicalMap(dst, v, t)
	case model.Scalars:
		return canonicalSum(dst, v, t)
	case model.Named:
		return canonicalNamed(dst, v, t)
	default:
		return canonicalScalar(dst, v, t)
	}
}

func canonicalJSON(dst []byte, v any) []byte {
	switch v := v.(type) {
	case map[string]any:
		dst = append(dst, '{')
		for i, k := range sortedKeys(v) {
			dst = appendComma(dst, i)
			dst = append(append(dst, quoteJSON(k)...), ':')
			dst = canonicalJSON(dst, v[k])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, e := range v {
			dst = canonicalJSON(appendComma(dst, i), e)
		}
		return append(dst, ']')
	case string:
		return append(dst, quoteJSON(v)...)
	case json.Number:
		return append(dst, v...)
	default:
		return fmt.Append(dst, jsonWord(v))
	}
}

func jsonWord(v any) string {
	if v == nil {
		return "null"
	}
	return fmt.Sprint(v)
}

func canonicalList(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	list, ok := v.([]any)
	if !ok {
		if t.Kind != model.OneOrMany {
			return nil, mustBe("a list", v)
		}
		list = []any{v}
	}
	dst = append(dst, '[')
	for i, e := range list {
		var bad misfit
		if dst, bad = canonical(appendComma(dst, i), e, t.Elem); bad != "" {
			return nil, misfit(fmt.Sprintf("element %d: %s", i, bad))
		}
	}
	return append(dst, ']'), ""
}

func canonicalMap(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, mustBe("a mapping", v)
	}
	dst = append(dst, '{')
	for i, k := range sortedKeys(m) {
		dst = append(append(appendComma(dst, i), quoteJSON(k)...), ':')
		var bad misfit
		if dst, bad = canonical(dst, m[k], t.Elem); bad != "" {
			return nil, inField(k, bad)
		}
	}
	return append(dst, '}'), ""
}

func canonicalSum(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	n := len(dst)
	for _, alt := range t.Alts {
		if out, bad := canonical(dst[:n:n], v, alt); bad == "" {
			return out, ""
		}
	}
	return nil, mustBe(t.String(), v)
}

func canonicalNamed(dst []byte, v any, t *model.TypeRef) ([]byte, misfit) {
	switch shape := t.Named.Shape.(type) {
	case *model.Struct:
		return canonicalStruct(dst, v, shape, typeLabel(t.Named))
	case *model.Enum:
		return canonicalEnum(dst, v, shape, typeLabel(t.Named))
	case *model.Union:
		return canonicalUnion(dst, v, shape, typeLabel(t.Named))
	default:
		return append(dst, "null"...), "" // the type has a fault of its own
	}
}

func canonicalEnum(dst []byte, v any, e *model.Enum, name string) ([]byte, misfit) {
	given := canonicalJSON(nil, v)
	var texts []string
	for _, value := range e.Values {
		if bytes.Equal(enumJSON(e, value), given) {
			return append(dst, given...), ""
		}
		texts = append(texts, value.Text)
	}
	text, _ := v.(string)
	return nil, misfit(fmt.Sprintf("is not a value of %s%s", name, diag.DidYouMean(text, texts)))
}

func canonicalUnion(dst []byte, v any, u *model.Union, name string) ([]byte, misfit) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, mustBe("a mapping", v)
	}
	tag, ok := m[u.Tag].(string)
	if !ok {
		return nil, misfit(fmt.Sprintf("has no tag %q", u.Tag))
	}
	var tags []string
	for _, b := range u.Branches {
		if s, isStruct := b.Type.Shape.(*model.Struct); isStruct && b.Tag == tag {
			return canonicalMembers(dst, m, s, typeLabel(b.Type), u.Tag)
		}
		tags = append(tags, b.Tag)
	}
	return nil, misfit(fmt.Sprintf("has tag %q, which %s does not know%s", tag, name, diag.DidYouMean(tag, tags)))
}

func canonicalStruct(dst []byte, v any, s *model.Struct, name string) ([]byte, misfit) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, mustBe("a mapping", v)
	}
	return canonicalMembers(dst, m, s, name, "")
}

// member is a key of a struct's literal under its wire name.
type member struct {
	wire  string
	value any
	field *model.Field // nil for the tag of a union
}

// canonicalMembers writes the members of a struct; tag is the key that belongs to the union around it.
func canonicalMembers(dst []byte, m map[string]any, s *model.Struct, name, tag string) ([]byte, misfit) {
	members, bad := membersOf(m, s, name, tag)
	if bad != "" {
		return nil, bad
	}
	dst = append(dst, '{')
	for i, e := range members {
		dst = append(append(appendComma(dst, i), quoteJSON(e.wire)...), ':')
		if e.field == nil {
			dst = canonicalJSON(dst, e.value)
			continue
		}
		if dst, bad = canonical(dst, e.value, e.field.Type); bad != "" {
			return nil, inField(e.wire, bad)
		}
	}
	return append(dst, '}'), ""
}

func membersOf(m map[string]any, s *model.Struct, name, tag string) ([]member, misfit) {
	var out []member
	given := map[*model.Field]bool{}
	for _, k := range sortedKeys(m) {
		if k == tag && tag != "" {
			out = append(out, member{k, m[k], nil})
			continue
		}
		f := fieldByEitherName(s, k)
		if f == nil {
			return nil, misfit(fmt.Sprintf("has no field %q in %s%s", k, name, diag.DidYouMean(k, fieldNames(s))))
		}
		if given[f] {
			return nil, misfit(fmt.Sprintf("gives %q twice", f.Name))
		}
		given[f] = true
		if m[k] == nil && f.Optional && !f.Type.Nullable && f.Type.Kind != model.JSON {
			continue // a null that is read is taken as absent
		}
		out = append(out, member{f.JSON, m[k], f})
	}
	for _, f := range s.Fields {
		if !given[f] && !f.Optional {
			return nil, misfit(fmt.Sprintf("lacks the required field %q of %s", f.Name, name))
		}
	}
	slices.SortFunc(out, func(a, b member) int { return strings.Compare(a.wire, b.wire) })
	return out, ""
}

func fieldByEitherName(s *model.Struct, name string) *model.Field {
	if f := s.Field(name); f != nil {
		return f
	}
	for _, f := range s.Fields {
		if f.JSON == name {
			return f
		}
	}
	return nil
}

func fieldNames(s *model.Struct) []string {
	names := make([]string, len(s.Fields))
	for i, f := range s.Fields {
		names[i] = f.Name
	}
	return names
}

func inField(name string, bad misfit) misfit { return misfit(fmt.Sprintf("%q: %s", name, bad)) }

func mustBe(what string, v any) misfit {
	text := canonicalJSON(nil, v)
	if len(text) > 60 {
		text = append(text[:57:57], "..."...)
	}
	return misfit(fmt.Sprintf("must be %s, not %s", what, text))
}

func appendComma(dst []byte, i int) []byte {
	if i > 0 {
		return append(dst, ',')
	}
	return dst
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// quoteJSON writes a string without escaping what only HTML needs escaped.
func quoteJSON(s string) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
