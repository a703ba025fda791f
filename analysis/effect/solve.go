package effect

// witness is how a node reaches something: by which edge, and how far it is.
type witness struct {
	far  int // 0: not at all
	edge int
}

// solve finds the shortest way of every node to an effect, breadth first from the effects on, so that cycles do no harm.
// Among equally short ways the first edge in the source counts.
func (g *graph) solve(k Kind) []witness {
	best := make([]witness, len(g.nodes))
	levels := [][]int{nil}
	reach := func(n, far, edge int) {
		if w := best[n]; w.far > 0 && (w.far < far || w.far == far && w.edge <= edge) {
			return
		}
		best[n] = witness{far, edge}
		for len(levels) <= far {
			levels = append(levels, nil)
		}
		levels[far] = append(levels[far], n)
	}
	for n, node := range g.nodes {
		for i, e := range node.edges {
			if e.to == outside && e.kind == k && e.carries(k) {
				reach(n, len(e.chain), i)
			}
		}
	}
	if len(levels) == 1 {
		return nil
	}
	callers := g.callers()
	for far := 1; far < len(levels); far++ {
		for i := 0; i < len(levels[far]); i++ {
			n := levels[far][i]
			if best[n].far != far {
				continue // found a shorter way since
			}
			for _, c := range callers[n] {
				if g.nodes[c.from].edges[c.edge].carries(k) {
					reach(c.from, far+1, c.edge)
				}
			}
		}
	}
	return best
}

// caller is an edge, seen from its target.
type caller struct{ from, edge int }

func (g *graph) callers() [][]caller {
	if g.called == nil {
		g.called = make([][]caller, len(g.nodes))
		for n, node := range g.nodes {
			for i, e := range node.edges {
				if e.to != outside {
					g.called[e.to] = append(g.called[e.to], caller{n, i})
				}
			}
		}
	}
	return g.called
}
