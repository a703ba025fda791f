package runtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Retry bounds how often and how fast conflicts are tried again. Before attempt
// n+1 it waits a random time below min(Base * 2^(n-1), Max), so that rivals part.
type Retry struct {
	// Attempts counts all of them, the first included; at least 1 is made.
	Attempts  int
	Base, Max time.Duration
}

// DefaultRetry is 8 attempts with waits below 2 ms at first and 250 ms at most.
func DefaultRetry() Retry {
	return Retry{Attempts: 8, Base: 2 * time.Millisecond, Max: 250 * time.Millisecond}
}

// NoRetry reports the first conflict.
func NoRetry() Retry { return Retry{Attempts: 1} }

// wait blocks before the attempt that follows attempt n (from 1).
func (r Retry) wait(ctx context.Context, n int) error {
	limit := r.Max
	if shift := n - 1; shift < 30 && r.Base<<shift < limit {
		limit = r.Base << shift
	}
	if limit <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(rand.N(limit))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// RetriesExhaustedError says that every attempt met a conflict. It wraps the last one.
type RetriesExhaustedError struct {
	Stream   StreamID
	Attempts int
	Last     *ConflictError
}

func (e *RetriesExhaustedError) Error() string {
	return fmt.Sprintf("gave up on %s after %d attempts: %v", e.Stream, e.Attempts, e.Last)
}

func (e *RetriesExhaustedError) Unwrap() error { return e.Last }
