package statement

import (
	"go/types"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
)

// Summary is the fact of a package whose functions send SQL that matters: what those that import it have to know.
type Summary struct {
	Functions []Function // by name
	Variables []Variable // by name
}

// Function is what one function or method sends: "Save", "Queries.CreateOrder".
type Function struct {
	Name  string
	Sends []Remote
	Reads bool // its first result is what a row holds
	// Guards are parameters, functions, that it runs only for new events.
	Guards []int
}

// Input is a parameter, or a field of a parameter; else the field is -1.
type Input struct{ Param, Field int }

// Remote is one text that a function of another package sends.
type Remote struct {
	// SQL has marks for what the caller passes.
	SQL string
	// Chain are the functions behind the one that is called: "store.save".
	Chain []string
	// File, without its directory, and Line are where it is sent.
	File string
	Line int
	// Checked and Absent are those of [Sent]; If are parameters that make it checked if they say which event this is.
	Checked, Absent bool
	If              []int
	// Added are what code adds to before it is written back without a guard; Writes are what it writes so of what it is given.
	Added  []string
	Writes []Input
}

// Variable is a text that others can send.
type Variable struct{ Name, SQL string }

// AFact implements [analysis.Fact].
func (*Summary) AFact() {}

func (s *Summary) String() string { return "statements" }

// Statements answers for one package. Its methods may be called by several rules at once.
type Statements struct {
	pass   *analysis.Pass
	prog   *program.Program
	rows   map[*ssa.Function]bool    // functions whose first result is what a row holds; settled before rules ask
	others *program.Others[*Summary] // nil where nothing is known
}

// Analyzer finds out what the functions of a package send. Its result is a *[Statements].
var Analyzer = &analysis.Analyzer{
	Name:       "evgenstatement",
	Doc:        "find out which functions send SQL",
	Run:        run,
	Requires:   []*analysis.Analyzer{program.Analyzer},
	ResultType: reflect.TypeOf((*Statements)(nil)),
	FactTypes:  []analysis.Fact{(*Summary)(nil)},
}

func run(pass *analysis.Pass) (any, error) {
	s := &Statements{pass: pass, prog: program.Of(pass), rows: map[*ssa.Function]bool{}}
	s.others = program.NewOthers(s.ask)
	if !effect.IsFollowed(pass.Pkg.Path()) {
		return s, nil
	}
	sum := &Summary{Variables: s.variables()}
	if s.knowsDatabases() {
		for _, f := range s.prog.Functions() {
			(&tracer{Statements: s}).returnsRow(f)
		}
		sum.Functions = s.functions()
	}
	if len(sum.Functions)+len(sum.Variables) > 0 {
		pass.ExportPackageFact(sum)
	}
	return s, nil
}

// knowsDatabases reports whether the package can send anything: it imports a client of a database, or somebody who does.
func (s *Statements) knowsDatabases() bool {
	return slices.ContainsFunc(s.pass.Pkg.Imports(), func(p *types.Package) bool {
		return isClient(p) || s.others.Of(p) != nil || effect.IsFollowed(p.Path()) && slices.ContainsFunc(p.Imports(), isClient)
	})
}

func isClient(p *types.Package) bool { return results[p.Path()] != nil || silent[p.Path()] != nil }

// ask returns what is known of another package, nil if that is nothing.
func (s *Statements) ask(p *types.Package) *Summary {
	found := new(Summary)
	if p == s.pass.Pkg || !effect.IsFollowed(p.Path()) || !s.pass.ImportPackageFact(p, found) {
		return nil
	}
	return found
}

// of returns what a function of another package sends.
func (s *Statements) of(f *types.Func) []Remote { return s.entry(f).Sends }

// entry returns what is known of a function of another package.
func (s *Statements) entry(f *types.Func) Function {
	if f == nil || f.Pkg() == nil {
		return Function{}
	}
	sum := s.others.Of(f.Pkg())
	if sum == nil {
		return Function{}
	}
	i, found := slices.BinarySearchFunc(sum.Functions, role.Name(f), func(a Function, name string) int {
		return strings.Compare(a.Name, name)
	})
	if !found {
		return Function{}
	}
	return sum.Functions[i]
}

// variable returns the text of a variable of another package, and whether it is known.
func (s *Statements) variable(v types.Object) (string, bool) {
	if v == nil || v.Pkg() == nil {
		return "", false
	}
	if sum := s.others.Of(v.Pkg()); sum != nil {
		for _, known := range sum.Variables {
			if known.Name == v.Name() {
				return known.SQL, true
			}
		}
	}
	return "", false
}
