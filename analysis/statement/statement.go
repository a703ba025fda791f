// Package statement finds the SQL that players of roles send to a database.
//
// In: the SSA form of a package, and players. Out: the texts that flow into methods of database clients in what the
// players reach within the package: constants, embedded files, what fmt and strings make of them, through variables,
// fields, tables of statements and parameters of helpers. Parts that nobody knows are [sqltext.Hole]s. It runs nothing.
package statement

import (
	"go/ast"
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/shape"
)

// Sent is one text at one place from which it is sent.
type Sent struct {
	Text string
	// Pos and End are the argument by which the text comes into what sends it.
	Pos, End token.Pos
	// Literal is the constant whose value is the text, nil where the text is put together or stands elsewhere.
	Literal *ast.BasicLit
	// By is the function with that argument, and how the player gets there.
	By program.Reached
	// Call sends it.
	Call ssa.CallInstruction
	// Checked says that the call runs only after a look at how many rows the statement before it has changed, or at
	// the version, the position or the id of the event.
	Checked bool
}

// Of returns what players send, in the order in which it is found, each text once a place.
func Of(pass *rule.Pass, players []*role.Player) []Sent {
	if len(players) == 0 {
		return nil
	}
	prog := program.Of(pass.Pass)
	t := &tracer{pass: pass, prog: prog, reached: map[*ssa.Function]program.Reached{}}
	all := prog.Reach(players)
	for _, r := range all {
		t.reached[r.Func] = r
	}
	var out []Sent
	for _, r := range all {
		for _, b := range r.Func.Blocks {
			for _, i := range b.Instrs {
				if call, ok := i.(ssa.CallInstruction); ok {
					out = append(out, t.sent(r, call)...)
				}
			}
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

// sent returns what a call sends; nothing if it sends no SQL.
func (t *tracer) sent(r program.Reached, call ssa.CallInstruction) []Sent {
	value, arg := t.sink(call)
	if value == nil {
		return nil
	}
	var out []Sent
	for _, alt := range t.texts(value) {
		at := site{call: call, arg: arg, by: r}
		if alt.site != nil {
			at = *alt.site
		}
		s := Sent{Text: alt.text, Pos: at.call.Pos(), End: at.call.Pos(), By: at.by, Call: call}
		if e := t.prog.Arg(at.call, at.arg); e != nil {
			s.Pos, s.End, s.Literal = e.Pos(), e.End(), t.literal(e, alt.text)
		}
		s.Checked = checked(call) || at.call != call && checked(at.call)
		out = append(out, s)
	}
	return out
}
