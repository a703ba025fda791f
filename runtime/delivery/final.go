package delivery

import (
	"errors"
	"fmt"
	"strings"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ErrConnectionClosed says that a connection to a broker, which a source or a sink was
// given, is closed for good. Nobody can go on by it: a consumer ends, and so does the
// runner of a relay. It is a [projection.ErrOver].
var ErrConnectionClosed = fmt.Errorf("connection to the broker is closed for good: %w", projection.ErrOver)

// Adviser is a [Source] or [Sink] that can tell what may end badly with the way in
// which its connection was set up. Who uses it logs that, once, as a warning.
type Adviser interface {
	// Advice is empty if there is nothing to say.
	Advice() string
}

// adviceOf returns the advice of a source or sink, if it has any.
func adviceOf(broker any) string {
	if a, ok := broker.(Adviser); ok {
		return a.Advice()
	}
	return ""
}

// FilterError says that the filters of a source keep events out which the consumer
// handles: they would have no effect, and nobody would be told. A consumer that means
// that is [Sparse].
type FilterError struct {
	Partition string
	// Types are the stored types of which there are messages, and none is read.
	Types []string
}

func (e *FilterError) Error() string {
	return fmt.Sprintf("partition %s has events which the consumer handles and its filters keep out: %s: let them through, or handle others",
		e.Partition, strings.Join(e.Types, ", "))
}

// final reports whether nobody can go on after err: messages are lost, offsets mean
// others, what is handled is not read, or there is no broker any more for this process.
func final(err error) bool {
	var filter *FilterError
	return errors.Is(err, runtime.ErrRetentionGap) || errors.Is(err, runtime.ErrStoreRewound) || errors.As(err, &filter) || errors.Is(err, projection.ErrOver)
}
