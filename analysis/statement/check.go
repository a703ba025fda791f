package statement

import (
	"go/types"

	"golang.org/x/tools/go/ssa"

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
			if len(side.Preds) == 1 && side.Dominates(at) && asks(cond.Cond, 0) {
				return true
			}
		}
	}
	return false
}

// asks reports whether a condition is made of such a value.
func asks(v ssa.Value, depth int) bool {
	if depth > 8 {
		return false
	}
	switch v := v.(type) {
	case *ssa.Call:
		if name, _ := callee(v.Common()); name == "RowsAffected" {
			return true
		}
	case *ssa.FieldAddr:
		if identifies(v.X.Type(), v.Field) {
			return true
		}
	case *ssa.Field:
		if identifies(v.X.Type(), v.Field) {
			return true
		}
	case *ssa.Phi, *ssa.Parameter:
		return false
	}
	i, ok := v.(ssa.Instruction)
	if !ok {
		return false
	}
	for _, operand := range i.Operands(nil) {
		if *operand != nil && asks(*operand, depth+1) {
			return true
		}
	}
	return false
}

// identifies reports whether a field of runtime.Meta says which event this is.
func identifies(t types.Type, field int) bool {
	if !shape.IsRuntime(deref(t), "Meta") {
		return false
	}
	s := deref(t).Underlying().(*types.Struct)
	switch s.Field(field).Name() {
	case "StreamVersion", "Position", "ID":
		return true
	}
	return false
}
