// Package role finds the functions of a package that evgen's runtime calls: evolvers, upcasters, handlers.
//
// In: a type-checked package, and what the packages that it imports say of their types. Out: the players, which are
// functions and methods with the role that each plays. It never goes by a name: a role belongs to a type that carries
// a directive, as the last line of its doc comment, which evgen generates.
//
//	//evgen:role evolver
//	type MemoryEvolver[S any] interface { ... }
//
// Whoever implements such an interface plays its role with the methods of the interface. A function type can carry a
// role as well; what is passed where it is wanted plays it: functions, literals, method values.
//
// Players of test files are left out: a test double may sleep, count, or wait for the test.
package role

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// Role is what the runtime calls a function for.
type Role string

// The roles.
const (
	Evolver    Role = "evolver"    // folds events into a state
	Upcaster   Role = "upcaster"   // makes today's event of an old one
	Projection Role = "projection" // writes a read model
	Reaction   Role = "reaction"   // answers an event with events
	Saga       Role = "saga"       // a step of a saga, or what undoes one
	Consumer   Role = "consumer"   // has its effect outside
)

// Deterministic reports whether players may use nothing but their arguments: they run again for the same events, in a
// rebuild or after a crash, and have to come to the same result. Steps of sagas and consumers may call the world.
func (r Role) Deterministic() bool {
	switch r {
	case Evolver, Upcaster, Projection, Reaction:
		return true
	}
	return false
}

// Fact says that a named type gives its implementers a role.
type Fact struct{ Role Role }

// AFact implements [analysis.Fact].
func (*Fact) AFact() {}

func (f *Fact) String() string { return "role:" + string(f.Role) }

// Player is one function that plays a role.
type Player struct {
	Role Role
	// Type is the declaration of the type that gives the role: memory.MemoryEvolver.
	Type *types.TypeName
	// Name is the function as people call it: "evolver.MemoryCreated", "newHandler.func1".
	Name string
	// Func is the function or method; nil for a literal.
	Func *types.Func
	// Syntax is its *ast.FuncDecl or *ast.FuncLit; nil where the body stands in another package.
	Syntax ast.Node
	// Pos is where to report what concerns all of it: its name, the literal, or where a function of another package
	// is given the role.
	Pos token.Pos
	// Receiver is the type that implements the interface, with embedding types resolved to the outermost; nil for
	// functions that are no methods.
	Receiver *types.Named
}

// Body returns the statements of the player, or nil where they stand in another package.
func (p *Player) Body() *ast.BlockStmt {
	switch n := p.Syntax.(type) {
	case *ast.FuncDecl:
		return n.Body
	case *ast.FuncLit:
		return n.Body
	}
	return nil
}

// Players are the functions of a package that play roles, in the order of their places.
type Players []*Player

// Of returns the players of the package that pass analyses. The analyzer of pass requires [Analyzer].
func Of(pass *analysis.Pass) Players { return pass.ResultOf[Analyzer].(Players) }

// Analyzer finds players, and exports the roles of types as facts. Its flag mark gives roles to types without a
// directive: mark=example.com/a.Handler=projection,example.com/b.Folder=evolver.
var Analyzer = newAnalyzer()

func newAnalyzer() *analysis.Analyzer {
	a := &analysis.Analyzer{
		Name:       "evgenrole",
		Doc:        "find the functions that play a role for evgen's runtime",
		Run:        run,
		ResultType: reflect.TypeOf(Players(nil)),
		FactTypes:  []analysis.Fact{(*Fact)(nil)},
	}
	a.Flags.String("mark", "", "`TYPE=ROLE,...`: give roles to types that carry no directive")
	return a
}

func run(pass *analysis.Pass) (any, error) {
	export(pass)
	known := knownTypes(pass)
	if len(known) == 0 {
		return Players(nil), nil
	}
	return find(pass, known), nil
}

// directive is the role in a doc comment, or "".
func directive(doc *ast.CommentGroup) Role {
	if doc == nil {
		return ""
	}
	for _, c := range doc.List {
		if name, ok := strings.CutPrefix(c.Text, "//evgen:role "); ok {
			return Role(strings.TrimSpace(name))
		}
	}
	return ""
}
