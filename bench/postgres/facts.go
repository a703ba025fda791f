package main

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/memory/events/memory"
	"github.com/evgen/evgen/runtime"
)

// text makes a payload of about 300 bytes.
const text = "Ada likes tea, the smoky kind, and told so twice: once at the harbour while it rained, and once more when the kettle sang. She would rather be asked than guessed at, and keeps a list."

// moment is when everything here happens.
var moment = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func created(i int) memory.MemoryCreated {
	return memory.MemoryCreated{
		Text: fmt.Sprintf("%s (%d)", text, i), CreatedAt: moment.Add(time.Duration(i) * time.Second),
		Source: memory.Source{Origin: memory.OriginConversation},
	}
}

// block is how many memories live at once; each has seven facts, one a turn.
const block, turns = 1000, 7

// nth makes fact i of a read model with a life: of the seven facts of a memory the first says that it was created, one
// that it was reworded, the others that it was accessed, and for every third memory the last that it was forgotten.
func nth(i int) runtime.Event {
	switch turn := i / block % turns; {
	case turn == 0:
		return created(i)
	case turn == 3:
		return memory.MemoryReworded{Text: fmt.Sprintf("reworded %d: %s", i, text[:60])}
	case turn == 6 && i%3 == 0:
		return memory.MemoryForgotten{Reason: "no longer needed"}
	}
	query := "tea"
	return memory.MemoryAccessed{Query: &query}
}

// stream is that of the memory that fact i is about.
func stream(i int) runtime.StreamID {
	var id uuid.UUID
	n := i/(block*turns)*block + i%block
	copy(id[:], fmt.Sprintf("memory%010d", n))
	return memory.MemoryStream(id)
}

// records are the facts as an import takes them.
func records(n int) func(yield func(runtime.Record, error) bool) {
	return func(yield func(runtime.Record, error) bool) {
		for i := range n {
			rec, err := record(i)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func record(i int) (runtime.Record, error) {
	event := nth(i)
	data, err := event.AppendJSON(nil)
	id := uuid.Must(uuid.NewV7())
	return runtime.Record{Data: data, Meta: runtime.Meta{
		ID: id, Type: event.EventType(), Version: event.EventVersion(), Stream: stream(i),
		Correlation: id, Causation: id, OccurredAt: moment, RecordedAt: moment,
	}}, err
}
