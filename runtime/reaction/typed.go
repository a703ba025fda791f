package reaction

import (
	"context"

	"github.com/evgen/evgen/runtime/projection"
)

// Typed makes a [Handle] of generated code: react hands a fact to the method of
// reactor that is made for it, emission opens what that returns.
func Typed[R, E any](reactor R, react func(ctx context.Context, reactor R, f *projection.Fact) ([]E, error), emission func(E) Emission) Handle {
	return func(ctx context.Context, f *projection.Fact) ([]Emission, error) {
		emitted, err := react(ctx, reactor, f)
		if err != nil {
			return nil, err
		}
		out := make([]Emission, len(emitted))
		for i, e := range emitted {
			out[i] = emission(e)
		}
		return out, nil
	}
}
