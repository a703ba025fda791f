package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
)

// Kind says what a node stands for.
type Kind string

// The kinds of nodes, in the order in which facts pass through them.
const (
	Aggregate  Kind = "aggregate"
	Event      Kind = "event"
	Reaction   Kind = "reaction"
	Saga       Kind = "saga"
	Projection Kind = "projection"
	Consumer   Kind = "consumer"
)

var kinds = []Kind{Aggregate, Event, Reaction, Saga, Projection, Consumer}

// Flow says what an edge means.
type Flow string

// The flows. All but Records and Emits go from an event to who reads it.
const (
	Records Flow = "records" // an aggregate, its event
	Reads   Flow = "reads"
	Starts  Flow = "starts"
	Awaits  Flow = "awaits" // a saga's step is complete, or has failed, by the event
	Emits   Flow = "emits"
)

// Node is a declaration.
type Node struct {
	ID      string `json:"id"` // "event orders.OrderPlaced": unique, and the same for ever
	Kind    Kind   `json:"kind"`
	Package string `json:"package"`
	Name    string `json:"name"`
	Doc     string `json:"doc,omitempty"`
	// Team is who answers for it: that of a consumer, or the owner of an event or its package.
	Team string `json:"team,omitempty"`
	// Steps are those of a saga, with their compensations.
	Steps []Step `json:"steps,omitempty"`
	// Retired events are read and not emitted.
	Retired bool `json:"retired,omitempty"`
}

// Step is a step of a saga.
type Step struct {
	Name       string `json:"name"`
	Compensate string `json:"compensate,omitempty"`
}

// Edge is a flow between two nodes, by their IDs.
type Edge struct {
	From string `json:"from"`
	To   string `json:"to"`
	Flow Flow   `json:"flow"`
}

// Graph is nodes and edges, both sorted.
type Graph struct {
	Nodes []Node `json:"nodes"`
	Edges []Edge `json:"edges"`
}

// Of returns the graph of a model; of packages, if some are named: what they declare, and what that has to do with.
func Of(m *model.Model, packages ...string) *Graph {
	g := &Graph{Nodes: []Node{}, Edges: []Edge{}}
	for _, pkg := range m.Packages {
		g.declarations(pkg)
		g.processes(pkg)
	}
	slices.SortFunc(g.Nodes, byPlace)
	slices.SortFunc(g.Edges, func(a, b Edge) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(string(a.Flow), string(b.Flow)))
	})
	g.Edges = slices.Compact(g.Edges)
	if len(packages) > 0 {
		g.keep(packages)
	}
	return g
}

// byPlace orders nodes by package, kind and name.
func byPlace(a, b Node) int {
	return cmp.Or(strings.Compare(a.Package, b.Package), slices.Index(kinds, a.Kind)-slices.Index(kinds, b.Kind), strings.Compare(a.Name, b.Name))
}

func idOf(k Kind, pkg *model.Package, name string) string {
	return fmt.Sprintf("%s %s.%s", k, pkg.Name, name)
}

func eventID(e *model.Event) string { return idOf(Event, e.Package, e.Name) }

// node adds a node and returns its ID.
func (g *Graph) node(k Kind, pkg *model.Package, name, doc, team string) string {
	n := Node{ID: idOf(k, pkg, name), Kind: k, Package: pkg.Name, Name: name, Doc: doc, Team: team}
	g.Nodes = append(g.Nodes, n)
	return n.ID
}

func (g *Graph) edge(from, to string, flow Flow) {
	g.Edges = append(g.Edges, Edge{from, to, flow})
}

func (g *Graph) reads(to string, flow Flow, events ...*model.Event) {
	for _, e := range events {
		g.edge(eventID(e), to, flow)
	}
}

func (g *Graph) emits(from string, events []*model.Event) {
	for _, e := range events {
		g.edge(from, eventID(e), Emits)
	}
}

func (g *Graph) declarations(pkg *model.Package) {
	for _, a := range pkg.Aggregates {
		id := g.node(Aggregate, pkg, a.Name, a.Doc, pkg.Owner)
		for _, e := range a.Events {
			g.edge(id, eventID(e), Records)
		}
	}
	for _, e := range pkg.Events {
		g.node(Event, pkg, e.Name, e.Doc, e.Owner)
		g.Nodes[len(g.Nodes)-1].Retired = e.Retired
	}
}

func (g *Graph) processes(pkg *model.Package) {
	for _, p := range pkg.Projections {
		id := g.node(Projection, pkg, p.Name, p.Doc, pkg.Owner)
		for _, h := range p.On {
			g.reads(id, Reads, h.Event)
		}
	}
	for _, c := range pkg.Consumers {
		g.reads(g.node(Consumer, pkg, c.Name, c.Doc, c.Team), Reads, c.Reads...)
	}
	for _, r := range pkg.Reactions {
		id := g.node(Reaction, pkg, r.Name, r.Doc, pkg.Owner)
		g.reads(id, Reads, r.On...)
		g.emits(id, r.Emits)
	}
	for _, s := range pkg.Sagas {
		g.saga(pkg, s)
	}
}

func (g *Graph) saga(pkg *model.Package, s *model.Saga) {
	id := g.node(Saga, pkg, s.Name, s.Doc, pkg.Owner)
	node := len(g.Nodes) - 1
	g.reads(id, Starts, s.Start)
	for _, step := range s.Steps {
		g.Nodes[node].Steps = append(g.Nodes[node].Steps, Step{step.Name, step.Compensate})
		for _, a := range slices.Concat(step.Await, step.Refuse) {
			g.reads(id, Awaits, a.Event)
		}
	}
	g.emits(id, s.Emits)
}

// keep leaves what packages declare, and the neighbours of that in other packages.
func (g *Graph) keep(packages []string) {
	own, kept := map[string]bool{}, map[string]bool{}
	for _, n := range g.Nodes {
		own[n.ID] = slices.Contains(packages, n.Package)
		kept[n.ID] = own[n.ID]
	}
	g.Edges = slices.DeleteFunc(g.Edges, func(e Edge) bool { return !own[e.From] && !own[e.To] })
	for _, e := range g.Edges {
		kept[e.From], kept[e.To] = true, true
	}
	g.Nodes = slices.DeleteFunc(g.Nodes, func(n Node) bool { return !kept[n.ID] })
}
