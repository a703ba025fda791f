// Package bad reads the clock in every way there is.
package bad

import (
	"context"
	"github.com/evgen/evgen/analysis/clock/testdata/stamps"
	"sort"
	"time"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/analysis/testdata/ledger/ledgerread"
	"github.com/evgen/evgen/runtime"
)

type (
	added   = runtime.Envelope[ledger.ItemAdded]
	removed = runtime.Envelope[ledger.ItemRemoved]
)

type state struct{ at time.Time }

type evolver struct{ clock stamps.Clock }

func (v evolver) ItemAdded(s state, e added) state {
	s.at = time.Now()                      // want `^an evolver reads the clock: evolver.ItemAdded -> time.Now$`
	s.at = time.Now().UTC().Add(time.Hour) // want `evolver.ItemAdded -> time.Now$`
	s.at = stamp()                         // want `evolver.ItemAdded -> stamp -> time.Now$`
	time.Now()                             // want `evolver.ItemAdded -> time.Now$`
	return s
}

func (v evolver) ItemRemoved(s state, e removed) state {
	s.at = even(4)              // want `evolver.ItemRemoved -> even -> odd -> stamp -> time.Now$`
	s.at = stamps.Deep()        // want `evolver.ItemRemoved -> stamps.Deep -> stamps.middle -> time.Now$`
	s.at = stamps.Now()         // want `evolver.ItemRemoved -> stamps.Now -> time.Now$`
	s.at = stamps.Default.Now() // want `evolver.ItemRemoved -> stamps.Default.Now -> stamps.System.Now -> time.Now$`
	s.at = v.clock.Now()        // held by an interface that others fill: hidden-dependency
	return s
}

func stamp() time.Time { return time.Now() }

func even(n int) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return odd(n - 1)
}

func odd(n int) time.Time {
	if n == 0 {
		return stamp()
	}
	return even(n - 1)
}

// Values that stand for the clock.

var now = time.Now

var source stamps.Clock = stamps.System{}

type reaction struct {
	now   func() time.Time
	clock stamps.Clock
	stamps.Clock
}

func newReaction() reaction {
	later := stamps.System{}
	return reaction{now: func() time.Time { return time.Now() }, clock: later, Clock: pick()}
}

func pick() stamps.Clock { return stamps.System{} }

func (r reaction) react(ctx context.Context, e added) ([]string, error) {
	_ = now()         // want `^a reaction reads the clock: reaction.react -> now -> time.Now$`
	_ = source.Now()  // want `reaction.react -> source.Now -> stamps.System.Now -> time.Now$`
	_ = r.now()       // want `reaction.react -> now -> func literal -> time.Now$`
	_ = r.clock.Now() // want `reaction.react -> clock.Now -> stamps.System.Now -> time.Now$`
	_ = r.Now()       // want `reaction.react -> Clock.Now -> stamps.System.Now -> time.Now$`
	f := time.Now     // want `reaction.react -> time.Now$`
	_ = f()
	m := stamps.System{}.Now // want `reaction.react -> stamps.System.Now -> time.Now$`
	_ = m()
	_ = ask(time.Now)                 // want `reaction.react -> time.Now$`
	_ = tell(stamps.System{})         // want `reaction.react -> stamps.System.Now -> time.Now$`
	_ = typed[stamps.System]()        // want `reaction.react -> stamps.System.Now -> time.Now$`
	sort.Sort(byAge{})                // want `reaction.react -> byAge.Less -> time.Since$`
	defer func() { _ = time.Now() }() // want `reaction.react -> time.Now$`
	defer func(e string) {
		_ = time.Now() // want `reaction.react -> time.Now$`
	}("another e")
	return nil, nil
}

func ask(f func() time.Time) time.Time { return f() }

func tell(c stamps.Clock) time.Time { return c.Now() }

func typed[C stamps.Clock]() time.Time {
	var c C
	return c.Now()
}

type byAge []time.Time

func (b byAge) Len() int           { return len(b) }
func (b byAge) Less(i, j int) bool { return time.Since(b[i]) < 0 }
func (b byAge) Swap(i, j int)      {}

type list struct{}

func (list) Tables() []string { return nil }

func (list) ItemAdded(ctx context.Context, tx *ledgerread.Tx, e added) error {
	tx.Queue("insert", time.Now()) // want `^a projection reads the clock: list.ItemAdded -> time.Now$`
	return nil
}

// A literal that is given the role, with what it takes from the function around it.
func handler(clock func() time.Time) ledger.React {
	return func(ctx context.Context, e added) ([]string, error) {
		_ = clock() // want `handler.func1 -> clock -> time.Now$`
		return nil, nil
	}
}

func Main() {
	ledger.OnAdded(newReaction().react)
	ledger.OnAdded(handler(time.Now))
	ledger.OnAdded(stamps.React) // want `a reaction reads the clock: React -> time.Now$`
}
