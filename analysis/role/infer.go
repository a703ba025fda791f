package role

import "go/types"

// instance returns the instance of a generic interface that typ implements, or the interface itself where it is not
// generic; nil if typ does not implement it. What the methods of typ take and return decides the type arguments.
func instance(iface *types.Named, typ types.Type) types.Type {
	if iface.TypeParams().Len() == 0 {
		return implementedBy(iface, typ)
	}
	bound := binding{}
	declared := iface.Underlying().(*types.Interface)
	for i := range declared.NumMethods() {
		m := declared.Method(i)
		own, _, _ := types.LookupFieldOrMethod(typ, true, m.Pkg(), m.Name())
		f, ok := own.(*types.Func)
		if !ok || !bound.unify(m.Type(), f.Type()) {
			return nil
		}
	}
	args := bound.args(iface.TypeParams())
	if args == nil {
		return nil
	}
	inst, err := types.Instantiate(nil, iface, args, true)
	if err != nil {
		return nil
	}
	return implementedBy(inst, typ)
}

func implementedBy(iface, typ types.Type) types.Type {
	if types.Implements(typ, iface.Underlying().(*types.Interface)) {
		return iface
	}
	return nil
}

// binding is what type parameters stand for.
type binding map[*types.TypeParam]types.Type

// args are the types for params in their order, nil if one of them is not known.
func (b binding) args(params *types.TypeParamList) []types.Type {
	out := make([]types.Type, params.Len())
	for i := range out {
		if out[i] = b[params.At(i)]; out[i] == nil {
			return nil
		}
	}
	return out
}

// unify matches a type with a pattern that holds type parameters, and remembers what they stand for.
func (b binding) unify(pattern, typ types.Type) bool {
	pattern, typ = types.Unalias(pattern), types.Unalias(typ)
	if p, ok := pattern.(*types.TypeParam); ok {
		if known := b[p]; known != nil {
			return types.Identical(known, typ)
		}
		b[p] = typ
		return true
	}
	switch p := pattern.(type) {
	case *types.Named:
		t, ok := typ.(*types.Named)
		return ok && p.Obj() == t.Obj() && b.unifyArgs(p.TypeArgs(), t.TypeArgs())
	case *types.Pointer:
		t, ok := typ.(*types.Pointer)
		return ok && b.unify(p.Elem(), t.Elem())
	case *types.Slice:
		t, ok := typ.(*types.Slice)
		return ok && b.unify(p.Elem(), t.Elem())
	case *types.Map:
		t, ok := typ.(*types.Map)
		return ok && b.unify(p.Key(), t.Key()) && b.unify(p.Elem(), t.Elem())
	case *types.Signature:
		t, ok := typ.(*types.Signature)
		return ok && b.unifyTuple(p.Params(), t.Params()) && b.unifyTuple(p.Results(), t.Results())
	}
	return types.Identical(pattern, typ)
}

func (b binding) unifyArgs(pattern, args *types.TypeList) bool {
	if pattern.Len() != args.Len() {
		return false
	}
	for i := range pattern.Len() {
		if !b.unify(pattern.At(i), args.At(i)) {
			return false
		}
	}
	return true
}

func (b binding) unifyTuple(pattern, tuple *types.Tuple) bool {
	if pattern.Len() != tuple.Len() {
		return false
	}
	for i := range pattern.Len() {
		if !b.unify(pattern.At(i).Type(), tuple.At(i).Type()) {
			return false
		}
	}
	return true
}
