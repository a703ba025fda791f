package jsonschema

import "slices"

// lossless lists the scalars that hold every value of a scalar, so that a field carries itself.
var lossless = map[string][]string{
	"int32":  {"int64", "float64"},
	"uint32": {"int64", "uint64", "float64"},
	"uri":    {"string"},
	"email":  {"string"},
	"string": {"uri", "email"},
}

// widens reports whether every value of an old use is one of a new use. These are the rules of the language for
// fields that need no rule.
func (s *step) widens(o, n *use) bool {
	return (!o.isNullable() || n.isNullable()) && s.widensBare(o, n)
}

// widensBare leaves null aside.
func (s *step) widensBare(o, n *use) bool {
	from, to := o.shape.target(), n.shape.target()
	switch to.kind {
	case kindSum:
		return s.widensToSum(o, to)
	case kindOneOrMany:
		if from.kind != kindOneOrMany && from.kind != kindList {
			return s.widens(o, to.elem)
		}
		return s.widens(from.elem, to.elem)
	case kindList, kindMap:
		return from.kind == to.kind && s.widens(from.elem, to.elem)
	case kindStruct, kindEnum, kindUnion:
		return s.goesOn(from, to)
	}
	if from.kind == kindEnum {
		return to.scalar == map[bool]string{true: "string", false: "int64"}[from.values[0].sort == sortString]
	}
	return from.kind == kindScalar && (from.scalar == to.scalar || slices.Contains(lossless[from.scalar], to.scalar))
}

func (s *step) widensToSum(o *use, to *shape) bool {
	from := o.shape.target()
	if from.kind != kindSum {
		return slices.ContainsFunc(to.alts, func(alt *use) bool { return s.widensBare(o, alt) })
	}
	return !slices.ContainsFunc(from.alts, func(alt *use) bool { return !s.widensToSum(alt, to) })
}

// goesOn reports whether the new shape is the old one or a later version of it.
func (s *step) goesOn(from, to *shape) bool {
	if !from.named() {
		return false
	}
	o, n := s.old.in.places[from], s.new.in.places[to]
	return o.line.decl == n.line.decl && o.number <= n.number
}
