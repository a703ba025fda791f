// Package sealed_test appends, reads and erases personal data by generated code.
package sealed_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/memstore"
)

// world is a store that seals, with all that belongs to it.
type world struct {
	keys     *encryption.Memory
	keyring  *encryption.Keyring
	store    *memstore.Store
	registry *runtime.Registry // opens what is sealed
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{keys: encryption.NewMemory()}
	w.keyring = encryption.NewKeyring(w.keys, master(t))
	w.store = memstore.New(memstore.WithSealing(w.keyring))
	t.Cleanup(func() { w.store.Close() })
	w.registry = closed(t).Opening(w.keyring)
	return w
}

func master(t testing.TB) *encryption.Master {
	t.Helper()
	m, err := encryption.NewMaster(encryption.MasterKey{Name: "test", Key: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// closed is a registry without an opener.
func closed(t testing.TB) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(people.Schema())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (w *world) append(t *testing.T, stream runtime.StreamID, events ...runtime.Event) {
	t.Helper()
	if _, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), events...); err != nil {
		t.Fatal(err)
	}
}

// erase erases subjects, as the only process that has keys.
func (w *world) erase(t *testing.T, subjects ...string) {
	t.Helper()
	e := encryption.Eraser{Erasures: w.keys, Keyrings: []*encryption.Keyring{w.keyring}, Settle: encryption.Alone}
	var all []encryption.Subject
	for _, s := range subjects {
		all = append(all, encryption.Subject{ID: s})
	}
	if err := e.Erase(t.Context(), encryption.Erasure{By: "test", Why: "asked for"}, all...); err != nil {
		t.Fatal(err)
	}
}

// eraseAll erases everybody.
func (w *world) eraseAll(t *testing.T) {
	t.Helper()
	keys, err := w.keys.Page(t.Context(), uuid.Nil, 1000)
	if err != nil || len(keys) == 0 {
		t.Fatalf("keys: %d, %v", len(keys), err)
	}
	for _, k := range keys {
		w.erase(t, k.Subject.ID)
	}
}

func (w *world) records(t *testing.T) []runtime.Record {
	t.Helper()
	var out []runtime.Record
	for rec, err := range w.store.ReadAll(t.Context(), 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
	return out
}

// last decodes the newest record.
func (w *world) last(t *testing.T) runtime.Envelope[runtime.Event] {
	t.Helper()
	all := w.records(t)
	events, err := w.registry.Decode(all[len(all)-1])
	if err != nil || len(events) != 1 {
		t.Fatalf("decode: %d events, %v", len(events), err)
	}
	return events[0]
}

// sample is a payload as package sample has made it.
type sample struct {
	Type    string
	Version int
	Sample  string
	Payload json.RawMessage
}

// samples yields every payload that the generated tests read, by the event that it decodes to.
func samples(t *testing.T) iter.Seq2[string, runtime.Event] {
	t.Helper()
	return func(yield func(string, runtime.Event) bool) {
		file, err := os.Open("events/people/testdata/samples.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		for dec := json.NewDecoder(file); ; {
			var s sample
			if err := dec.Decode(&s); errors.Is(err, io.EOF) {
				return
			} else if err != nil {
				t.Fatal(err)
			}
			event, err := people.Schema().Event(s.Type).Version(s.Version).Decode(s.Payload)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimPrefix(s.Type, "people.") + "V" + string(rune('0'+s.Version)) + "/" + s.Sample
			if !yield(name, unchecked{event.(runtime.Sealable)}) {
				return
			}
		}
	}
}

// unchecked is an event that may violate its constraints, as samples do.
type unchecked struct{ runtime.Sealable }

func (unchecked) Validate() error { return nil }

// stream is that of the samples.
var stream = people.PersonStream(uuid.MustParse("018f5c2e-7a10-7000-8000-0000000000aa"))

func encode(t testing.TB, e runtime.Event) string {
	t.Helper()
	b, err := e.AppendJSON(nil)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// repository is one that folds people into the names that they had.
func repository(t *testing.T, w *world, opts ...runtime.RepositoryOption[[]string]) *runtime.Repository[[]string] {
	t.Helper()
	aggregate := people.PersonAggregate[[]string](names{})
	aggregate.Decoder = w.registry
	repo, err := runtime.NewRepository(w.store, aggregate, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

type names struct{}

func (names) ValuesConverted(s []string, _ runtime.Envelope[people.ValuesConverted]) []string {
	return s
}

func (names) PersonRegistered(s []string, e runtime.Envelope[people.PersonRegistered]) []string {
	return append(s, e.Data.Name)
}

func (names) MeetingHeld(s []string, _ runtime.Envelope[people.MeetingHeld]) []string { return s }

func (names) Measured(s []string, _ runtime.Envelope[people.Measured]) []string { return s }
