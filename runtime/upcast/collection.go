package upcast

import "github.com/evgen/evgen/runtime/codec"

// List changes every element; nil stays nil.
func List[A, B any](list []A, f func(A) B) []B {
	if list == nil {
		return nil
	}
	out := make([]B, len(list))
	for i, v := range list {
		out[i] = f(v)
	}
	return out
}

// Map changes every value; nil stays nil.
func Map[A, B any](m map[string]A, f func(A) B) map[string]B {
	if m == nil {
		return nil
	}
	out := make(map[string]B, len(m))
	for k, v := range m {
		out[k] = f(v)
	}
	return out
}

// EachOf changes every value, and keeps the form in which it was written.
func EachOf[A, B any](o codec.OneOrMany[A], f func(A) B) codec.OneOrMany[B] {
	return codec.OneOrMany[B]{Values: List(o.Values, f), Single: o.Single}
}

// First returns a pointer to the first element, nil where there is none.
func First[T any](list []T) *T {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

// OneOf returns v if it is among the values that are known, else other.
func OneOf[T comparable](v, other T, known ...T) T {
	for _, k := range known {
		if v == k {
			return v
		}
	}
	return other
}
