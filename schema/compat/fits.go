package compat

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/model"
)

// fits reports whether constraints leave a list of values, all of which another type holds. A writer of such values
// breaks no reader of that type that validates, whatever the types as such are to one another.
func fits(l *model.Limits, t *model.TypeRef) bool {
	if l == nil {
		return false
	}
	values := allowed(l)
	return len(values) > 0 && !slices.ContainsFunc(values, func(v string) bool { return !holdsValue(t, v) })
}

// holdsValue reports whether a type holds a value. It says no of forms in which no constant is written.
func holdsValue(t *model.TypeRef, value string) bool {
	if value == "null" {
		return t.Nullable || t.Kind == model.JSON
	}
	switch t.Kind {
	case model.JSON:
		return true
	case model.String:
		return value[0] == '"'
	case model.Bool:
		return value == "true" || value == "false"
	case model.Int64:
		_, err := strconv.ParseInt(value, 10, 64)
		return err == nil
	case model.Float64:
		return json.Unmarshal([]byte(value), new(float64)) == nil
	case model.Scalars:
		return slices.ContainsFunc(alternatives(t), func(a *model.TypeRef) bool { return holdsValue(a, value) })
	}
	e := enumOf(t)
	return e != nil && slices.ContainsFunc(e.Values, func(v *model.EnumValue) bool { return literal(e, v) == value })
}
