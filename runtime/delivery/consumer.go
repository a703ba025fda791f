package delivery

// Consumer reads from a [Source].
type Consumer[T any] struct{}
