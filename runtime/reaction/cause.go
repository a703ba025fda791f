package reaction

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// HeaderHops counts, in the headers of an event, the reactions that have led to it.
const HeaderHops = "evgen-hops"

// carried are the headers that go from cause to effect: those of W3C's trace context.
var carried = [...]string{"traceparent", "tracestate"}

// LoopError says that a chain of reactions has become too long: one of them leads
// back to itself, or more follow from each other than [MaxHops] allows.
type LoopError struct {
	Reaction    string
	Hops, Limit int
}

func (e *LoopError) Error() string {
	return fmt.Sprintf("reaction %s: %d reactions have led to this event, of at most %d: it may be a loop", e.Reaction, e.Hops, e.Limit)
}

// hopsOf returns how many reactions have led to f.
func hopsOf(f *projection.Fact) int {
	n, err := strconv.Atoi(f.Headers[HeaderHops])
	if err != nil {
		return 0
	}
	return n
}

// causeOf returns the cause of what f leads to: but for the command, which each emission
// has its own of. The time is that of the fact's record, so that it does not change.
func causeOf(f *projection.Fact) runtime.Cause {
	cause := runtime.CausedBy(f).WithOccurredAt(f.RecordedAt).WithHeader(HeaderHops, strconv.Itoa(hopsOf(f)+1))
	for _, name := range carried {
		if value := f.Headers[name]; value != "" {
			cause = cause.WithHeader(name, value)
		}
	}
	return cause
}

// command names emission n of a reaction to f. It never changes, or what was emitted
// would be emitted again.
func command(reaction string, f *projection.Fact, n int) uuid.UUID {
	return uuid.NewSHA1(f.ID, fmt.Appendf(nil, "%s#%d#%d", reaction, f.Ordinal, n))
}
