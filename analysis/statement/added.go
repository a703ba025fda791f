package statement

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
)

// added returns the arguments of a statement that are made, by adding, of what was read from a row, or of what lives
// longer than the call: a field of the handler, a package-level variable.
func (t *tracer) added(call ssa.CallInstruction) []string {
	var out []string
	for _, v := range values(call) {
		if name := t.sum(v, 0); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// addedTo returns what a call of a function of another package adds to of what that one writes.
func (t *tracer) addedTo(use program.Use, inputs []Input) []string {
	if use.Call() == nil {
		return nil
	}
	var out []string
	for _, in := range inputs {
		if name := t.given(use.Call(), in, 0); name != "" {
			out = append(out, name)
		}
	}
	return out
}

// values returns what a call passes as the arguments of its statement.
func values(call ssa.CallInstruction) []ssa.Value {
	args := call.Common().Args
	if len(args) == 0 {
		return nil
	}
	slice, ok := args[len(args)-1].(*ssa.Slice)
	if !ok {
		return nil
	}
	if array, ok := slice.X.(*ssa.Alloc); ok {
		return within(array)
	}
	return nil
}

// sum returns the name of what v adds to, "" if it adds to nothing that persists.
func (t *tracer) sum(v ssa.Value, depth int) string {
	if t.steps++; depth > 8 || t.steps > patient {
		return ""
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return t.sum(v.X, depth+1)
	case *ssa.Convert:
		return t.sum(v.X, depth+1)
	case *ssa.BinOp:
		return t.adds(v)
	case *ssa.Parameter:
		return t.passes(Input{own(v), -1}, v.Parent(), depth)
	case *ssa.Field:
		if p, ok := v.X.(*ssa.Parameter); ok {
			return t.passes(Input{own(p), v.Field}, p.Parent(), depth)
		}
	case *ssa.UnOp:
		if v.Op != token.MUL {
			return ""
		}
		if in, f := parameterOf(v.X); f != nil {
			return t.passes(in, f, depth)
		}
		return t.stepped(v.X)
	}
	return ""
}

// parameterOf returns the field of a parameter that stands at an address, and the function that has it; nil if none does.
func parameterOf(addr ssa.Value) (Input, *ssa.Function) {
	f, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return Input{}, nil
	}
	if a, ok := f.X.(*ssa.Alloc); ok {
		for _, s := range program.StoresTo(a) {
			if p, ok := s.Val.(*ssa.Parameter); ok && own(p) >= 0 {
				return Input{own(p), f.Field}, p.Parent()
			}
		}
	}
	return Input{}, nil
}

// passes returns the name of what callers of a function add to before they pass it, and notes the parameters of the root.
func (t *tracer) passes(in Input, f *ssa.Function, depth int) string {
	if in.Param < 0 {
		return ""
	}
	if f == t.root {
		t.inputs = append(t.inputs, in)
		return ""
	}
	for _, call := range t.prog.Sites(f) {
		if _, ok := t.reached[call.Parent()]; !ok {
			continue
		}
		if name := t.given(call, in, depth); name != "" {
			return name
		}
	}
	return ""
}

// given returns the name of what a call adds to before it passes a parameter, or a field of one.
func (t *tracer) given(call ssa.CallInstruction, in Input, depth int) string {
	arg := program.Argument(call.Common(), in.Param)
	if arg == nil {
		return ""
	}
	if in.Field < 0 {
		return t.sum(arg, depth+1)
	}
	load, ok := arg.(*ssa.UnOp)
	if !ok {
		return ""
	}
	for _, b := range call.Parent().Blocks {
		for _, i := range b.Instrs {
			s, ok := i.(*ssa.Store)
			if !ok {
				continue
			}
			if f, ok := s.Addr.(*ssa.FieldAddr); ok && f.Field == in.Field && program.SamePlace(f.X, load.X) {
				if name := t.sum(s.Val, depth+1); name != "" {
					return name
				}
			}
		}
	}
	return ""
}

// adds returns the name of what an addition or subtraction begins with, if that persists.
func (t *tracer) adds(v *ssa.BinOp) string {
	if v.Op != token.ADD && v.Op != token.SUB {
		return ""
	}
	for _, side := range []ssa.Value{v.X, v.Y} {
		side = unconverted(side)
		if load, ok := side.(*ssa.UnOp); ok && load.Op == token.MUL && t.persists(load.X) {
			return name(load.X)
		}
		if by := t.readBy(side, 0); by != "" {
			return "what " + by + " returns"
		}
	}
	return ""
}

// readBy returns the name of the function that has read a value from a row, "" if none has.
func (t *tracer) readBy(v ssa.Value, depth int) string {
	if depth > 8 {
		return ""
	}
	switch v := v.(type) {
	case *ssa.Extract:
		if call, ok := v.Tuple.(*ssa.Call); ok && v.Index == 0 {
			return t.reader(call)
		}
	case *ssa.Call:
		return t.reader(v)
	case *ssa.Field:
		return t.readBy(v.X, depth+1)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return t.readAt(v.X, depth+1)
		}
	}
	return ""
}

