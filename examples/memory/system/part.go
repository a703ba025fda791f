package system

import (
	"context"
	"fmt"
)

// Name names a part of the system.
type Name string

// The parts.
const (
	Relay      Name = "relay"
	ReadModels Name = "read models"
	Reaction   Name = "reaction"
	Sagas      Name = "sagas"
	Embedder   Name = "embedder"
)

// Parts lists them, in the order in which they are started.
func Parts() []Name { return []Name{ReadModels, Reaction, Sagas, Relay, Embedder} }

// runnable runs until its ctx ends, and then returns nil.
type runnable func(ctx context.Context) error

// part is a part that runs.
type part struct {
	stop  context.CancelFunc
	ended chan struct{}
	err   error
}

// start runs a part, and calls failed if it comes to an end by itself.
func start(ctx context.Context, name Name, run runnable, failed func(error)) *part {
	ctx, cancel := context.WithCancel(ctx)
	p := &part{stop: cancel, ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		if p.err = run(ctx); p.err != nil {
			p.err = fmt.Errorf("%s: %w", name, p.err)
			failed(p.err)
		}
	}()
	return p
}

// end stops the part and waits for it.
func (p *part) end() error {
	p.stop()
	<-p.ended
	return p.err
}

// together runs all of them; if one fails the others end, too.
func together(all ...runnable) runnable {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		errs := make(chan error, len(all))
		for _, run := range all {
			go func() { errs <- run(ctx) }()
		}
		var first error
		for range all {
			if err := <-errs; err != nil && first == nil {
				first = err
				cancel()
			}
		}
		return first
	}
}
