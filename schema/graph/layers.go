package graph

import (
	"cmp"
	"slices"
)

// drawing is a graph in layers, after Sugiyama, Tagawa and Toda (1981): every node has a layer, flows go from one
// layer to the next by way of points, and the order within layers has few crossings.
type drawing struct {
	layers [][]*point
	routes []route
}

// point is a node, or where a flow passes a layer.
type point struct {
	node          *Node // nil where a flow passes
	layer         int
	width, height float64
	x, y          float64 // of the middle of the left side
	before, after []*point
}

// route is the way of an edge through layers, always from left to right. Backward says that the edge goes from right to left.
type route struct {
	edge     Edge
	points   []*point
	backward bool
}

// lay places the nodes of a graph.
func lay(g *Graph) *drawing {
	points := make(map[string]*point, len(g.Nodes))
	for i := range g.Nodes {
		n := &g.Nodes[i]
		points[n.ID] = &point{node: n, width: widthOf(n), height: nodeHeight}
	}
	d := &drawing{}
	for _, e := range g.Edges {
		d.routes = append(d.routes, route{edge: e})
	}
	d.turn(g, points)
	d.rank(g, points)
	d.pass(points)
	d.order()
	d.place()
	return d
}

// turn finds the edges that lead back to where one comes from, by a search in depth, and turns them round.
func (d *drawing) turn(g *Graph, points map[string]*point) {
	out := map[string][]int{}
	for i, r := range d.routes {
		out[r.edge.From] = append(out[r.edge.From], i)
	}
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(id string)
	visit = func(id string) {
		state[id] = open
		for _, i := range out[id] {
			to := d.routes[i].edge.To
			d.routes[i].backward = state[to] == open
			if state[to] == 0 {
				visit(to)
			}
		}
		state[id] = done
	}
	for _, k := range kinds { // aggregates first: nothing comes before them
		for i := range g.Nodes {
			if g.Nodes[i].Kind == k && state[g.Nodes[i].ID] == 0 {
				visit(g.Nodes[i].ID)
			}
		}
	}
	for i := range d.routes {
		r := &d.routes[i]
		from, to := points[r.edge.From], points[r.edge.To]
		if r.backward {
			from, to = to, from
		}
		r.points = []*point{from, to}
	}
}

// rank gives each node the first layer behind all that leads to it. Events begin in the second one, where there are
// aggregates, so that all facts of a kind stand together.
func (d *drawing) rank(g *Graph, points map[string]*point) {
	aggregates := slices.ContainsFunc(g.Nodes, func(n Node) bool { return n.Kind == Aggregate })
	for _, p := range points {
		if aggregates && p.node.Kind != Aggregate {
			p.layer = 1
		}
	}
	for moved := true; moved; {
		moved = false
		for _, r := range d.routes {
			if from, to := r.points[0], r.points[1]; to.layer <= from.layer {
				to.layer, moved = from.layer+1, true
			}
		}
	}
}

// pass fills the layers, and adds points where flows pass one.
func (d *drawing) pass(points map[string]*point) {
	add := func(p *point) {
		for len(d.layers) <= p.layer {
			d.layers = append(d.layers, nil)
		}
		d.layers[p.layer] = append(d.layers[p.layer], p)
	}
	ids := make([]*point, 0, len(points))
	for _, p := range points {
		ids = append(ids, p)
	}
	slices.SortFunc(ids, func(a, b *point) int { return byPlace(*a.node, *b.node) })
	for _, p := range ids {
		add(p)
	}
	for i := range d.routes {
		r := &d.routes[i]
		from, to := r.points[0], r.points[1]
		way := []*point{from}
		for layer := from.layer + 1; layer < to.layer; layer++ {
			p := &point{layer: layer, height: passHeight}
			add(p)
			way = append(way, p)
		}
		r.points = append(way, to)
		for j := 1; j < len(r.points); j++ {
			a, b := r.points[j-1], r.points[j]
			a.after, b.before = append(a.after, b), append(b.before, a)
		}
	}
}

// sweeps is how often the order of layers follows that of their neighbours; more bring little.
const sweeps = 12

// order sorts each layer by the middle of its neighbours, forth and back.
func (d *drawing) order() {
	at := map[*point]int{}
	number := func() {
		for _, layer := range d.layers {
			for i, p := range layer {
				at[p] = i
			}
		}
	}
	for s := range sweeps {
		number()
		neighbours := func(p *point) []*point { return p.before }
		layers := slices.Clone(d.layers)
		if s%2 == 1 {
			neighbours = func(p *point) []*point { return p.after }
			slices.Reverse(layers)
		}
		for _, layer := range layers {
			centre := map[*point]float64{}
			for i, p := range layer {
				centre[p] = mean(neighbours(p), float64(i), func(q *point) float64 { return float64(at[q]) })
			}
			slices.SortStableFunc(layer, func(a, b *point) int { return cmp.Compare(centre[a], centre[b]) })
			for i, p := range layer {
				at[p] = i
			}
		}
	}
}

// mean is the middle of what points have, or other if there are none.
func mean(points []*point, other float64, of func(*point) float64) float64 {
	if len(points) == 0 {
		return other
	}
	var sum float64
	for _, p := range points {
		sum += of(p)
	}
	return sum / float64(len(points))
}

// place gives points their coordinates.
func (d *drawing) place() {
	x := float64(margin)
	for _, layer := range d.layers {
		var widest, y float64
		for _, p := range layer {
			p.x, p.y = x, y+p.height/2
			y += p.height + rowGap
			widest = max(widest, p.width)
		}
		for _, p := range layer { // flows pass straight beside the widest node
			p.width = widest
		}
		x += widest + layerGap
	}
	for s := range sweeps {
		layers := slices.Clone(d.layers)
		if s%2 == 1 {
			slices.Reverse(layers)
		}
		for _, layer := range layers {
			straighten(layer)
		}
	}
	top := float64(0)
	for _, layer := range d.layers {
		for _, p := range layer {
			top = min(top, p.y-p.height/2)
		}
	}
	for _, layer := range d.layers {
		for _, p := range layer {
			p.y += margin - top
		}
	}
}

// straighten moves the points of a layer as close to the middle of their neighbours as their order and the gaps allow:
// a regression by least squares, which pools neighbours that would overlap.
func straighten(layer []*point) {
	type pool struct {
		sum   float64
		count int
	}
	offsets := make([]float64, len(layer))
	var pools []pool
	for i, p := range layer {
		if i > 0 {
			offsets[i] = offsets[i-1] + layer[i-1].height/2 + rowGap + p.height/2
		}
		wish := mean(slices.Concat(p.before, p.after), p.y, func(q *point) float64 { return q.y })
		pools = append(pools, pool{wish - offsets[i], 1})
		for n := len(pools); n > 1 && pools[n-2].sum*float64(pools[n-1].count) > pools[n-1].sum*float64(pools[n-2].count); n-- {
			pools[n-2] = pool{pools[n-2].sum + pools[n-1].sum, pools[n-2].count + pools[n-1].count}
			pools = pools[:n-1]
		}
	}
	i := 0
	for _, pool := range pools {
		for range pool.count {
			layer[i].y = pool.sum/float64(pool.count) + offsets[i]
			i++
		}
	}
}
