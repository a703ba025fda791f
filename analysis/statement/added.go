package statement

import (
	"go/token"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
)

// added returns the arguments of a statement that are made, by adding, of what was read from a row, or of what lives
// longer than the call: a field of the handler, a package-level variable.
func added(call ssa.CallInstruction) []string {
	var out []string
	for _, v := range values(call) {
		if name := sum(v, 0); name != "" {
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
	array, ok := slice.X.(*ssa.Alloc)
	if !ok {
		return nil
	}
	var out []ssa.Value
	for _, ref := range *array.Referrers() {
		if at, ok := ref.(*ssa.IndexAddr); ok {
			for _, use := range *at.Referrers() {
				if s, ok := use.(*ssa.Store); ok && s.Addr == at {
					out = append(out, s.Val)
				}
			}
		}
	}
	return out
}

// sum returns the name of what v adds to, "" if it adds to nothing that persists.
func sum(v ssa.Value, depth int) string {
	if depth > 6 {
		return ""
	}
	switch v := v.(type) {
	case *ssa.MakeInterface:
		return sum(v.X, depth+1)
	case *ssa.Convert:
		return sum(v.X, depth+1)
	case *ssa.BinOp:
		return adds(v)
	case *ssa.UnOp:
		if v.Op == token.MUL {
			return stepped(v.X)
		}
	}
	return ""
}

// adds returns the name of what an addition or subtraction begins with, if that persists.
func adds(v *ssa.BinOp) string {
	if v.Op != token.ADD && v.Op != token.SUB {
		return ""
	}
	for _, side := range []ssa.Value{v.X, v.Y} {
		if load, ok := unconverted(side).(*ssa.UnOp); ok && load.Op == token.MUL && persists(load.X) {
			return name(load.X)
		}
	}
	return ""
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
func stepped(addr ssa.Value) string {
	if !persists(addr) {
		return ""
	}
	for _, f := range around(addr) {
		for _, b := range f.Blocks {
			for _, i := range b.Instrs {
				s, ok := i.(*ssa.Store)
				if !ok || !program.SamePlace(s.Addr, addr) {
					continue
				}
				if op, ok := s.Val.(*ssa.BinOp); ok && adds(op) != "" {
					return name(addr)
				}
			}
		}
	}
	return ""
}

// around returns the functions that may write to an address: all of the package for what the handler or the package
// holds, else the one that has it.
func around(addr ssa.Value) []*ssa.Function {
	f := addr.Parent()
	if g, ok := addr.(*ssa.Global); ok {
		var out []*ssa.Function
		for _, m := range g.Pkg.Members {
			if f, ok := m.(*ssa.Function); ok {
				out = append(out, f)
			}
		}
		return append(out, methods(g.Pkg)...)
	}
	return []*ssa.Function{f}
}

func methods(pkg *ssa.Package) []*ssa.Function {
	var out []*ssa.Function
	for _, m := range pkg.Members {
		t, ok := m.(*ssa.Type)
		if !ok {
			continue
		}
		n, ok := t.Type().(*types.Named)
		if !ok {
			continue
		}
		for i := range n.NumMethods() {
			if f := pkg.Prog.FuncValue(n.Method(i)); f != nil {
				out = append(out, f)
			}
		}
	}
	return out
}

// persists reports whether what stands at an address comes from a row, or outlives the call.
func persists(addr ssa.Value) bool {
	if _, ok := addr.(*ssa.Global); ok {
		return true
	}
	if f, ok := addr.(*ssa.FieldAddr); ok && len(f.Parent().Params) > 0 {
		recv := f.Parent().Params[0]
		if f.Parent().Signature.Recv() != nil && f.X == recv {
			return true
		}
	}
	return scanOf(addr) != nil
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
