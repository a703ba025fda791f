// Package stamps is a dependency that reads the clock.
package stamps

import (
	"context"
	"time"

	"github.com/evgen/evgen/analysis/testdata/ledger"
	"github.com/evgen/evgen/runtime"
)

// Clock tells the time.
type Clock interface{ Now() time.Time }

// System is the clock of the machine.
type System struct{}

// Now tells the time.
func (System) Now() time.Time { return time.Now() }

// Default is a clock.
var Default Clock = System{}

// Now is a clock, too.
var Now = time.Now

// Deep hides it.
func Deep() time.Time { return middle() }

func middle() time.Time { return time.Now() }

// React does not know that it reacts.
func React(ctx context.Context, e runtime.Envelope[ledger.ItemAdded]) ([]string, error) {
	_ = time.Now()
	return nil, nil
}
