package jsonschema

import (
	"net/mail"
	"net/url"
	"slices"
	"time"

	"github.com/google/uuid"
)

// fits reports whether a literal is a value of a use: defaults and examples in real schemas often are not.
func fits(n *node, u *use) bool {
	s := u.shape.target()
	if n.sort == sortNull {
		return u.isNullable() || s.kind == kindScalar && s.scalar == "json"
	}
	switch s.kind {
	case kindScalar:
		return fitsScalar(n, s.scalar)
	case kindList:
		return n.sort == sortArray && allFit(n.elems, s.elem)
	case kindOneOrMany:
		return n.sort == sortArray && allFit(n.elems, s.elem) || fits(n, s.elem)
	case kindMap:
		return n.sort == sortObject && !slices.ContainsFunc(n.members, func(m member) bool { return !fits(m.node, s.elem) })
	case kindSum:
		return slices.ContainsFunc(s.alts, func(a *use) bool { return fits(n, a) })
	case kindEnum:
		return containsValue(s.values, n)
	case kindStruct:
		return fitsStruct(n, s, "")
	case kindUnion:
		return slices.ContainsFunc(s.branches, func(b branch) bool {
			return n.str(s.tag) == b.tag && fitsStruct(n, b.use.shape.target(), s.tag)
		})
	}
	return false
}

func allFit(elems []*node, u *use) bool {
	return !slices.ContainsFunc(elems, func(e *node) bool { return !fits(e, u) })
}

func fitsStruct(n *node, s *shape, tag string) bool {
	if n.sort != sortObject {
		return false
	}
	for _, m := range n.members {
		f := s.field(m.name)
		if m.name != tag && (f == nil || !fits(m.node, f.use)) || n.get(m.name) != m.node {
			return false
		}
	}
	return !slices.ContainsFunc(s.fields, func(f *field) bool { return !f.optional && n.get(f.wire) == nil || f.wire != snake(f.wire) })
}

func fitsScalar(n *node, scalar string) bool {
	switch scalar {
	case "json":
		return true
	case "bool":
		return n.sort == sortBool
	case "float64":
		return n.sort == sortNumber && exact(n.text) != nil
	case "int64", "int32", "uint32", "uint64":
		value, ok := integer(n.text)
		return n.sort == sortNumber && ok && fitsInteger(value, scalar)
	}
	read := textForms[scalar]
	return n.sort == sortString && read != nil && read(n.text)
}

// textForms tell texts that the scalars accept.
var textForms = map[string]func(string) bool{
	"string": func(string) bool { return true },
	"uri": func(s string) bool {
		u, err := url.Parse(s)
		return err == nil && u.Scheme != ""
	},
	"email": func(s string) bool {
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s
	},
	"uuid": func(s string) bool {
		_, err := uuid.Parse(s)
		return err == nil && len(s) == 36
	},
	"timestamp": func(s string) bool {
		_, err := time.Parse(time.RFC3339Nano, s)
		return err == nil
	},
	"date": func(s string) bool {
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	},
}
