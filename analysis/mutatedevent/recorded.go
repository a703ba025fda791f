package mutatedevent

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/shape"
)

// recorded finds writes to events that a function has made, after they became events that others hold.
func (f *finder) recorded(fn *ssa.Function) {
	var writes []write
	for _, b := range fn.Blocks {
		for _, i := range b.Instrs {
			a, ok := i.(*ssa.Alloc)
			if !ok || !shape.IsEventStruct(flow.Deref(a.Type())) {
				continue
			}
			handed := handovers(a)
			if len(handed) == 0 {
				continue
			}
			if writes == nil {
				writes = f.writes(fn)
			}
			for _, w := range writes {
				f.afterwards(a, handed, w)
			}
		}
	}
}

// handovers returns where the value of a variable becomes an event that others hold: an interface, or an envelope.
func handovers(a *ssa.Alloc) []ssa.Instruction {
	var out []ssa.Instruction
	for _, ref := range *a.Referrers() {
		load, ok := ref.(*ssa.UnOp)
		if !ok {
			continue
		}
		for _, use := range *load.Referrers() {
			switch u := use.(type) {
			case *ssa.MakeInterface:
				if shape.IsEventInterface(u.Type()) && !asked(u) {
					out = append(out, u)
				}
			case *ssa.Call:
				if shape.IsEnvelope(u.Type()) || keeps(u.Type(), a) {
					out = append(out, u)
				}
			}
		}
	}
	return out
}

// keeps reports whether a type is a struct that has the event of a variable in it, as emissions of reactions and sagas do.
func keeps(t types.Type, a *ssa.Alloc) bool {
	s, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		if types.Identical(s.Field(i).Type(), flow.Deref(a.Type())) {
			return true
		}
	}
	return false
}

// asked reports whether an interface is made only to call a method, or to compare.
func asked(m *ssa.MakeInterface) bool {
	for _, ref := range *m.Referrers() {
		switch r := ref.(type) {
		case *ssa.BinOp, *ssa.DebugRef, *ssa.TypeAssert:
		case ssa.CallInstruction:
			if !r.Common().IsInvoke() || r.Common().Value != m {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// afterwards judges one write.
func (f *finder) afterwards(a *ssa.Alloc, handed []ssa.Instruction, w write) {
	for _, h := range handed {
		switch {
		case w.variable == a && before(h, w.instr) && !handedAgain(handed, w.instr):
			f.report(w.pos, "write to an event after it was recorded: what was recorded does not change")
		case w.through != nil && f.shares(a, w.through) && follows(h, w.instr, definition(w.through)):
			f.report(w.pos, "write to what an event shares ("+w.what+") after it was recorded: what was recorded changes with it; clone first")
		}
	}
}

// handedAgain reports whether the variable is recorded once more behind a write: then it is used for the next event.
func handedAgain(handed []ssa.Instruction, w ssa.Instruction) bool {
	for _, h := range handed {
		if follows(w, h, nil) {
			return true
		}
	}
	return false
}

// shares reports whether a reference leads to memory that a field of the event leads to.
func (f *finder) shares(a *ssa.Alloc, through ssa.Value) bool {
	held := map[ssa.Value]bool{}
	for _, ref := range *a.Referrers() {
		fa, ok := ref.(*ssa.FieldAddr)
		if !ok {
			continue
		}
		for _, use := range *fa.Referrers() {
			if s, ok := use.(*ssa.Store); ok && s.Addr == fa && reference(s.Val.Type()) {
				for v := range sources(s.Val) {
					held[v] = true
				}
			}
		}
	}
	for v := range sources(through) {
		if held[v] {
			return true
		}
		if load, ok := v.(*ssa.UnOp); ok {
			if fa, ok := load.X.(*ssa.FieldAddr); ok && fa.X == a {
				return true
			}
		}
	}
	return false
}

// sources returns the values that v is the same memory as: v, what it is a part of, the variables it was read from.
func sources(v ssa.Value) map[ssa.Value]bool {
	out := map[ssa.Value]bool{}
	for v != nil && !out[v] {
		if c, ok := v.(*ssa.Const); ok && c.IsNil() {
			break
		}
		out[v] = true
		switch x := v.(type) {
		case *ssa.Slice:
			v = x.X
		case *ssa.ChangeType:
			v = x.X
		case *ssa.MakeInterface:
			v = x.X
		case *ssa.UnOp:
			if a, ok := x.X.(*ssa.Alloc); ok {
				v = a
			}
		case *ssa.Call:
			if b, ok := x.Common().Value.(*ssa.Builtin); ok && b.Name() == "append" {
				v = x.Common().Args[0]
			}
		}
	}
	return out
}

// definition is the instruction that makes what a reference leads to, nil if it is older than the function.
func definition(v ssa.Value) ssa.Instruction {
	for {
		switch x := v.(type) {
		case *ssa.Slice:
			v = x.X
			continue
		case *ssa.ChangeType:
			v = x.X
			continue
		case *ssa.UnOp:
			if from := readFrom(x); from != nil {
				v = from
				continue
			}
		}
		i, _ := v.(ssa.Instruction)
		return i
	}
}

// readFrom returns what a field, or a variable, holds when it is read; the variable itself where that is not certain.
func readFrom(load *ssa.UnOp) ssa.Value {
	switch a := load.X.(type) {
	case *ssa.FieldAddr:
		if s := replacedBefore(load, a); s != nil {
			return s.Val
		}
		at := ssa.Value(a)
		for {
			f, ok := at.(*ssa.FieldAddr)
			if !ok {
				return at
			}
			at = f.X
		}
	case *ssa.Alloc:
		if s := lastStore(load, a); s != nil {
			return s.Val
		}
		return a
	}
	return nil
}

// follows reports whether one instruction can run after another, without unless between them.
func follows(first, second, unless ssa.Instruction) bool {
	if first.Block() == second.Block() && before(first, second) && first != second {
		return true
	}
	seen := map[*ssa.BasicBlock]bool{}
	queue := append([]*ssa.BasicBlock(nil), first.Block().Succs...)
	for len(queue) > 0 {
		b := queue[0]
		queue = queue[1:]
		if seen[b] || unless != nil && unless.Block() == b && !(b == second.Block() && before(second, unless)) {
			continue
		}
		seen[b] = true
		if b == second.Block() {
			return true
		}
		queue = append(queue, b.Succs...)
	}
	return false
}
