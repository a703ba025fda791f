// Package insertwithoutconflict finds inserts of handlers that do not say what becomes of a row that is there.
package insertwithoutconflict

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/analysis/sqltext"
	"github.com/evgen/evgen/analysis/statement"
	"github.com/evgen/evgen/schema/diag"
)

// Rule finds them.
var Rule = rule.New(diag.Rule{
	ID:       "insert-without-conflict",
	Title:    "an insert says what becomes of the row that is there",
	Severity: diag.Error,
	Meaning: "Looks at the SQL that flows into a database from methods of projections and consumers that are given an event, " +
		"by way of other packages, too. An INSERT needs ON CONFLICT (or what MySQL and SQLite have for it), a SELECT that leaves out " +
		"what is there, or a DELETE of the same rows in front of it; COPY needs a table of its own. A handler may also look first " +
		"whether the event is a new one, or the row is there, or expect the error of a key that is there.",
	Why: "An event can come again: a consumer whose broker missed an acknowledgement, a dead letter that is retried, a read model " +
		"that begins anew. Then a bare INSERT fails for ever where there is a unique key, and doubles the row where there is none. " +
		"Mind RETURNING: with DO NOTHING it returns no row for one that is there; DO UPDATE SET id = excluded.id does.",
	Bad:  "INSERT INTO orders (id, customer) VALUES ($1, $2)",
	Good: "INSERT INTO orders (id, customer) VALUES ($1, $2)\nON CONFLICT (id) DO UPDATE SET customer = excluded.customer",
	Off:  "The table has no key on purpose and the transaction is the one that the runtime moves the checkpoint in: a list of everything that was seen.",
}, run, statement.Analyzer)

func run(pass *rule.Pass) error {
	all := statement.Of(pass, statement.WithEvents(pass.Players(), role.Projection, role.Consumer))
	for _, s := range all {
		if s.Checked || s.Absent {
			continue
		}
		for _, in := range sqltext.Inserts(s.Text) {
			if !emptied(all, s, in.Table) {
				report(pass, s, in)
			}
		}
	}
	return nil
}

// emptied reports whether rows of the table are deleted before.
func emptied(all []statement.Sent, s statement.Sent, table string) bool {
	return slices.ContainsFunc(all, func(other statement.Sent) bool {
		return slices.Contains(sqltext.Deletes(other.Text), table) && other.Before(s)
	})
}

func report(pass *rule.Pass, s statement.Sent, in sqltext.Insert) {
	verb := "INSERT INTO"
	if in.Copies {
		verb = "COPY to"
	}
	d := s.Describe(fmt.Sprintf("%s %s does not say what becomes of a row that is there: an event that comes again fails, or doubles it",
		verb, table(in.Table)))
	if pos := within(pass, s.Literal, in.Fix); in.Clause != "" && pos.IsValid() {
		d.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "add" + in.Clause,
			TextEdits: []analysis.TextEdit{{Pos: pos, End: pos, NewText: []byte(in.Clause)}},
		}}
	}
	pass.Report(d)
}

func table(name string) string {
	if name == "" || strings.Contains(name, sqltext.Hole) {
		return "a table"
	}
	return name
}

// within returns the place of an offset of the value of a constant, if it stands there as it is but for the carriage
// returns of a file whose lines end so.
func within(pass *rule.Pass, lit *ast.BasicLit, offset int) token.Pos {
	if lit == nil {
		return token.NoPos
	}
	value := constant.StringVal(pass.TypesInfo.Types[lit].Value)
	if len(lit.Value) != len(value)+2 || lit.Value[1:len(lit.Value)-1] != value {
		return token.NoPos
	}
	file := pass.Fset.File(lit.Pos())
	src, err := pass.ReadFile(file.Name())
	if err != nil {
		return token.NoPos
	}
	at := file.Offset(lit.Pos()) + 1
	for n := 0; n < offset && at < len(src); at++ {
		if src[at] != '\r' {
			n++
		}
	}
	return file.Pos(min(at, file.Size()))
}
