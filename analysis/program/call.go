package program

import (
	"go/types"

	"golang.org/x/tools/go/ssa"
)

// Called is the function or method that a call names, nil if it calls a value; of an instance, the generic one.
func Called(c *ssa.CallCommon) *types.Func {
	if c.IsInvoke() {
		return c.Method.Origin()
	}
	if s := c.StaticCallee(); s != nil {
		if f, ok := origin(s).Object().(*types.Func); ok {
			return f.Origin()
		}
	}
	return nil
}

// FullName is what a call names, with its package: slices.Sort, (*strings.Builder).String; "" if it calls a value.
func FullName(c *ssa.CallCommon) string {
	if f := Called(c); f != nil {
		return f.FullName()
	}
	return ""
}

// Argument is what a call passes as parameter i of the signature, or as the receiver, which is -1; nil if it passes none.
func Argument(c *ssa.CallCommon, i int) ssa.Value {
	if c.IsInvoke() && i < 0 {
		return c.Value
	}
	at := i + len(c.Args) - c.Signature().Params().Len()
	if at < 0 || at >= len(c.Args) {
		return nil
	}
	return c.Args[at]
}

// Returns is what a function returns as its result at an index: one value for each return.
func Returns(f *ssa.Function, index int) []ssa.Value {
	var out []ssa.Value
	for _, b := range f.Blocks {
		if ret, ok := b.Instrs[len(b.Instrs)-1].(*ssa.Return); ok && index < len(ret.Results) {
			out = append(out, ret.Results[index])
		}
	}
	return out
}
