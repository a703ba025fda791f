// Package notes suppresses in every way there is.
package notes

import (
	"context"
	"time"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/runtime"
)

type state struct{}

type evolver struct{}

var _ ledger.ItemEvolver[state] = evolver{}

// ItemAdded measures.
//
//evgen:ignore clock what it takes is only logged
func (evolver) ItemAdded(s state, e runtime.Envelope[ledger.ItemAdded]) state {
	start := time.Now()
	_ = time.Since(start)
	return s
}

func (evolver) ItemRemoved(s state, e runtime.Envelope[ledger.ItemRemoved]) state {
	//evgen:ignore clock alone on a line, for the next one
	_ = time.Now()
	_ = time.Now() //evgen:ignore clock beside it
	_ = time.Now() // want `reads the clock`
	_ = e          //evgen:ignore clock nothing to find // want `nothing here is found by clock: the suppression can go`
	_ = time.Now() //evgen:ignore clock // want `the suppression of clock gives no reason`
	_ = time.Now() //evgen:ignore clok only logged // want `there is no rule "clok" .did you mean "clock"` `reads the clock`
	_ = time.Now() //evgen:ignore // want `a suppression names a rule and a reason` `reads the clock`
	_ = time.Now() //evgen:ignored is another word // want `reads the clock` `this suppresses nothing`
	_ = time.Now() //evgen:ignroe clock only logged // want `reads the clock` `this suppresses nothing`
	_ = time.Now() // evgen:ignore clock only logged // want `reads the clock` `this suppresses nothing: a suppression begins with //evgen:ignore, without a blank`
	_ = time.Now() /* evgen:ignore clock only logged */ // want `reads the clock` `this suppresses nothing`
	// evgen:ignore is what this test is about, and evgen:role is something else.
	//evgen:ignore clock only logged
	//evgen:ignore concurrency one below the other
	time.Sleep(time.Until(e.OccurredAt))
	return s
}

// other is of no role.
func other(ctx context.Context) {
	_ = time.Now() //evgen:ignore suppression of this rule itself // want `there is no rule "suppression"`
}
