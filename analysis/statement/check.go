package statement

import (
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
	"github.com/evgen/evgen/analysis/sqltext"
)

// guard is what is known when an instruction runs.
type guard struct {
	// checked, that the event is a new one: see [Sent]. Absent, that there is no row.
	checked, absent bool
	// params are those of the root that make it checked if they say which event this is.
	params []int
}

// or is what is known where both hold.
func (g guard) or(other guard) guard {
	return guard{g.checked || other.checked, g.absent || other.absent, slices.Concat(g.params, other.params)}
}

// either is what is known where one of them holds: for a parameter to make it checked, each of them has to be by it.
func (g guard) either(other guard) guard {
	both := guard{checked: g.checked && other.checked, absent: g.absent && other.absent}
	switch {
	case g.checked:
		both.params = other.params
	case other.checked:
		both.params = g.params
	default:
		for _, p := range g.params {
			if slices.Contains(other.params, p) {
				both.params = append(both.params, p)
			}
		}
	}
	return both
}

// guard looks at the conditions on one side of which an instruction runs, and at those of all who call its function.
func (t *tracer) guard(at ssa.Instruction) guard { return t.guarded(at, map[*ssa.Function]bool{}) }

func (t *tracer) guarded(at ssa.Instruction, seen map[*ssa.Function]bool) guard {
	f := at.Parent()
	g := t.within(at)
	if g.checked || seen[f] || f == t.root || len(t.reached[f].Chain) == 1 && f.Parent() == nil {
		return g
	}
	seen[f] = true
	var callers []ssa.Instruction
	for _, call := range t.prog.Sites(f) {
		if _, ok := t.reached[call.Parent()]; ok {
			callers = append(callers, call)
		}
	}
	if len(callers) == 0 && f.Parent() != nil && f.Referrers() != nil {
		var known bool
		if callers, known = t.runners(f); known {
			return guard{checked: true}
		}
	}
	var all guard
	for i, caller := range callers {
		if one := t.guarded(caller, seen); i == 0 {
			all = one
		} else {
			all = all.either(one)
		}
	}
	return g.or(all)
}

// runners returns where a literal is run: where a helper that it is handed to calls its parameter, else where it is made.
// Known says that a helper of another package runs it only for new events.
func (t *tracer) runners(f *ssa.Function) (out []ssa.Instruction, known bool) {
	for _, made := range *f.Referrers() {
		out = append(out, made)
		literal, ok := made.(ssa.Value)
		if _, isClosure := made.(*ssa.MakeClosure); !isClosure {
			literal, ok = f, true
		}
		if !ok || literal.Referrers() == nil {
			continue
		}
		for _, ref := range *literal.Referrers() {
			call, ok := ref.(ssa.CallInstruction)
			if !ok {
				continue
			}
			for i, arg := range call.Common().Args {
				if arg != literal {
					continue
				}
				param := i - (len(call.Common().Args) - call.Common().Signature().Params().Len())
				if slices.Contains(t.entry(program.Called(call.Common())).Guards, param) {
					return nil, true
				}
				for _, callee := range t.prog.Callees(call) {
					if i < len(callee.Params) && len(callee.Params) == len(call.Common().Args) {
						out = append(out[:len(out)-1], callsOf(callee, callee.Params[i])...)
					}
				}
			}
		}
	}
	return out, false
}

// callsOf returns where a function, or a literal in it, calls one of its parameters.
func callsOf(f *ssa.Function, p *ssa.Parameter) []ssa.Instruction {
	var out []ssa.Instruction
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok && standsFor(call.Common().Value, p) {
				out = append(out, i)
			}
		}
	}
	for _, anon := range f.AnonFuncs {
		out = append(out, callsOf(anon, p)...)
	}
	return out
}

// standsFor reports whether a value is a parameter, or what a literal captures of it.
func standsFor(v ssa.Value, p *ssa.Parameter) bool {
	switch v := v.(type) {
	case *ssa.Parameter:
		return v == p
	case *ssa.FreeVar:
		return slices.ContainsFunc(program.Bindings(v), func(b ssa.Value) bool { return standsFor(b, p) })
	case *ssa.UnOp:
		return v.Op == token.MUL && standsFor(v.X, p)
	case *ssa.Alloc:
		return slices.ContainsFunc(program.StoresTo(v), func(s *ssa.Store) bool { return s.Val == p })
	}
	return false
}

