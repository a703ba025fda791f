package journey

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/runtime"
)

const (
	// notes is how many streams all writers share, poisoned how many of them have poison.
	notes, poisoned = 40, 4
	// bookings is in how many of a hundred a saga begins.
	bookings = 15
)

// write appends until its time is up. What was begun is repeated until it is known to
// be written, under one command: so it is written once.
func (w *world) write() {
	for w.troubled.Err() == nil {
		stream, events := w.next()
		cause := runtime.Root().WithCommand(uuid.New())
		for w.following.Err() == nil {
			_, err := w.store.Append(w.following, stream, runtime.ExpectAny(), cause, events...)
			if err == nil {
				w.noteTold(events)
				break
			}
			w.figures.repeated.Add(1)
			faults.Pause(w.following, 20*time.Millisecond)
		}
		faults.Pause(w.troubled, rand.N(w.plan.Pace))
	}
}

// next is what a writer appends.
func (w *world) next() (runtime.StreamID, []runtime.Event) {
	if rand.N(100) < bookings {
		h := w.happening(Booked)
		return runtime.StreamOf("Trip", fmt.Sprint(h.Number)), []runtime.Event{h}
	}
	note := rand.N(notes)
	events := make([]runtime.Event, 1+rand.N(3))
	for i := range events {
		h := w.happening(Noted)
		h.Poison = note < poisoned && rand.N(10) == 0
		events[i] = h
	}
	return runtime.StreamOf("Note", fmt.Sprint(note)), events
}

func (w *world) happening(wireType string) Happening {
	return Happening{Type: wireType, Number: int(w.numbers.Add(1))}
}

func (w *world) noteTold(events []runtime.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range events {
		w.told = append(w.told, e.(Happening).Number)
	}
}
