package sealed_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// counted counts how often a store of keys is asked.
type counted struct {
	encryption.Keys
	pages atomic.Int64
}

func (c *counted) Page(ctx context.Context, from uuid.UUID, n int) ([]encryption.Key, error) {
	c.pages.Add(1)
	return c.Keys.Page(ctx, from, n)
}

// log makes n events of as many people as are named, taking turns, and returns them as they are stored.
func log(t testing.TB, w *world, n, subjects int) []runtime.Record {
	t.Helper()
	records := make([]runtime.Record, 0, n)
	for i := range n {
		of := people.PersonStream(uuid.NewSHA1(uuid.Nil, fmt.Append(nil, i%subjects)))
		batch, err := runtime.NewSealedBatch(t.Context(), w.keyring, of, runtime.ExpectAny(), runtime.Root(), []runtime.Event{registered()})
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, batch.Records[0])
	}
	return records
}

// A rebuild meets keys in the order in which they were made, and so asks for many at once.
func TestARebuildAsksForManyKeysAtOnce(t *testing.T) {
	const events, subjects = 30_000, 10_000
	w := newWorld(t)
	records := log(t, w, events, subjects)
	keys := &counted{Keys: w.keys}
	registry := closed(t).Opening(encryption.NewKeyring(keys, master(t)))
	for i := range records {
		if _, err := registry.Decode(records[i]); err != nil {
			t.Fatal(err)
		}
	}
	if asked := keys.pages.Load(); asked > 30 {
		t.Errorf("%d events of %d people: keys were asked for %d times", events, subjects, asked)
	}
}

func BenchmarkSealFourFields(b *testing.B) {
	w := newWorld(b)
	events := []runtime.Event{registered()}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := runtime.NewSealedBatch(b.Context(), w.keyring, stream, runtime.ExpectAny(), runtime.Root(), events); err != nil {
			b.Fatal(err)
		}
	}
}

// plain hides that its event has sealed fields.
type plain struct{ runtime.Event }

func BenchmarkAppendWithoutSealedFields(b *testing.B) {
	w := newWorld(b)
	events := []runtime.Event{plain{registered()}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := runtime.NewSealedBatch(b.Context(), w.keyring, stream, runtime.ExpectAny(), runtime.Root(), events); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpenFourFields(b *testing.B) {
	w := newWorld(b)
	records := log(b, w, 1, 1)
	var events []runtime.Event
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if events, err = w.registry.AppendEvents(events[:0], &records[0]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodePlainFourFields(b *testing.B) {
	w := newWorld(b)
	rec := log(b, w, 1, 1)[0]
	rec.Data = []byte(encode(b, registered()))
	var events []runtime.Event
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if events, err = w.registry.AppendEvents(events[:0], &rec); err != nil {
			b.Fatal(err)
		}
	}
}
