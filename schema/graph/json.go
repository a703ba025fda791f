package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// JSON writes the graph for programs, with a line break at the end.
func (g *Graph) JSON() ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(g); err != nil {
		return nil, fmt.Errorf("encode a graph of %d nodes: %w", len(g.Nodes), err)
	}
	return out.Bytes(), nil
}
