package syntax

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// printLiteral writes the JSON of a literal as YAML, keys in their order and numbers as they stand.
func printLiteral(l Literal) out {
	if l.JSON == nil {
		return out{}
	}
	dec := json.NewDecoder(bytes.NewReader(l.JSON))
	dec.UseNumber()
	return printJSON(dec)
}

// printJSON reads one value. A literal that is no JSON is a bug of who made it, and printed as null.
func printJSON(dec *json.Decoder) out {
	token, err := dec.Token()
	if err != nil {
		return raw("null")
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return printArray(dec)
		}
		return printObject(dec)
	case string:
		return text(t)
	case json.Number:
		return raw(t.String())
	case bool:
		return raw(strconv.FormatBool(t))
	default:
		return raw("null")
	}
}

func printArray(dec *json.Decoder) out {
	o := out{form: series}
	for dec.More() {
		o.items = append(o.items, printJSON(dec))
	}
	closing(dec)
	return o
}

func printObject(dec *json.Decoder) out {
	o := out{form: compact}
	for dec.More() {
		key, err := dec.Token()
		name, ok := key.(string)
		if err != nil || !ok {
			break
		}
		o.pairs = append(o.pairs, outPair{name, printJSON(dec)})
	}
	closing(dec)
	return o
}

func closing(dec *json.Decoder) {
	// The bracket is there: More returned false, and the JSON was made by encoding.
	_, _ = dec.Token()
}

// String writes the type expression in its canonical form.
func (e *TypeExpr) String() string {
	if e == nil {
		return ""
	}
	s := e.bare()
	switch {
	case e.Optional && len(e.Alts) > 0:
		s = "(" + s + ")?"
	case e.Optional:
		s += "?"
	}
	if e.Nullable {
		s += " | null"
	}
	return s
}

func (e *TypeExpr) bare() string {
	if len(e.Alts) > 0 {
		return joinTypes(e.Alts, " | ")
	}
	s := e.Name
	if e.Version > 0 {
		s += "@" + strconv.Itoa(e.Version)
	}
	if len(e.Args) > 0 {
		s += "<" + joinTypes(e.Args, ", ") + ">"
	}
	return s
}

func joinTypes(types []*TypeExpr, separator string) string {
	parts := make([]string, len(types))
	for i, t := range types {
		parts[i] = t.String()
	}
	return strings.Join(parts, separator)
}
