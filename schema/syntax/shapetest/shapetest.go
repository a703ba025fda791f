// Package shapetest holds files against the JSON Schemas that editors use. Only tests need it: reading by hand refuses
// all that the schemas refuse, in better words.
package shapetest

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Shape is a JSON Schema.
type Shape struct {
	compiled *jsonschema.Schema
}

// New panics on a schema that is wrong: it is part of the program.
func New(text []byte) Shape {
	const name = "embedded.json"
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft7
	if err := c.AddResource(name, bytes.NewReader(text)); err != nil {
		panic("embedded schema: " + err.Error())
	}
	return Shape{c.MustCompile(name)}
}

// Check returns why a file is refused.
func (s Shape) Check(root *tree.Node) error { return s.compiled.Validate(plain(root)) }

// Places are the keys and scalars of a file.
func Places(root *tree.Node) []source.Span {
	var places []source.Span
	if root.Kind == tree.Scalar {
		places = append(places, root.Span)
	}
	for _, item := range root.Items {
		places = append(places, Places(item)...)
	}
	for _, p := range root.Pairs {
		places = append(append(places, p.Key.Span), Places(p.Value)...)
	}
	return places
}

// Replacements are values of every kind, to be put in the place of another one.
func Replacements() []string {
	return []string{"[a]", "1.5", "-1", `""`, "{a: b}", "null", "true", "nonsense"}
}

// Splice returns text with another value at a place.
func Splice(text []byte, at source.Span, with string) []byte {
	return slices.Concat(text[:at.Start], []byte(with), text[at.End:])
}

// plain turns nodes into what jsonschema validates. No rule looks at the value of a number beyond a few counts,
// so numbers may lose digits here.
func plain(n *tree.Node) any {
	switch n.Kind {
	case tree.Sequence:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = plain(item)
		}
		return items
	case tree.Mapping:
		m := make(map[string]any, len(n.Pairs))
		for _, p := range n.Pairs {
			m[p.Key.Text] = plain(p.Value)
		}
		return m
	}
	switch n.Tag {
	case tree.Null:
		return nil
	case tree.Bool:
		return strings.EqualFold(n.Text, "true")
	case tree.Int, tree.Float:
		return plainNumber(n)
	default:
		return n.Text
	}
}

func plainNumber(n *tree.Node) any {
	if i, err := strconv.ParseInt(n.Text, 10, 64); err == nil {
		return i
	}
	if n.Tag == tree.Int {
		return int64(1) << 62 // too large for any count
	}
	f, err := strconv.ParseFloat(n.Text, 64)
	if err != nil {
		return 0.5
	}
	return f
}
