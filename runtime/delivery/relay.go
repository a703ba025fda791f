package delivery

// Relay and Consumer are declared here until they are written.

// Relay is a projection that writes to a [Sink].
type Relay struct{}

// Consumer reads from a [Source].
type Consumer[T any] struct{}
