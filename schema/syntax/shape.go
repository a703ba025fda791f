package syntax

import (
	"bytes"
	_ "embed" // the schemas
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

//go:embed evgen.schema.json
var schemaJSON []byte

//go:embed evgen.config.schema.json
var configJSON []byte

// JSONSchema returns the JSON Schema (draft 7) of schema files, for editors.
func JSONSchema() []byte { return slices.Clone(schemaJSON) }

// ConfigJSONSchema returns the JSON Schema (draft 7) of evgen.yaml.
func ConfigJSONSchema() []byte { return slices.Clone(configJSON) }

// shape is a compiled JSON Schema. Compiling is put off until the first file, and done once.
type shape func() *jsonschema.Schema

var (
	schemaShape = shape(sync.OnceValue(func() *jsonschema.Schema { return compile(schemaJSON) }))
	configShape = shape(sync.OnceValue(func() *jsonschema.Schema { return compile(configJSON) }))
)

// compile panics on a schema that is wrong: it is part of the program.
func compile(text []byte) *jsonschema.Schema {
	const name = "embedded.json"
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft7
	if err := c.AddResource(name, bytes.NewReader(text)); err != nil {
		panic("syntax: embedded schema: " + err.Error())
	}
	return c.MustCompile(name)
}

// CheckConfigShape reports what the JSON Schema of evgen.yaml refuses. Call it when reading by hand found nothing:
// that gives better messages, and this is the net below it.
func CheckConfigShape(root *tree.Node, rep *diag.Report) { configShape.check(root, rep) }

func (s shape) check(root *tree.Node, rep *diag.Report) {
	err := s().Validate(plain(root))
	if err == nil {
		return
	}
	fault, ok := err.(*jsonschema.ValidationError)
	if !ok {
		panic("syntax: validate: " + err.Error()) // the values are JSON and the schema does not loop
	}
	for _, leaf := range leaves(fault) {
		rep.Add(notOfShape(locate(root, leaf.InstanceLocation), leaf.Message))
	}
}

// leaves are the causes that have no causes themselves.
func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, c := range e.Causes {
		out = append(out, leaves(c)...)
	}
	return out
}

// locate follows a JSON pointer; it returns the key where there is one, for whole blocks are long.
func locate(n *tree.Node, pointer string) source.Span {
	span := n.Span
	for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		if i, err := strconv.Atoi(step); err == nil && n.Kind == tree.Sequence && i >= 0 && i < len(n.Items) {
			n = n.Items[i]
			span = n.Span
			continue
		}
		for _, p := range n.Pairs {
			if p.Key.Text == step {
				n, span = p.Value, p.Key.Span
				break
			}
		}
	}
	return span
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
