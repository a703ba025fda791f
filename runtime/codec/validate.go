package codec

import (
	"fmt"
	"slices"
	"strings"
)

// ValidationError says everything that is wrong with a value that was to be written.
type ValidationError struct {
	Type       string // package and type
	Violations []Violation
}

// Violation is one constraint that a value does not meet.
type Violation struct {
	Path       string // such as "source.origins[3].uri"
	Constraint Constraint
	Message    string // what is demanded; never quotes the value
}

// Error lists the violations, one a line if they are several.
func (e *ValidationError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "codec: %s is not valid:", e.Type)
	sep := " "
	if len(e.Violations) > 1 {
		sep = "\n\t"
	}
	for _, v := range e.Violations {
		fmt.Fprintf(&b, "%s%s: %s", sep, v.Path, v.Message)
	}
	return b.String()
}

// A validator walks a value and collects violations.
type validator struct {
	path       []string
	violations []Violation
}

func (v *validator) result(qualified string) error {
	if len(v.violations) == 0 {
		return nil
	}
	return &ValidationError{Type: qualified, Violations: v.violations}
}

func (v *validator) report(c Constraint, message string) {
	e := Error{}
	for _, segment := range slices.Backward(v.path) {
		e.in(segment)
	}
	v.violations = append(v.violations, Violation{Path: e.Path, Constraint: c, Message: message})
}

// under runs visit with a path segment added.
func (v *validator) under(segment string, visit func()) {
	v.path = append(v.path, segment)
	visit()
	v.path = v.path[:len(v.path)-1]
}

func (v *validator) object(o *object, p Pointer) {
	for i := range o.fields {
		if f := &o.fields[i]; f.checked {
			before := len(v.violations)
			v.under(fieldSegment(f.name), func() { v.value(&f.value, add(p, f.offset)) })
			if f.sensitive {
				v.forgetBelow(before)
			}
		}
	}
}

// forgetBelow cuts what the paths of the violations from i on say about a sensitive field's value.
func (v *validator) forgetBelow(i int) {
	e := Error{}
	for _, segment := range slices.Backward(v.path) {
		e.in(segment)
	}
	for ; i < len(v.violations); i++ {
		rest := strings.TrimPrefix(strings.TrimPrefix(v.violations[i].Path, e.Path), ".")
		if cut := strings.IndexAny(rest, ".["); cut > 0 {
			path := v.violations[i].Path
			v.violations[i].Path = path[:len(path)-len(rest)+cut]
		}
	}
}

// value checks a value that may be absent.
func (v *validator) value(u *value, p Pointer) {
	if u.presence == Required {
		v.bare(u, p)
		return
	}
	if isAbsent(u, p) || u.presence == MaybeNull && *at[maybeState](add(p, u.shape.size)) != maybeValue {
		return
	}
	if u.boxed {
		p = *at[Pointer](p)
	}
	v.bare(u, p)
}

// bare checks a value that is there, then what is in it.
func (v *validator) bare(u *value, p Pointer) {
	for i := range u.checks {
		if c := &u.checks[i]; !c.holds(c, u.shape, p) {
			v.report(c.Constraint, c.demand())
		}
	}
	s := u.shape
	if !s.checked {
		return
	}
	switch s.op {
	case opStruct:
		v.object(s.object, p)
	case opList:
		v.list(s.elem, at[sliceWords](p))
	case opOneOrMany:
		v.list(s.elem, &at[oneOrManyWords](p).values)
	case opMap:
		v.entries(s.elem, p)
	case opUnion:
		v.union(s.union, at[ifaceWords](p))
	default:
		v.form(s, p)
	}
}

func (v *validator) list(elem *value, list *sliceWords) {
	for i := range list.len {
		v.under(indexSegment(i), func() { v.value(elem, add(list.data, uintptr(i)*elem.slotSize)) })
	}
}

// entries checks the values of a map in the order of their keys.
func (v *validator) entries(elem *value, p Pointer) {
	elem.slot.visitMap(p, func(key string, q Pointer) {
		v.under(keySegment(key), func() { v.value(elem, q) })
	})
}

// union checks the branch. A branch that is not known was checked by who wrote it.
func (v *validator) union(u *union, w *ifaceWords) {
	if w.kind == nil {
		v.report(NonNil, "must not be nil")
		return
	}
	for i := range u.branches {
		if b := &u.branches[i]; b.kind == w.kind {
			if b.shape.checked {
				v.object(b.shape.object, w.pointee(b.direct))
			}
			return
		}
	}
}

// form checks what the type itself demands of a scalar.
func (v *validator) form(s *shape, p Pointer) {
	switch {
	case s.op == URI && !isURI(*at[string](p)):
		v.report(Format, "must be a URI")
	case s.op == Email && !isEmail(*at[string](p)):
		v.report(Format, "must be an email address")
	case s.enum != nil && s.op == String && !slices.Contains(s.enum.Strings, *at[string](p)):
		v.report(ClosedEnum, "must be one of the values of "+s.name)
	case s.enum != nil && s.op == Int64 && !slices.Contains(s.enum.Ints, *at[int64](p)):
		v.report(ClosedEnum, "must be one of the values of "+s.name)
	}
}
