package codec

// OneOrMany is a value that stands bare or in an array on the wire.
type OneOrMany[T any] struct {
	Values []T
	// Single says that the bare form was read, and is to be written. It is written only while
	// there is exactly one value; the zero OneOrMany writes an empty array.
	Single bool
}

// One returns the bare form of v.
func One[T any](v T) OneOrMany[T] { return OneOrMany[T]{Values: []T{v}, Single: true} }

// Many returns the array form of values, which it keeps.
func Many[T any](values ...T) OneOrMany[T] { return OneOrMany[T]{Values: values} }