// readAt is readBy for what stands in a variable.
func (t *tracer) readAt(addr ssa.Value, depth int) string {
	for {
		f, ok := addr.(*ssa.FieldAddr)
		if !ok {
			break
		}
		addr = f.X
	}
	if a, ok := addr.(*ssa.Alloc); ok {
		for _, s := range program.StoresTo(a) {
			if by := t.readBy(s.Val, depth+1); by != "" {
				return by
			}
		}
		return ""
	}
	return t.readBy(addr, depth+1)
}

// collecting are functions of clients of databases that return what rows hold.
var collecting = []string{
	"github.com/jackc/pgx/v5.CollectOneRow", "github.com/jackc/pgx/v5.CollectExactlyOneRow", "github.com/jackc/pgx/v5.CollectRows",
}

// reader returns the name of the function that a call names, if it returns what a row holds.
func (t *tracer) reader(call *ssa.Call) string {
	f := program.Called(call.Common())
	if f == nil {
		return ""
	}
	if slices.Contains(collecting, f.FullName()) || t.entry(f).Reads {
		return f.Name()
	}
	for _, callee := range t.prog.Callees(call) {
		if t.returnsRow(callee) {
			return f.Name()
		}
	}
	return ""
}

// returnsRow reports whether the first result of a function is what a row holds.
func (t *tracer) returnsRow(f *ssa.Function) bool {
	known, ok := t.rows[f]
	if !ok && t.root == nil && t.reached == nil { // the package is summed up
		t.rows[f] = false // one that calls itself
		known = t.findsRow(f)
		t.rows[f] = known
	}
	return known
}

func (t *tracer) findsRow(f *ssa.Function) bool {
	for _, first := range program.Returns(f, 0) {
		first = unconverted(first)
		if scannedFrom(first) != nil || t.readBy(first, 0) != "" {
			return true
		}
		if load, ok := first.(*ssa.UnOp); ok && load.Op == token.MUL && scansInto(load.X) {
			return true
		}
	}
	return false
}

// scansInto reports whether a field of what stands at an address is filled in by Scan.
func scansInto(addr ssa.Value) bool {
	a, ok := addr.(*ssa.Alloc)
	if !ok {
		return false
	}
	for _, ref := range *a.Referrers() {
		if f, ok := ref.(*ssa.FieldAddr); ok && scanOf(f) != nil {
			return true
		}
	}
	return false
}

func unconverted(v ssa.Value) ssa.Value {
	for {
		c, ok := v.(*ssa.Convert)
		if !ok {
			return v
		}
		v = c.X
	}
}

// stepped returns the name of a variable that persists and was changed by adding to it: n++, row.Count += 2.
func (t *tracer) stepped(addr ssa.Value) string {
	if !t.persists(addr) {
		return ""
	}
	for _, f := range t.around(addr) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				s, ok := i.(*ssa.Store)
				if !ok || !program.SamePlace(s.Addr, addr) {
					continue
				}
				if op, ok := s.Val.(*ssa.BinOp); ok && t.adds(op) != "" {
					return name(addr)
				}
			}
		}
	}
	return ""
}

// around returns the functions that may write to an address: all of the package for a variable of a package, else the one
// that has it.
func (t *tracer) around(addr ssa.Value) []*ssa.Function {
	if _, ok := addr.(*ssa.Global); ok {
		return t.prog.Functions()
	}
	return []*ssa.Function{addr.Parent()}
}

// persists reports whether what stands at an address comes from a row, or outlives the call.
func (t *tracer) persists(addr ssa.Value) bool {
	if _, ok := addr.(*ssa.Global); ok {
		return true
	}
	if f, ok := addr.(*ssa.FieldAddr); ok && len(f.Parent().Params) > 0 {
		recv := f.Parent().Params[0]
		if f.Parent().Signature.Recv() != nil && f.X == recv {
			return true
		}
	}
	return scanOf(addr) != nil || t.readAt(addr, 0) != ""
}

// scanOf returns the call named Scan of a database client that gets an address, or that of what it is a part of.
func scanOf(addr ssa.Value) *ssa.Call {
	if addr.Parent() == nil {
		return nil
	}
	for _, b := range addr.Parent().Blocks {
		for _, i := range b.Instrs {
			call, ok := i.(*ssa.Call)
			if !ok || !isScan(call.Common()) {
				continue
			}
			for _, v := range values(call) {
				if m, ok := v.(*ssa.MakeInterface); ok && program.SamePlace(m.X, addr) {
					return call
				}
			}
		}
	}
	return nil
}

func isScan(c *ssa.CallCommon) bool {
	if c.IsInvoke() {
		return c.Method.Name() == "Scan"
	}
	f := c.StaticCallee()
	return f != nil && f.Name() == "Scan" && f.Signature.Recv() != nil
}

// name is a variable or a field as the source calls it.
func name(addr ssa.Value) string {
	switch a := addr.(type) {
	case *ssa.FieldAddr:
		s := a.X.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Struct)
		return s.Field(a.Field).Name()
	case *ssa.Alloc:
		return a.Comment
	}
	return addr.Name()
}
