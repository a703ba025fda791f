package graph

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// randomGraph draws events and processes with flows between any of them, loops included.
func randomGraph(t *rapid.T) *Graph {
	g := &Graph{}
	n := rapid.IntRange(1, 14).Draw(t, "nodes")
	for i := range n {
		name := fmt.Sprintf("N%d", i)
		g.Nodes = append(g.Nodes, Node{ID: name, Name: name, Package: "p", Kind: rapid.SampledFrom(kinds).Draw(t, "kind")})
	}
	for range rapid.IntRange(0, 25).Draw(t, "edges") {
		from, to := rapid.IntRange(0, n-1).Draw(t, "from"), rapid.IntRange(0, n-1).Draw(t, "to")
		if from != to {
			g.edge(g.Nodes[from].ID, g.Nodes[to].ID, Reads)
		}
	}
	return g
}

func TestNothingIsDrawnOverAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := lay(randomGraph(t))
		x := 0.0
		for i, layer := range d.layers {
			for j, p := range layer {
				switch {
				case p.x < x:
					t.Fatalf("layer %d begins at %.1f, the one before ends at %.1f", i, p.x, x)
				case p.y-p.height/2 < margin-0.01:
					t.Fatalf("%v stands at %.1f", p.node, p.y)
				case j > 0 && p.y-p.height/2 < layer[j-1].y+layer[j-1].height/2+rowGap-0.01:
					t.Fatalf("%v stands over %v", p.node, layer[j-1].node)
				}
			}
			if len(layer) > 0 {
				x = layer[0].x + layer[0].width
			}
		}
	})
}

func TestEveryFlowGoesFromLayerToLayer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := randomGraph(t)
		d := lay(g)
		if len(d.routes) != len(g.Edges) {
			t.Fatalf("%d routes for %d edges", len(d.routes), len(g.Edges))
		}
		for _, r := range d.routes {
			first, last := r.points[0].node.ID, r.points[len(r.points)-1].node.ID
			if r.backward {
				first, last = last, first
			}
			if first != r.edge.From || last != r.edge.To {
				t.Fatalf("%+v goes from %s to %s", r.edge, first, last)
			}
			for i, p := range r.points[1:] {
				if p.layer != r.points[i].layer+1 {
					t.Fatalf("%+v leaps over a layer", r.edge)
				}
			}
		}
	})
}
