package mutatedevent

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/program"
	"github.com/evgen/evgen/analysis/shape"
)

// write is an instruction that changes memory.
type write struct {
	pos   token.Pos
	instr ssa.Instruction
	// variable is set where a part of a local variable changes, through where memory changes that a slice, a map or a
	// pointer leads to. What says how.
	variable *ssa.Alloc
	through  ssa.Value
	what     string
	chain    []string // functions of this package, and of others, that do so
}

// writes returns what a function changes, calls of those that change what they are given included.
func (w *Writes) writes(fn *ssa.Function) []write {
	var out []write
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			switch i := i.(type) {
			case *ssa.Store:
				if one, ok := stored(i); ok {
					out = append(out, one)
				}
			case *ssa.MapUpdate:
				out = append(out, write{pos: i.Pos(), instr: i, through: i.Map, what: "an entry of a map"})
			case ssa.CallInstruction:
				out = append(out, w.called(i)...)
			}
		}
	}
	return out
}

// stored takes an address apart: into the variable, or the reference that leads there. Writing a whole variable changes
// no event: it holds another one.
func stored(s *ssa.Store) (write, bool) {
	w := write{pos: s.Pos(), instr: s, what: "a field"}
	addr := s.Addr
	for {
		switch a := addr.(type) {
		case *ssa.FieldAddr:
			addr = a.X
			continue
		case *ssa.IndexAddr:
			if _, isSlice := a.X.Type().Underlying().(*types.Slice); isSlice {
				w.through, w.what = a.X, "an element of a slice"
				return w, true
			}
			addr = a.X
			continue
		case *ssa.Alloc:
			w.variable = a
			return w, addr != s.Addr
		case *ssa.FreeVar:
			if outer := program.Bindings(a); len(outer) == 1 {
				if v, ok := outer[0].(*ssa.Alloc); ok {
					w.variable = v
					return w, addr != s.Addr
				}
			}
			return w, false
		case *ssa.Global:
			return w, false
		}
		w.through = addr
		if addr == s.Addr {
			w.what = "what a pointer points to"
		}
		return w, true
	}
}

// changing are functions of the standard library that change their first argument.
var changing = []string{
	"slices.Sort", "slices.SortFunc", "slices.SortStableFunc", "slices.Reverse", "slices.Delete", "slices.DeleteFunc",
	"slices.Compact", "slices.CompactFunc", "slices.Replace", "slices.Insert",
	"sort.Strings", "sort.Ints", "sort.Float64s", "sort.Slice", "sort.SliceStable", "sort.Sort", "sort.Stable",
	"maps.Copy", "maps.DeleteFunc", "maps.Insert",
}

// called returns what a call changes.
func (w *Writes) called(call ssa.CallInstruction) []write {
	c := call.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		return builtin(call, b.Name())
	}
	name := program.FullName(c)
	if slices.Contains(changing, name) {
		return []write{{pos: call.Pos(), instr: call, through: c.Args[0], what: name, chain: []string{name}}}
	} else if name == "encoding/json.Unmarshal" {
		return []write{pointed(call, c.Args[1], name)}
	}
	return append(w.calledHere(call), w.calledElsewhere(call)...)
}

// calledHere returns what functions of the package change of what a call passes.
func (w *Writes) calledHere(call ssa.CallInstruction) []write {
	c := call.Common()
	if c.StaticCallee() == nil {
		return nil
	}
	var out []write
	for _, own := range w.prog.Callees(call) {
		for i, p := range own.Params {
			if i >= len(c.Args) || len(own.Params) != len(c.Args) || !leads(p.Type()) {
				continue
			}
			if by := w.changes(own, p); by != nil {
				one := pointed(call, c.Args[i], own.Name())
				one.chain = append([]string{w.pass.Pkg.Name() + "." + own.Name()}, by.chain...)
				out = append(out, one)
			}
		}
	}
	return out
}

