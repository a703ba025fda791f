package mind

import (
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// Capture decides that a memory comes to be. Its error is [ErrExists].
func Capture(text string, source memory.Source, at time.Time) runtime.Decide[Memory] {
	return func(m Memory) ([]runtime.Event, error) {
		if m.Status != "" {
			return nil, ErrExists
		}
		return []runtime.Event{memory.MemoryCreated{Text: text, Source: source, CreatedAt: at}}, nil
	}
}

// Consolidate decides that a memory comes to be which stands for others. Its
// error is [ErrExists].
func Consolidate(text string, parts []uuid.UUID, at time.Time) runtime.Decide[Memory] {
	capture := Capture(text, memory.Source{Origin: memory.OriginTool}, at)
	return func(m Memory) ([]runtime.Event, error) {
		events, err := capture(m)
		if err != nil {
			return nil, err
		}
		return append(events, memory.MemoryConsolidated{Parts: parts}), nil
	}
}

// Reword decides on better words. The same words are nothing to do. Errors:
// [ErrUnknown], *[GoneError].
func Reword(text string) runtime.Decide[Memory] {
	return whileKept(func(m Memory) []runtime.Event {
		if text == m.Text {
			return nil
		}
		return []runtime.Event{memory.MemoryReworded{Text: text}}
	})
}

// Access decides that the memory was of use, as the answer to query, which may
// be empty. Errors: [ErrUnknown], *[GoneError].
func Access(query string) runtime.Decide[Memory] {
	return whileKept(func(Memory) []runtime.Event {
		accessed := memory.MemoryAccessed{}
		if query != "" {
			accessed.Query = &query
		}
		return []runtime.Event{accessed}
	})
}

// Absorb decides that another memory stands for this one. Errors: [ErrUnknown],
// *[GoneError].
func Absorb(into uuid.UUID) runtime.Decide[Memory] {
	return whileKept(func(Memory) []runtime.Event {
		return []runtime.Event{memory.MemoryAbsorbed{Into: into}}
	})
}

// Forget decides that the memory must not be used any more. Errors:
// [ErrUnknown], *[GoneError].
func Forget(reason string) runtime.Decide[Memory] {
	return whileKept(func(Memory) []runtime.Event {
		return []runtime.Event{memory.MemoryForgotten{Reason: reason}}
	})
}

// whileKept refuses what cannot happen to a memory that is not there any more.
func whileKept(decide func(Memory) []runtime.Event) runtime.Decide[Memory] {
	return func(m Memory) ([]runtime.Event, error) {
		switch m.Status {
		case "":
			return nil, ErrUnknown
		case Kept:
			return decide(m), nil
		}
		return nil, &GoneError{Status: m.Status, Into: m.Into, Reason: m.Reason}
	}
}
