package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

func idempotencyScenarios() []scenario {
	return []scenario{
		{"the same batch again returns the original outcome, whatever is expected", repeatBatch},
		{"the same batch is known after later appends", repeatLater},
		{"a part of a batch is refused", repeatPart},
		{"more than the batch is refused", repeatMore},
		{"the same id with other content is refused", repeatOther},
		{"one command may append to two streams", repeatTwoStreams},
		{"concurrent retries write once", repeatConcurrently},
	}
}

func expectations() []runtime.Expect {
	return []runtime.Expect{
		runtime.ExpectNew(), runtime.ExpectExists(), runtime.ExpectVersion(1), runtime.ExpectVersion(2),
		runtime.ExpectVersion(9), runtime.ExpectAny(),
	}
}

// command returns a cause that derives event ids, with a chain of its own.
func command(id uuid.UUID) runtime.Cause { return runtime.Root().WithCommand(id) }

func repeatBatch(t *testing.T, s runtime.Store) {
	stream, id := newStream(), uuid.New()
	first := writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b")...)
	first.Duplicate = true
	for _, expect := range expectations() {
		t.Run(expect.String(), func(t *testing.T) {
			again := writeAs(t, s, stream, expect, command(id), notes("a", "b")...)
			same(t, "outcome", again, first)
		})
	}
	same(t, "events", texts(everything(t, s)), []string{"a", "b"})
}

func repeatLater(t *testing.T, s runtime.Store) {
	stream, id := newStream(), uuid.New()
	first := writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b")...)
	write(t, s, newStream(), runtime.ExpectNew(), noted{"x"})
	write(t, s, stream, runtime.ExpectVersion(2), noted{"c"})
	again := writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b")...)
	first.Duplicate = true
	same(t, "outcome", again, first)
}

func repeatPart(t *testing.T, s runtime.Store) {
	stream, id := newStream(), uuid.New()
	writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b", "c")...)
	refuseRepeat(t, s, stream, id, notes("a")...)
	refuseRepeat(t, s, stream, id, notes("a", "b")...)
}

func repeatMore(t *testing.T, s runtime.Store) {
	stream, id := newStream(), uuid.New()
	writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b")...)
	refuseRepeat(t, s, stream, id, notes("a", "b", "c")...)
}

func repeatOther(t *testing.T, s runtime.Store) {
	stream, id := newStream(), uuid.New()
	writeAs(t, s, stream, runtime.ExpectNew(), command(id), notes("a", "b")...)
	refuseRepeat(t, s, stream, id, notes("a", "c")...)
	refuseRepeat(t, s, stream, id, notes("b", "a")...)
	refuseRepeat(t, s, stream, id, noted{"a"}, renamed{noted{"b"}})
}

// refuseRepeat demands that no expectation lets a changed repetition through.
func refuseRepeat(t *testing.T, s runtime.Store, stream runtime.StreamID, id uuid.UUID, events ...runtime.Event) {
	t.Helper()
	before := everything(t, s)
	for _, expect := range expectations() {
		_, err := s.Append(context.Background(), stream, expect, command(id), events...)
		same(t, "stream", wantErrorAs[*runtime.IdempotencyError](t, err).Stream, stream)
	}
	same(t, "records", everything(t, s), before)
}

func repeatTwoStreams(t *testing.T, s runtime.Store) {
	id := uuid.New()
	for range 2 {
		out := writeAs(t, s, newStream(), runtime.ExpectNew(), command(id), noted{"a"})
		same(t, "duplicate", out.Duplicate, false)
	}
}

func repeatConcurrently(t *testing.T, s runtime.Store) {
	const clients, commands = 8, 10
	stream := newStream()
	ids := make([]uuid.UUID, commands)
	for i := range ids {
		ids[i] = uuid.New()
	}
	fresh := make([]int, clients)
	inParallel(t, clients, func(client int) error {
		for i, id := range ids {
			out, err := s.Append(context.Background(), stream, runtime.ExpectAny(), command(id), noted{fmt.Sprint(i)})
			if err != nil {
				return err
			}
			if !out.Duplicate {
				fresh[client]++
			}
		}
		return nil
	})
	total := 0
	for _, n := range fresh {
		total += n
	}
	same(t, "appends that were new", total, commands)
	same(t, "records", len(load(t, s, stream)), commands)
}