// calledElsewhere returns what a function of another package changes of what a call passes.
func (w *Writes) calledElsewhere(call ssa.CallInstruction) []write {
	obj := program.Called(call.Common())
	known := w.of(obj)
	var out []write
	for _, change := range known.Changes {
		if arg := program.Argument(call.Common(), change.Param); arg != nil {
			chain := append([]string{obj.Pkg().Name() + "." + known.Name}, change.Chain...)
			one := pointed(call, arg, strings.Join(chain, " -> "))
			one.chain = chain
			out = append(out, one)
		}
	}
	return out
}

// pointed is a write to what an argument points to: a variable, or what a reference leads to.
func pointed(call ssa.CallInstruction, arg ssa.Value, what string) write {
	w := write{pos: call.Pos(), instr: call, what: what}
	if m, ok := arg.(*ssa.MakeInterface); ok {
		arg = m.X
	}
	at := arg
	for {
		f, ok := at.(*ssa.FieldAddr)
		if !ok {
			break
		}
		at = f.X
	}
	if a, ok := at.(*ssa.Alloc); ok {
		w.variable = a
		return w
	}
	w.through = at
	return w
}

func builtin(call ssa.CallInstruction, name string) []write {
	args := call.Common().Args
	switch name {
	case "copy", "clear", "delete":
		return []write{{pos: call.Pos(), instr: call, through: args[0], what: name}}
	case "append": // to a shorter part of a list: what lies behind it is overwritten
		if s := shortened(args[0], map[ssa.Value]bool{}); s != nil {
			return []write{{pos: call.Pos(), instr: call, through: s.X, what: "append to a part of a slice"}}
		}
	}
	return nil
}

// shortened returns the expression list[:n] that a list begins with, by way of further appends; nil if there is none.
func shortened(v ssa.Value, seen map[ssa.Value]bool) *ssa.Slice {
	if seen[v] {
		return nil
	}
	seen[v] = true
	switch v := v.(type) {
	case *ssa.Slice:
		_, isSlice := v.X.Type().Underlying().(*types.Slice)
		if isSlice && v.High != nil && v.Max == nil {
			return v
		}
	case *ssa.Phi:
		for _, e := range v.Edges {
			if s := shortened(e, seen); s != nil {
				return s
			}
		}
	case *ssa.Call:
		if b, ok := v.Common().Value.(*ssa.Builtin); ok && b.Name() == "append" {
			return shortened(v.Common().Args[0], seen)
		}
	}
	return nil
}

// reference reports whether a value of t leads to memory that others may share.
func reference(t types.Type) bool {
	switch core(t).(type) {
	case *types.Slice, *types.Map, *types.Pointer:
		return true
	}
	return false
}

// leads reports whether a value of t is a reference, or a struct in which there may be some. An event is judged where it is
// received.
func leads(t types.Type) bool {
	_, isStruct := t.Underlying().(*types.Struct)
	return reference(t) || isStruct && !shape.Carries(t)
}

// changes returns how a function changes what one of its parameters leads to, nil if it does not.
func (w *Writes) changes(fn *ssa.Function, p *ssa.Parameter) *write {
	if known, ok := w.changed[p]; ok {
		return known
	}
	w.changed[p] = nil // one that calls itself
	for _, one := range w.writes(fn) {
		t := &tracer{Writes: w, root: func(v ssa.Value) bool { return v == p }, seen: map[ssa.Value]bool{}}
		if one.through != nil && t.owned(one.through) {
			w.changed[p] = &one
			break
		}
	}
	return w.changed[p]
}

// clones reports whether a function returns a copy of what it is given.
func clones(name string) bool {
	switch name {
	case "slices.Clone", "maps.Clone", "slices.Concat", "slices.Sorted", "slices.Collect", "slices.SortedFunc", "maps.Collect", "slices.Repeat":
		return true
	}
	return strings.HasPrefix(name, "strings.")
}