// guardedParams are the parameters of a function that it runs only for new events.
func (s *Statements) guardedParams(f *ssa.Function) []int {
	var out []int
	t := &tracer{Statements: s, root: f, reached: map[*ssa.Function]program.Reached{}}
	for _, p := range f.Params {
		if _, isFunc := p.Type().Underlying().(*types.Signature); !isFunc {
			continue
		}
		calls := callsOf(f, p)
		if len(calls) > 0 && !slices.ContainsFunc(calls, func(i ssa.Instruction) bool {
			g := t.guard(i)
			return !g.checked && len(g.params) == 0
		}) {
			out = append(out, own(p))
		}
	}
	return out
}

// within looks at the conditions of the function itself.
func (t *tracer) within(at ssa.Instruction) guard {
	g := guard{absent: toleratesDuplicates(at.Parent())}
	for _, b := range at.Parent().Blocks {
		cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for i, side := range b.Succs {
			if len(side.Preds) == 1 && side.Dominates(at.Block()) {
				g = g.or(t.asks(cond.Cond, i == 0))
			}
		}
	}
	return g
}

// asks says what is known on one side of a condition. That a version is a certain number says nothing: it is so again
// when the event comes again.
func (t *tracer) asks(cond ssa.Value, holds bool) guard {
	if uses(cond, 0, changedRows) || uses(cond, 0, t.existing) || !holds && t.claimed(cond) {
		return guard{checked: true}
	}
	if holds && noRows(cond) || uses(cond, 0, counted) {
		return guard{absent: true}
	}
	op, ok := cond.(*ssa.BinOp)
	if !ok || isConst(op.X) || isConst(op.Y) {
		return guard{}
	}
	var g guard
	g.checked = uses(cond, 0, func(v ssa.Value) bool { return t.identifies(v, &g) })
	return g
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// uses reports whether a value is made of one that is wanted.
func uses(v ssa.Value, depth int, wanted func(ssa.Value) bool) bool {
	if depth > 8 {
		return false
	}
	if wanted(v) {
		return true
	}
	switch v.(type) {
	case *ssa.Phi, *ssa.Parameter:
		return false
	}
	i, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, operand := range i.Operands(nil) {
		if *operand != nil && uses(*operand, depth+1, wanted) {
			return true
		}
	}
	return false
}

// changedRows reports whether a value says how many rows a statement has changed.
func changedRows(v ssa.Value) bool {
	call, ok := v.(*ssa.Call)
	if !ok {
		return false
	}
	name, _ := callee(call.Common())
	return name == "RowsAffected"
}

// existing reports whether a value was read from a row that says whether there is another one: SELECT EXISTS (...).
func (t *tracer) existing(v ssa.Value) bool {
	b, ok := v.Type().Underlying().(*types.Basic)
	if !ok || b.Kind() != types.Bool {
		return false
	}
	scan := scannedFrom(v)
	return scan != nil && slices.ContainsFunc(t.scanned(scan), func(alt alternative) bool { return sqltext.AsksExists(alt.text) })
}

// claimed reports whether a condition is that a statement has found the row there which it was to insert.
func (t *tracer) claimed(cond ssa.Value) bool {
	return noRows(cond) && uses(cond, 0, func(v ssa.Value) bool {
		scan, ok := v.(*ssa.Call)
		return ok && isScan(scan.Common()) && slices.ContainsFunc(t.scanned(scan), func(alt alternative) bool { return sqltext.Claims(alt.text) })
	})
}

// scanned returns the texts of the query whose row a call of Scan reads.
func (t *tracer) scanned(scan *ssa.Call) []alternative {
	row, ok := scan.Common().Value.(*ssa.Call)
	if args := scan.Common().Args; !scan.Common().IsInvoke() && len(args) > 0 {
		row, ok = args[0].(*ssa.Call)
	}
	if !ok {
		return nil
	}
	value, _ := t.sink(row)
	if value == nil {
		return nil
	}
	return t.texts(value)
}

// counted reports whether a value compares a number that was read from a row with zero.
func counted(v ssa.Value) bool {
	op, ok := v.(*ssa.BinOp)
	if !ok {
		return false
	}
	zero, ok := op.Y.(*ssa.Const)
	return ok && zero.Value != nil && zero.Value.Kind() == constant.Int && constant.Sign(zero.Value) == 0 && scannedFrom(op.X) != nil
}

// scannedFrom returns the call of Scan that has filled in a variable, nil if a value is none.
func scannedFrom(v ssa.Value) *ssa.Call {
	load, ok := v.(*ssa.UnOp)
	if !ok || load.Op != token.MUL {
		return nil
	}
	return scanOf(load.X)
}

// noRows reports whether a condition is that an error says so: err == sql.ErrNoRows, or errors.Is.
func noRows(cond ssa.Value) bool {
	switch c := cond.(type) {
	case *ssa.BinOp:
		return c.Op == token.EQL && (isNoRows(c.X) || isNoRows(c.Y))
	case *ssa.Call:
		return program.FullName(c.Common()) == "errors.Is" && isNoRows(c.Common().Args[1])
	}
	return false
}

func isNoRows(v ssa.Value) bool {
	load, ok := v.(*ssa.UnOp)
	if !ok {
		return false
	}
	g, ok := load.X.(*ssa.Global)
	return ok && strings.HasSuffix(g.Name(), "ErrNoRows")
}

// identifies reports whether a value says which event this is: a part of its envelope, or what all callers pass as one.
func (t *tracer) identifies(v ssa.Value, g *guard) bool {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return isIdentity(v.X.Type(), v.Field)
	case *ssa.Field:
		return isIdentity(v.X.Type(), v.Field)
	case *ssa.Parameter:
		return t.passesIdentity(v, g)
	}
	return false
}

