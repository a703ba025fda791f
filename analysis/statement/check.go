package statement

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/evgen/evgen/analysis/flow"
	"github.com/evgen/evgen/analysis/shape"
)

// checked reports whether a call runs only on one side of a condition that asks how many rows a statement has changed,
// or asks for the version, the position or the id of the event.
func checked(call ssa.CallInstruction) bool {
	at := call.Block()
	for _, b := range call.Parent().Blocks {
		cond, ok := b.Instrs[len(b.Instrs)-1].(*ssa.If)
		if !ok {
			continue
		}
		for _, side := range b.Succs {
			if len(side.Preds) == 1 && side.Dominates(at) && asks(cond.Cond) {
				return true
			}
		}
	}
	return false
}

// asks reports whether a condition is made of such a value. That a version is a certain number says nothing: it is so
// again when the event comes again.
func asks(cond ssa.Value) bool {
	if uses(cond, 0, changedRows) {
		return true
	}
	op, ok := cond.(*ssa.BinOp)
	if !ok || isConst(op.X) || isConst(op.Y) {
		return false
	}
	return uses(cond, 0, identity)
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

// identity reports whether a value says which event this is.
func identity(v ssa.Value) bool {
	switch v := v.(type) {
	case *ssa.FieldAddr:
		return identifies(v.X.Type(), v.Field)
	case *ssa.Field:
		return identifies(v.X.Type(), v.Field)
	}
	return false
}

// identifies reports whether a field of runtime.Meta says which event this is.
func identifies(t types.Type, field int) bool {
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
