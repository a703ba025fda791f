package jsonschema_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/evgen/evgen/schema/model"
)

// accepts says why a payload would not come back from a decode and encode as it was; "" if it would. It reads
// payloads as generated code does, and refuses where that refuses or changes something.
func accepts(v any, s *model.Struct) string { return acceptsStruct(v, s, "", "") }

func acceptsStruct(v any, s *model.Struct, tag, at string) string {
	m, ok := v.(map[string]any)
	if !ok {
		return at + ": not an object"
	}
	declared := map[string]bool{tag: tag != ""}
	for _, f := range s.Fields {
		declared[f.JSON] = true
		value, present := m[f.JSON]
		here := at + "." + f.JSON
		switch {
		case !present && !f.Optional:
			return here + ": required and absent"
		case present && value == nil && f.Type.Kind == model.JSON:
		case present && value == nil && !f.Type.Nullable:
			return here + ": null where none is declared"
		case present && value != nil:
			if why := acceptsType(value, f.Type, here); why != "" {
				return why
			}
		}
	}
	for name := range m {
		if !declared[name] && s.Unknown != model.UnknownKeep {
			return at + "." + name + ": unknown field is not kept"
		}
	}
	return ""
}

func acceptsType(v any, t *model.TypeRef, at string) string {
	if v == nil {
		if t.Nullable || t.Kind == model.JSON {
			return ""
		}
		return at + ": null"
	}
	switch t.Kind {
	case model.JSON:
		return ""
	case model.List:
		return acceptsList(v, t.Elem, at)
	case model.OneOrMany:
		if _, many := v.([]any); many {
			return acceptsList(v, t.Elem, at)
		}
		return acceptsType(v, t.Elem, at)
	case model.Map:
		return acceptsMap(v, t.Elem, at)
	case model.Scalars:
		return acceptsSum(v, t, at)
	case model.Named:
		return acceptsNamed(v, t.Named, at)
	}
	if !acceptsScalar(v, t.Kind) {
		return fmt.Sprintf("%s: %v is no %s", at, v, t.Kind)
	}
	return ""
}

func acceptsList(v any, elem *model.TypeRef, at string) string {
	list, ok := v.([]any)
	if !ok {
		return at + ": not an array"
	}
	for i, e := range list {
		if why := acceptsType(e, elem, at+"["+strconv.Itoa(i)+"]"); why != "" {
			return why
		}
	}
	return ""
}

func acceptsMap(v any, elem *model.TypeRef, at string) string {
	m, ok := v.(map[string]any)
	if !ok {
		return at + ": not an object"
	}
	for k, e := range m {
		if why := acceptsType(e, elem, at+"."+k); why != "" {
			return why
		}
	}
	return ""
}

func acceptsSum(v any, t *model.TypeRef, at string) string {
	for _, alt := range t.Alts {
		if acceptsType(v, alt, at) == "" {
			return ""
		}
	}
	return at + ": no alternative fits"
}

func acceptsNamed(v any, t *model.TypeVersion, at string) string {
	switch shape := t.Shape.(type) {
	case *model.Struct:
		return acceptsStruct(v, shape, "", at)
	case *model.Enum:
		if !acceptsScalar(v, shape.Kind) {
			return at + ": not of the enum's kind"
		}
		return ""
	case *model.Union:
		return acceptsUnion(v, shape, at)
	}
	return at + ": unknown shape"
}

func acceptsUnion(v any, u *model.Union, at string) string {
	m, ok := v.(map[string]any)
	if !ok {
		return at + ": not an object"
	}
	tag, ok := m[u.Tag].(string)
	if !ok {
		return at + ": no tag"
	}
	for _, b := range u.Branches {
		if b.Tag == tag {
			return acceptsStruct(v, b.Type.Shape.(*model.Struct), u.Tag, at)
		}
	}
	return "" // kept raw
}

func acceptsScalar(v any, k model.Kind) bool {
	switch k {
	case model.Bool:
		_, ok := v.(bool)
		return ok
	case model.Int32, model.Int64, model.Uint32, model.Uint64:
		n, ok := v.(json.Number)
		return ok && isInt(n.String(), k)
	case model.Float32, model.Float64:
		n, ok := v.(json.Number)
		return ok && survivesFloat(n.String())
	case model.Timestamp:
		s, ok := v.(string)
		_, err := time.Parse(time.RFC3339Nano, s)
		return ok && err == nil && !strings.Contains(s, ",")
	case model.Date:
		s, ok := v.(string)
		_, err := time.Parse(time.DateOnly, s)
		return ok && err == nil
	case model.UUID:
		s, ok := v.(string)
		return ok && len(s) == 36 && s == strings.ToLower(s)
	}
	_, ok := v.(string)
	return ok
}

func isInt(text string, k model.Kind) bool {
	r, ok := new(big.Rat).SetString(text)
	if !ok || !r.IsInt() {
		return false
	}
	if k == model.Uint64 || k == model.Uint32 {
		return r.Num().IsUint64()
	}
	return r.Num().IsInt64()
}

// survivesFloat: the shortest text of the float reads as the same number.
func survivesFloat(text string) bool {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return false
	}
	was, ok := new(big.Rat).SetString(text)
	is, okToo := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return ok && okToo && was.Cmp(is) == 0
}
