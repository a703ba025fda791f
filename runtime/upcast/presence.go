package upcast

import "github.com/evgen/evgen/runtime/codec"

// Or returns what p points to, or other where p is nil.
func Or[T any](p *T, other T) T {
	if p == nil {
		return other
	}
	return *p
}

// OrZero returns what p points to, or the zero T where p is nil.
func OrZero[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

// PtrIf returns a pointer to v, or nil where ok is false.
func PtrIf[T any](ok bool, v T) *T {
	if !ok {
		return nil
	}
	return &v
}

// MapPtr changes what p points to; nil stays nil.
func MapPtr[A, B any](p *A, f func(A) B) *B {
	if p == nil {
		return nil
	}
	v := f(*p)
	return &v
}

// FlatMap reads something that may be missing out of something that may be missing.
func FlatMap[A, B any](p *A, f func(A) *B) *B {
	if p == nil {
		return nil
	}
	return f(*p)
}

// MaybePtr returns a pointer to the value of m; nil where it is null or absent.
func MaybePtr[T any](m codec.Maybe[T]) *T {
	v, ok := m.Get()
	return PtrIf(ok, v)
}

// MapMaybe changes the value of m; null stays null, and absent stays absent.
func MapMaybe[A, B any](m codec.Maybe[A], f func(A) B) codec.Maybe[B] {
	v, ok := m.Get()
	switch {
	case ok:
		return codec.Value(f(v))
	case m.IsNull():
		return codec.Null[B]()
	default:
		return codec.Absent[B]()
	}
}

// NullOr returns what p points to; null where p is nil.
func NullOr[T any](p *T) codec.Maybe[T] {
	if p == nil {
		return codec.Null[T]()
	}
	return codec.Value(*p)
}

// AbsentOr returns what p points to; absent where p is nil.
func AbsentOr[T any](p *T) codec.Maybe[T] {
	if p == nil {
		return codec.Absent[T]()
	}
	return codec.Value(*p)
}

// Without returns unknown fields except those of the given names, which are declared now.
// It returns u itself where none of them is there.
func Without(u codec.Unknown, names ...string) codec.Unknown {
	for _, name := range names {
		if _, there := u.Get(name); there {
			return filter(u, names)
		}
	}
	return u
}

func filter(u codec.Unknown, names []string) codec.Unknown {
	var out codec.Unknown
	for _, m := range u {
		if !contains(names, m.Name) {
			out = append(out, m)
		}
	}
	return out
}

func contains(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}
