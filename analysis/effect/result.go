package effect

import (
	"cmp"
	"go/types"
	"slices"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
)

// Result is the effects of one package.
type Result struct {
	pass    *analysis.Pass
	list    *list
	values  *values
	graph   *graph
	best    map[Kind][]witness
	reaches map[*role.Player][]Reach

	mu       sync.Mutex                    // rules ask beside each other
	imported map[string]map[string][]Entry // by package, then by name
}

// Of returns the effects of the package that pass analyses. The analyzer of pass requires [Analyzer].
func Of(pass *analysis.Pass) *Result { return pass.ResultOf[Analyzer].(*Result) }

// reachedBy is what a function, method or variable of another package reaches, or the effects for which it stands.
func (r *Result) reachedBy(pkg *types.Package, name string) []Entry {
	var out []Entry
	for _, k := range r.list.kinds(pkg.Path(), name) {
		out = append(out, Entry{Name: name, Kind: k})
	}
	if len(out) > 0 || r.list.isOpaque(pkg.Path()) {
		return out
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known, ok := r.imported[pkg.Path()]
	if !ok {
		known = r.read(pkg)
		r.imported[pkg.Path()] = known
	}
	return known[name]
}

// read indexes what is known of a package.
func (r *Result) read(pkg *types.Package) map[string][]Entry {
	var s Summary
	if pkg == r.pass.Pkg || !r.pass.ImportPackageFact(pkg, &s) {
		return nil
	}
	out := map[string][]Entry{}
	for _, e := range s.Entries {
		if !e.Kind.ownModule() || s.Module == r.module() {
			out[e.Name] = append(out[e.Name], e)
		}
	}
	return out
}

func (r *Result) module() string {
	if r.pass.Module == nil {
		return ""
	}
	return r.pass.Module.Path
}

// summary is what other packages have to know.
func (r *Result) summary() *Summary {
	s := &Summary{Module: r.module()}
	for n, node := range r.graph.nodes {
		if node.export == "" {
			continue
		}
		for _, k := range Kinds() {
			if chain := r.chain(k, n); chain != nil {
				s.Entries = append(s.Entries, Entry{Name: node.export, Kind: k, Chain: r.names(chain)})
			}
		}
	}
	slices.SortStableFunc(s.Entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind))
	})
	return s
}

// link is a step of a chain before it is told: functions of this package have no package in their names.
type link struct {
	Step
	own bool
}

// chain is the way of a node to an effect, nil if there is none.
func (r *Result) chain(k Kind, n int) []link {
	best := r.best[k]
	if best == nil || best[n].far == 0 {
		return nil
	}
	var out []link
	for {
		e := r.graph.nodes[n].edges[best[n].edge]
		out = append(out, r.links(e)...)
		if e.to == outside {
			return out
		}
		n = e.to
	}
}

// links are the steps of one edge.
func (r *Result) links(e edge) []link {
	if e.to != outside {
		return []link{{Step{r.graph.nodes[e.to].label, e.pos}, true}}
	}
	out := []link{{Step{e.chain[0], e.pos}, false}}
	for _, name := range e.chain[1:] {
		out = append(out, link{Step: Step{Name: name}})
	}
	return out
}

// names are the steps as other packages see them.
func (r *Result) names(chain []link) []string {
	out := make([]string, len(chain))
	for i, l := range chain {
		if out[i] = l.Name; l.own {
			out[i] = r.pass.Pkg.Name() + "." + l.Name
		}
	}
	return out
}

// Reaches returns the places from which a player reaches effects, in the order of the source. Calls of other players
// are left out: those have findings of their own.
func (r *Result) Reaches(p *role.Player) []Reach { return r.reaches[p] }

func (r *Result) ofPlayers() map[*role.Player][]Reach {
	players := role.Of(r.pass)
	out := map[*role.Player][]Reach{}
	for _, p := range players {
		out[p] = r.ofPlayer(p, players)
	}
	return out
}

func (r *Result) ofPlayer(p *role.Player, players role.Players) []Reach {
	if p.Syntax == nil {
		return r.elsewhere(p)
	}
	var out []Reach
	for _, e := range r.graph.nodes[r.nodeOf(p)].edges {
		if !r.isPlayer(e, p, players) {
			out = append(out, r.reachesBy(e)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Reach) int {
		return cmp.Or(cmp.Compare(a.Pos, b.Pos), cmp.Compare(a.Kind, b.Kind), cmp.Compare(len(a.Chain), len(b.Chain)))
	})
	return slices.CompactFunc(out, func(a, b Reach) bool { return a.Pos == b.Pos && a.Kind == b.Kind })
}

// nodeOf is the node of a player whose body stands in this package.
func (r *Result) nodeOf(p *role.Player) int {
	if p.Func != nil {
		return r.graph.index[p.Func]
	}
	return r.graph.index[p.Syntax]
}

func (r *Result) reachesBy(e edge) []Reach {
	if e.to == outside {
		if !e.carries(e.kind) {
			return nil
		}
		return []Reach{{e.kind, e.pos, e.end, steps(r.links(e))}}
	}
	var out []Reach
	for _, k := range Kinds() {
		if rest := r.chain(k, e.to); rest != nil && e.carries(k) {
			out = append(out, Reach{k, e.pos, e.end, steps(append(r.links(e), rest...))})
		}
	}
	return out
}

func steps(chain []link) []Step {
	out := make([]Step, len(chain))
	for i, l := range chain {
		out[i] = l.Step
	}
	return out
}

func (r *Result) isPlayer(e edge, self *role.Player, players role.Players) bool {
	return e.to != outside && slices.ContainsFunc(players, func(p *role.Player) bool {
		return p.Syntax != nil && r.nodeOf(p) == e.to && p.Role.Deterministic() && r.nodeOf(p) != r.nodeOf(self)
	})
}

// elsewhere is what a player reaches whose body stands in another package.
func (r *Result) elsewhere(p *role.Player) []Reach {
	var out []Reach
	for _, e := range r.reachedBy(p.Func.Pkg(), nameOf(p.Func)) {
		at := Reach{Kind: e.Kind, Pos: p.Pos}
		for _, name := range e.Chain {
			at.Chain = append(at.Chain, Step{Name: name})
		}
		out = append(out, at)
	}
	return out
}
