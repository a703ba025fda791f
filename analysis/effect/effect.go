// Package effect says which functions reach the world: a clock, chance, the environment, other goroutines, a network,
// processes, files, stores, or the order of a map.
//
// In: a type-checked package, and what is known of the packages that it imports. Out: for every function what it reaches,
// each with one witness, the shortest chain of calls to it. Calls are followed through the module and its dependencies;
// the standard library is opaque but for a list (sources.txt), and so are loggers, telemetry and database drivers.
//
// To name a function counts as to call it: who takes time.Now as a value means to call it. Variables of packages and
// fields of structs stand for what the package puts into them, so that `var now = time.Now` hides nothing; an interface
// stands for the types that the package puts into that variable. What no rule of these resolves is not reported:
// calls through interfaces and fields that another package fills.
package effect

import (
	"go/token"
	"reflect"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
)

// Kind is what is reached, named as the rule that finds it.
type Kind string

// The kinds of effects.
const (
	Clock        Kind = "clock"
	Random       Kind = "random"
	Environment  Kind = "environment"
	Concurrency  Kind = "concurrency"
	Network      Kind = "network"
	Process      Kind = "process"
	Filesystem   Kind = "filesystem"
	ForeignStore Kind = "foreign-store"
	MapOrder     Kind = "map-order"
)

// Kinds are all kinds, in the order in which facts list them.
func Kinds() []Kind {
	return []Kind{Clock, Random, Environment, Concurrency, Network, Process, Filesystem, ForeignStore, MapOrder}
}

// ownModule reports whether a kind is followed within one module only: inside of libraries, goroutines and the order of
// maps are details that the author of a handler neither sees nor can mend.
func (k Kind) ownModule() bool { return k == MapOrder || k == Concurrency }

// Step is a link of a chain.
type Step struct {
	Name string    // the function as people call it, or a source: "stamp", "time.Now", "go statement"
	Pos  token.Pos // where the one before calls it; none where that stands in another package
}

// Reach is one place from which a function reaches something.
type Reach struct {
	Kind  Kind
	Pos   token.Pos // the call or statement in the function
	End   token.Pos
	Chain []Step // the shortest one, without the function itself; the last one is the source
}

// Summary is the fact of a package that reaches something: what those that import it have to know.
type Summary struct {
	Module  string
	Entries []Entry // by name, then by kind
}

// Entry is what one function, method or variable of the package reaches.
type Entry struct {
	Name  string // "Stamp", "Clock.Now"; without the package
	Kind  Kind
	Chain []string // from behind it to the source
}

// AFact implements [analysis.Fact].
func (*Summary) AFact() {}

func (s *Summary) String() string { return "effects" }

// Analyzer computes the effects of a package. Its result is a *[Result].
var Analyzer = &analysis.Analyzer{
	Name:       "evgeneffect",
	Doc:        "find out which functions reach clocks, networks, files and the like",
	Run:        run,
	Requires:   []*analysis.Analyzer{role.Analyzer},
	ResultType: reflect.TypeOf((*Result)(nil)),
	FactTypes:  []analysis.Fact{(*Summary)(nil)},
}

func run(pass *analysis.Pass) (any, error) {
	r := &Result{pass: pass, list: sources(), imported: map[string]map[string][]Entry{}}
	if r.list.isOpaque(pass.Pkg.Path()) {
		return r, nil
	}
	r.values = valuesOf(pass)
	r.graph = buildGraph(r)
	r.best = map[Kind][]witness{}
	for _, k := range Kinds() {
		r.best[k] = r.graph.solve(k)
	}
	r.reaches = r.ofPlayers()
	if s := r.summary(); len(s.Entries) > 0 {
		pass.ExportPackageFact(s)
	}
	return r, nil
}
