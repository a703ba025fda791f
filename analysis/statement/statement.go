// Package statement finds the SQL that players of roles send to a database.
//
// In: the SSA form of a package, what is known of the packages that it imports, and players. Out: the texts that flow into
// methods of database clients in what the players reach: constants, embedded files, what fmt and strings make of them,
// through variables, fields, tables of statements and parameters of helpers. What functions of other packages send, is a
// fact of theirs. Parts that nobody knows are [sqltext.Hole]s. It runs nothing.
package statement

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/analysis/sqltext"
)

// Sent is one text at one place from which it is sent.
type Sent struct {
	Text string
	// Pos and End are the argument by which the text comes into what sends it, or the call of a function of another
	// package that does.
	Pos, End token.Pos
	// Literal is the constant whose value is the text, nil where the text is put together or stands elsewhere.
	Literal *ast.BasicLit
	// By is the function with that argument, and how the player gets there.
	By program.Reached
	// Checked says that the call runs only after a look at how many rows the statement before it has changed, or at
	// the version, the position or the id of the event; Absent, after one that has found no row.
	Checked, Absent bool
	// Added are the names of what code adds to before the statement writes it back without a guard.
	Added []string

	at        ssa.Instruction
	beyond    []string // functions of other packages, behind those of By
	checkedIf []int    // parameters that make it checked if they say which event this is
	inputs    []Input
	where     where
	named     token.Pos // what the argument names
	order     *tracer
}

// Chain are the functions from the player to the one that sends.
func (s Sent) Chain() string { return strings.Join(slices.Concat(s.By.Chain, s.beyond), " -> ") }

// Of returns what players send, in the order in which it is found, each text once a place.
func Of(pass *rule.Pass, players []*role.Player) []Sent {
	if len(players) == 0 {
		return nil
	}
	s := pass.ResultOf[Analyzer].(*Statements)
	return append(s.sent(nil, players), s.wired(players)...)
}

// wired returns what players send whose bodies stand in another package, where they are given the role.
func (s *Statements) wired(players []*role.Player) []Sent {
	var out []Sent
	for _, p := range players {
		if p.Syntax != nil || p.Func == nil {
			continue
		}
		for _, known := range s.of(p.Func) {
			out = append(out, Sent{
				Text: plain(known.SQL), Pos: p.Pos, End: p.Pos, By: program.Reached{Player: p, Chain: []string{p.Name}},
				Checked: known.Checked, Absent: known.Absent, Added: known.Added,
				beyond: known.Chain, where: where{p.Func, known.File, known.Line}, order: &tracer{Statements: s},
			})
		}
	}
	return out
}

// sent returns what players send. Root is the player whose parameters nobody of the package knows, or nil.
func (s *Statements) sent(root *ssa.Function, players []*role.Player) []Sent {
	t := &tracer{Statements: s, root: root, reached: map[*ssa.Function]program.Reached{}}
	all := s.prog.Reach(players)
	for _, r := range all {
		t.reached[r.Func] = r
	}
	var out []Sent
	for _, r := range all {
		for _, b := range r.Func.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					out = append(out, t.local(r, call)...)
				}
			}
		}
		for _, use := range program.Foreign(r.Func) {
			out = append(out, t.remote(r, use)...)
		}
	}
	return unique(out)
}

// WithEvents returns the players of some roles that are given an event, or several.
func WithEvents(players role.Players, roles ...role.Role) []*role.Player {
	var out []*role.Player
	for _, p := range players {
		if slices.Contains(roles, p.Role) && (p.Func == nil || shape.TakesEvents(p.Func.Signature())) {
			out = append(out, p)
		}
	}
	return out
}

func unique(all []Sent) []Sent {
	type key struct {
		pos  token.Pos
		text string
	}
	seen := map[key]bool{}
	return slices.DeleteFunc(all, func(s Sent) bool {
		k := key{s.Pos, s.Text}
		again := seen[k]
		seen[k] = true
		return again
	})
}

// local returns what a call sends itself; nothing if it sends no SQL.
func (t *tracer) local(r program.Reached, call ssa.CallInstruction) []Sent {
	if t.root == nil {
		t.steps = 0 // each statement of a player is worth as many
	}
	texts, arg := t.sunk(call)
	var out []Sent
	for _, alt := range texts {
		s := t.newSent(r, call, arg, alt)
		if sqltext.Writes(alt.text) && !sqltext.Guarded(alt.text) {
			t.inputs = nil
			s.Added, s.inputs = t.added(call), t.inputs
		}
		out = append(out, s)
	}
	return out
}

// remote returns what a function of another package sends.
func (t *tracer) remote(r program.Reached, use program.Use) []Sent {
	var out []Sent
	for _, known := range t.of(use.Func) {
		for _, f := range t.filled(known.SQL, use) {
			s := t.newSent(r, use.Instr, f.arg, f.alternative)
			if f.site == nil && f.arg < 0 {
				s.Pos, s.End = t.extent(use)
			}
			s.beyond = slices.Concat([]string{use.Func.Pkg().Name() + "." + role.Name(use.Func)}, known.Chain)
			checked, through := t.checkedBy(use, known.If)
			s.Checked, s.Absent = s.Checked || known.Checked || checked, s.Absent || known.Absent
			s.checkedIf = append(s.checkedIf, through...)
			t.inputs = nil
			s.Added = slices.Concat(known.Added, t.addedTo(use, known.Writes))
			s.inputs, s.where = t.inputs, where{use.Func, known.File, known.Line}
			out = append(out, s)
		}
	}
	return out
}

func (t *tracer) newSent(r program.Reached, at ssa.Instruction, arg int, alt alternative) Sent {
	from := site{at: at, arg: arg, by: r}
	if alt.site != nil {
		from = *alt.site
	}
	s := Sent{Text: alt.text, Pos: from.at.Pos(), End: from.at.Pos(), By: from.by, at: from.at, order: t}
	if call, ok := from.at.(ssa.CallInstruction); ok {
		if e := t.prog.Arg(call, from.arg); e != nil {
			s.Pos, s.End, s.Literal = e.Pos(), e.End(), t.literal(e, alt.text)
			if named(e) {
				s.named = t.declaration(e)
			}
		}
	}
	g := t.guard(at)
	if from.at != at {
		g = g.or(t.guard(from.at))
	}
	s.Checked, s.Absent, s.checkedIf = g.checked, g.absent, g.params
	return s
}
