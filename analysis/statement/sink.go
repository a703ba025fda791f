package statement

import (
	"go/constant"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
)

// results are what methods of database clients return that take SQL: by these they are known, since people declare
// interfaces of their own for them.
var results = map[string][]string{
	"database/sql":                     {"Result", "Rows", "Row", "Stmt"},
	"database/sql/driver":              {"Result", "Rows", "Stmt"},
	"github.com/jackc/pgx/v5":          {"Rows", "Row", "QueuedQuery"},
	"github.com/jackc/pgx/v5/pgconn":   {"CommandTag", "StatementDescription"},
	"github.com/jackc/pgx/v4":          {"Rows", "Row"},
	"github.com/jackc/pgconn":          {"CommandTag", "StatementDescription"},
	"github.com/jmoiron/sqlx":          {"Rows", "Row", "Stmt", "NamedStmt"},
	"github.com/jackc/pgx/v5/pgxpool":  {"Rows", "Row"},
	"github.com/ncruces/go-sqlite3":    {"Stmt"},
	"zombiezen.com/go/sqlite":          {"Stmt"},
	"gorm.io/gorm":                     {"DB"},
	"github.com/uptrace/bun":           {"RawQuery"},
	"github.com/mattn/go-sqlite3":      {"SQLiteRows", "SQLiteStmt"},
	"github.com/ClickHouse/clickhouse": {"Rows"},
}

// silent are methods that take SQL and return an error, or nothing.
var silent = map[string][]string{
	shape.Runtime + "/pgmodel":        {"Queue"},
	"github.com/jmoiron/sqlx":         {"Get", "Select", "GetContext", "SelectContext"},
	"zombiezen.com/go/sqlite/sqlitex": {"Execute", "ExecuteTransient", "ExecuteScript"},
	"github.com/ncruces/go-sqlite3":   {"Exec"},
	"github.com/georgysavva/scany/v2": {"Get", "Select"},
	"github.com/jackc/pgx/v5/pgxpool": {"Exec"},
}

// sunk returns what a call sends, and the number of the argument that says so.
func (t *tracer) sunk(call ssa.CallInstruction) ([]alternative, int) {
	if table := copied(call.Common()); table != nil {
		return copies(t.join([]ssa.Value{table, ssa.NewConst(constant.MakeString("."), types.Typ[types.String])})), 1
	}
	value, arg := t.sink(call)
	if value == nil {
		return nil, 0
	}
	return t.texts(value), arg
}

// copied returns the pgx.Identifier of the table that a call of CopyFrom copies rows to, nil if it is none.
func copied(c *ssa.CallCommon) ssa.Value {
	if name, _ := callee(c); name != "CopyFrom" || c.Signature().Params().Len() != 4 {
		return nil
	}
	table := c.Args[len(c.Args)-3]
	if n := flow.Named(table.Type()); n == nil || n.Obj().Name() != "Identifier" {
		return nil
	}
	return table
}

// copies are the statements that copy rows to tables.
func copies(tables []alternative) []alternative {
	return concat(concat([]alternative{{text: "COPY "}}, tables), []alternative{{text: " FROM STDIN"}})
}

// sink returns the SQL that a call sends, and the number of its argument; nil if it sends none. A prepared statement is
// sent where it is used: its text is that of the call that prepared it.
func (t *tracer) sink(call ssa.CallInstruction) (ssa.Value, int) {
	c := call.Common()
	if f := c.StaticCallee(); f != nil && len(t.prog.Callees(call)) > 0 {
		return nil, 0 // a helper of this package is followed
	}
	if f := program.Called(c); f != nil && t.of(f) != nil || !t.takesSQL(c) {
		return nil, 0 // what is known of a helper elsewhere says more
	}
	params := c.Signature().Params()
	skip := len(c.Args) - params.Len() // a receiver comes first
	for i := params.Len() - 1; i >= 0; i-- {
		if b, ok := params.At(i).Type().Underlying().(*types.Basic); ok && b.Info()&types.IsString != 0 {
			return c.Args[i+skip], i
		}
	}
	if prepared := t.prepared(c); prepared != nil {
		return prepared, 0
	}
	return nil, 0
}

// takesSQL goes by what a function returns, or by the package of the client that has it.
func (t *tracer) takesSQL(c *ssa.CallCommon) bool {
	name, pkg := callee(c)
	if slices.Contains(silent[pkg], name) || name == "Queue" && queues(c.Signature()) {
		return true
	}
	if c.Signature().Results().Len() == 0 {
		return false
	}
	n, ok := types.Unalias(flow.Deref(c.Signature().Results().At(0).Type())).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return false
	}
	return slices.Contains(results[n.Obj().Pkg().Path()], n.Obj().Name())
}

// queues reports whether a method has the signature of pgmodel.Tx.Queue.
func queues(sig *types.Signature) bool {
	return sig.Variadic() && sig.Params().Len() == 2 && types.Identical(sig.Params().At(0).Type(), types.Typ[types.String])
}

func callee(c *ssa.CallCommon) (name, pkg string) {
	f := program.Called(c)
	if f == nil {
		return "", ""
	}
	if f.Pkg() != nil {
		pkg = f.Pkg().Path()
	}
	return f.Name(), pkg
}

// prepared returns the prepared statement that a method is called on.
func (t *tracer) prepared(c *ssa.CallCommon) ssa.Value {
	if c.IsInvoke() || len(c.Args) == 0 || c.Signature().Recv() == nil {
		return nil
	}
	n, ok := flow.Deref(c.Args[0].Type()).(*types.Named)
	if !ok || !strings.HasSuffix(n.Obj().Name(), "Stmt") {
		return nil
	}
	return c.Args[0]
}