func (t *tracer) passesIdentity(p *ssa.Parameter, g *guard) bool {
	i := own(p)
	if t.steps++; i < 0 || t.steps > patient || slices.Contains(t.path, ssa.Value(p)) {
		return false
	}
	if p.Parent() == t.root {
		g.params = append(g.params, i)
		return false
	}
	t.path = append(t.path, p)
	defer func() { t.path = t.path[:len(t.path)-1] }()
	known := false
	for _, call := range t.prog.Sites(p.Parent()) {
		if _, ok := t.reached[call.Parent()]; !ok {
			continue
		}
		arg := program.Argument(call.Common(), i)
		if arg == nil || !uses(arg, 0, func(v ssa.Value) bool { return t.identifies(v, g) }) {
			return false
		}
		known = true
	}
	return known
}

// checkedBy reports whether one of the parameters of a call says which event this is.
func (t *tracer) checkedBy(use program.Use, params []int) (checked bool, through []int) {
	if use.Call() == nil {
		return false, nil
	}
	var g guard
	for _, i := range params {
		arg := program.Argument(use.Call().Common(), i)
		if arg != nil && uses(arg, 0, func(v ssa.Value) bool { return t.identifies(v, &g) }) {
			return true, nil
		}
	}
	return false, g.params
}

// own is the number of a parameter in its signature, -1 for a receiver.
func own(p *ssa.Parameter) int {
	f := p.Parent()
	for i, q := range f.Params {
		if q == p && f.Signature.Recv() != nil {
			return i - 1
		} else if q == p {
			return i
		}
	}
	return -1
}

// isIdentity reports whether a field of runtime.Meta says which event this is.
func isIdentity(t types.Type, field int) bool {
	if !shape.IsRuntime(flow.Deref(t), "Meta") {
		return false
	}
	s := flow.Deref(t).Underlying().(*types.Struct)
	switch s.Field(field).Name() {
	case "StreamVersion", "Position", "ID":
		return true
	}
	return false
}

// toleratesDuplicates reports whether a function looks for the error by which a database says that a key is there.
func toleratesDuplicates(f *ssa.Function) bool {
	for _, b := range f.Blocks {
		for _, i := range b.Instrs {
			if call, ok := i.(ssa.CallInstruction); ok {
				if name, _ := callee(call.Common()); strings.HasPrefix(name, "Is") && saysDuplicate(name) {
					return true
				}
			}
			for _, operand := range i.Operands(nil) {
				switch v := (*operand).(type) {
				case *ssa.Const:
					if v.Value != nil && v.Value.Kind() == constant.String && constant.StringVal(v.Value) == uniqueViolation {
						return true
					}
				case *ssa.Global:
					if saysDuplicate(v.Name()) {
						return true
					}
				}
			}
		}
	}
	return false
}

// uniqueViolation is the code of PostgreSQL.
const uniqueViolation = "23505"

func saysDuplicate(name string) bool {
	return strings.Contains(name, "UniqueViolation") || strings.Contains(name, "ConstraintUnique") ||
		strings.Contains(name, "ConstraintPrimaryKey") || strings.Contains(name, "DuplicateKey") || strings.Contains(name, "DuplicatedKey")
}
