package testimony

import "github.com/evgen/evgen/runtime"

// Truth is all that a table of events holds, by position.
type Truth []Entry

// Entry is one event.
type Entry struct {
	Position runtime.Position
	Stream   string
	Version  runtime.StreamVersion
	Mark     Mark
}

// Last returns the last position, 0 if there is none.
func (t Truth) Last() runtime.Position {
	if len(t) == 0 {
		return 0
	}
	return t[len(t)-1].Position
}
