package codec

// Maybe keeps three states of a member apart: absent, null, and a value. The zero Maybe is absent.
// Two are equal under == if state and value are.
type Maybe[T any] struct {
	value T // first, so that its offset is that of the Maybe
	state maybeState
}

type maybeState uint8

const (
	maybeAbsent maybeState = iota
	maybeNull
	maybeValue
)

// Value returns a Maybe that holds v.
func Value[T any](v T) Maybe[T] { return Maybe[T]{value: v, state: maybeValue} }

// Null returns a Maybe that is written as null.
func Null[T any]() Maybe[T] { return Maybe[T]{state: maybeNull} }

// Absent returns a Maybe that is not written: the zero Maybe.
func Absent[T any]() Maybe[T] { return Maybe[T]{} }

// Get returns the value, and whether there is one.
func (m Maybe[T]) Get() (T, bool) { return m.value, m.state == maybeValue }

// Or returns the value, or other if there is none.
func (m Maybe[T]) Or(other T) T {
	if m.state == maybeValue {
		return m.value
	}
	return other
}

// IsNull reports whether the member was, or will be, null.
func (m Maybe[T]) IsNull() bool { return m.state == maybeNull }

// IsAbsent reports whether the member was, or will be, left out.
func (m Maybe[T]) IsAbsent() bool { return m.state == maybeAbsent }

// Ptr returns a pointer to a copy of v, to fill an optional field with a literal.
func Ptr[T any](v T) *T { return &v }
