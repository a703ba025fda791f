package syntax

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"gopkg.in/yaml.v3"
)

// maxYAMLNodes bounds what aliases may expand to. Ten megabytes of plain YAML stay below it.
const maxYAMLNodes = 4 << 20

// maxYAMLDepth bounds nesting, aliases included, and so ends an alias that contains itself.
const maxYAMLDepth = 1000

// YAMLToJSON turns one YAML document of foreign origin into JSON: aliases expanded, merge keys applied,
// keys in the order written. Numbers keep their value, dates are strings.
// It fails on text that is not YAML, on infinite numbers, and on aliases that expand beyond all measure.
func YAMLToJSON(text []byte) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil { // yaml.v3 panics on some malformed input
			out, err = nil, fmt.Errorf("read YAML: %v", p)
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, fmt.Errorf("read YAML: %w", err)
	}
	if len(doc.Content) == 0 {
		return nil, errors.New("read YAML: the file is empty")
	}
	w := &jsonWriter{}
	if err := w.value(doc.Content[0], 0); err != nil {
		return nil, err
	}
	return w.out.Bytes(), nil
}

type jsonWriter struct {
	out   bytes.Buffer
	nodes int
}

func (w *jsonWriter) value(n *yaml.Node, depth int) error {
	w.nodes++
	if w.nodes > maxYAMLNodes || depth > maxYAMLDepth {
		return fmt.Errorf("line %d: the YAML expands to too much", n.Line)
	}
	switch n.Kind {
	case yaml.AliasNode:
		return w.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		return w.sequence(n, depth)
	case yaml.MappingNode:
		return w.mapping(n, depth)
	}
	return w.scalar(n)
}

func (w *jsonWriter) sequence(n *yaml.Node, depth int) error {
	w.out.WriteByte('[')
	for i, e := range n.Content {
		if i > 0 {
			w.out.WriteByte(',')
		}
		if err := w.value(e, depth+1); err != nil {
			return err
		}
	}
	w.out.WriteByte(']')
	return nil
}

func (w *jsonWriter) mapping(n *yaml.Node, depth int) error {
	w.out.WriteByte('{')
	first := true
	for _, pair := range merged(n, map[string]bool{}, 0) {
		if !first {
			w.out.WriteByte(',')
		}
		first = false
		if err := w.text(pair[0].Value); err != nil {
			return err
		}
		w.out.WriteByte(':')
		if err := w.value(pair[1], depth+1); err != nil {
			return err
		}
	}
	w.out.WriteByte('}')
	return nil
}

// merged lists the entries of a mapping; those under `<<` stand behind its own and never replace them.
func merged(n *yaml.Node, seen map[string]bool, depth int) [][2]*yaml.Node {
	var own, more [][2]*yaml.Node
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Tag != "!!merge" && !seen[key.Value] {
			seen[key.Value] = true
			own = append(own, [2]*yaml.Node{key, n.Content[i+1]})
		}
	}
	for i := 0; i+1 < len(n.Content) && depth < 32; i += 2 {
		if n.Content[i].Tag == "!!merge" {
			more = append(more, mergeValue(n.Content[i+1], seen, depth+1)...)
		}
	}
	return append(own, more...)
}

func mergeValue(n *yaml.Node, seen map[string]bool, depth int) [][2]*yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.SequenceNode {
		return merged(n, seen, depth)
	}
	var out [][2]*yaml.Node
	for _, e := range n.Content {
		out = append(out, merged(e, seen, depth)...)
	}
	return out
}

func (w *jsonWriter) scalar(n *yaml.Node) error {
	switch n.Tag {
	case "!!null":
		w.out.WriteString("null")
		return nil
	case "!!bool":
		return w.decoded(n, new(bool))
	case "!!int":
		return w.number(n)
	case "!!float":
		return w.number(n)
	}
	return w.text(n.Value)
}

func (w *jsonWriter) number(n *yaml.Node) error {
	if jsonNumber.MatchString(n.Value) {
		w.out.WriteString(n.Value)
		return nil
	}
	if n.Tag == "!!int" {
		return w.decoded(n, new(int64))
	}
	var f float64
	if err := n.Decode(&f); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	if math.IsInf(f, 0) || math.IsNaN(f) {
		return fmt.Errorf("line %d: JSON has no number %s", n.Line, n.Value)
	}
	return w.decoded(n, new(float64))
}

func (w *jsonWriter) decoded(n *yaml.Node, into any) error {
	if err := n.Decode(into); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	b, err := json.Marshal(into)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	w.out.Write(b)
	return nil
}

func (w *jsonWriter) text(s string) error {
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write %q as JSON: %w", s, err)
	}
	w.out.Write(b)
	return nil
}
