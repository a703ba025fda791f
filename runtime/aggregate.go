package runtime

import "fmt"

// Aggregate says how the events of one kind of stream fold into a state S.
// Generated code builds it from a typed evolver.
type Aggregate[S any] struct {
	// Category is that of the aggregate's streams.
	Category string
	// Decoder reads the aggregate's events. Generated code sets one that opens no
	// sealed fields: replace it by a registry that does, see [Registry.Opening].
	Decoder Decoder
	// Initial returns the state before the first event; nil stands for the zero S.
	Initial func() S
	// Evolve folds one event into the state.
	Evolve Evolve[S]
	// Digest identifies the shapes of the events that Evolve handles. It is one
	// half of a snapshot's key; see [WithSnapshots].
	Digest string
}

// Evolve returns the state after an event. It is pure, and it may change and
// return the state that it was given. An event that it does not know is an
// *[UnexpectedEventError].
//
//evgen:role evolver
type Evolve[S any] func(state S, event Envelope[Event]) (S, error)

// Fold returns the state after events, beginning with the initial one.
func (a Aggregate[S]) Fold(events ...Envelope[Event]) (S, error) {
	state := a.initial()
	for _, e := range events {
		var err error
		if state, err = a.Evolve(state, e); err != nil {
			return state, fmt.Errorf("fold %s: %w", a.Category, err)
		}
	}
	return state, nil
}

func (a Aggregate[S]) initial() S {
	if a.Initial == nil {
		var zero S
		return zero
	}
	return a.Initial()
}
