package program

import (
	"go/types"
	"sync"
)

// Others remembers what other packages export as facts: each is asked for once. Several rules may ask at once.
type Others[F any] struct {
	ask func(p *types.Package) F

	mu    sync.Mutex
	known map[*types.Package]F
}

// NewOthers takes how to ask for the fact of a package.
func NewOthers[F any](ask func(p *types.Package) F) *Others[F] {
	return &Others[F]{ask: ask, known: map[*types.Package]F{}}
}

// Of returns what is known of a package.
func (o *Others[F]) Of(p *types.Package) F {
	o.mu.Lock()
	defer o.mu.Unlock()
	fact, ok := o.known[p]
	if !ok {
		fact = o.ask(p)
		o.known[p] = fact
	}
	return fact
}
