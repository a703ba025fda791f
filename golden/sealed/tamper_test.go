package sealed_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
)

// refused checks that rec cannot be read, for a reason, and that the error tells no secret.
func refused(t *testing.T, w *world, rec runtime.Record, want error) {
	t.Helper()
	events, err := w.registry.Decode(rec)
	var sealing *encryption.SealError
	var decoding *runtime.DecodeError
	if !errors.Is(err, want) || !errors.As(err, &sealing) || !errors.As(err, &decoding) || len(events) > 0 {
		t.Errorf("want %v, got %v, %v", want, events, err)
	}
	for _, secret := range append(secrets, "$sealed", rec.Stream.ID()) {
		if err != nil && sealing != nil && strings.Contains(sealing.Error(), secret) {
			t.Errorf("the error says %q: %v", secret, err)
		}
	}
}

var sealedValue = regexp.MustCompile(`\{"\$sealed":"1\.[^"]*"\}`)

func TestSealedBytesReadOnlyWhereTheyWereSealed(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered(), registered())
	rec, other := w.records(t)[0], w.records(t)[1]
	for name, change := range map[string]func(r *runtime.Record){
		"another event id":        func(r *runtime.Record) { r.ID = uuid.Max },
		"another version":         func(r *runtime.Record) { r.Version = 1 },
		"another event's payload": func(r *runtime.Record) { r.Data = other.Data },
		"fields swapped": func(r *runtime.Record) {
			r.Data = bytes.ReplaceAll(bytes.ReplaceAll(bytes.ReplaceAll(r.Data, []byte(`"name"`), []byte(`"x"`)), []byte(`"email"`), []byte(`"name"`)), []byte(`"x"`), []byte(`"email"`))
		},
		"a bit":      func(r *runtime.Record) { flip(r.Data, 60) },
		"the key id": func(r *runtime.Record) { copy(r.Data[sealedValue.FindIndex(r.Data)[0]+14:], "AAAA") },
		"cut":        func(r *runtime.Record) { r.Data = sealedValue.ReplaceAll(r.Data, []byte(`{"$$sealed":"1.AAAA"}`)) },
		"no base64":  func(r *runtime.Record) { r.Data = sealedValue.ReplaceAll(r.Data, []byte(`{"$$sealed":"1.?"}`)) },
		"other form": func(r *runtime.Record) { r.Data = sealedValue.ReplaceAll(r.Data, []byte(`{"$$sealed":"2.AAAA"}`)) },
		"a number":   func(r *runtime.Record) { r.Data = sealedValue.ReplaceAll(r.Data, []byte(`{"$$sealed":1}`)) },
	} {
		t.Run(name, func(t *testing.T) {
			changed := rec
			changed.Data = bytes.Clone(rec.Data)
			change(&changed)
			want := encryption.ErrTampered
			if name == "the key id" {
				want = encryption.ErrUnknownKey
			}
			refused(t, w, changed, want)
		})
	}
}

// flip changes a bit of the sealed bytes of the first field.
func flip(data []byte, i int) {
	if c := &data[sealedValue.FindIndex(data)[0]+i]; *c == 'A' {
		*c = 'B'
	} else {
		*c = 'A'
	}
}

func TestElementsOfAListCannotBeSwapped(t *testing.T) {
	w := newWorld(t)
	e := meeting()
	e.Guests[1].ContactID = e.Guests[0].ContactID // of one key
	w.append(t, stream, e)
	rec := w.records(t)[0]
	found := sealedValue.FindAll(rec.Data, 2)
	a, b := string(found[0]), string(found[1])
	swapped := strings.NewReplacer(a, b, b, a).Replace(string(rec.Data))
	rec.Data = []byte(swapped)
	refused(t, w, rec, encryption.ErrTampered)
}

func TestKeysOfAnotherStoreAreUnknown(t *testing.T) {
	w, other := newWorld(t), newWorld(t)
	w.append(t, stream, registered())
	refused(t, other, w.records(t)[0], encryption.ErrUnknownKey)
}

// Whoever has the database but not the master key reads nothing, and nothing is taken for erased.
func TestAnotherMasterKeyOpensNothing(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	for name, key := range map[string]byte{"test": 8, "another": 7} {
		m, err := encryption.NewMaster(encryption.MasterKey{Name: name, Key: bytes.Repeat([]byte{key}, 32)})
		if err != nil {
			t.Fatal(err)
		}
		_, err = closed(t).Opening(encryption.NewKeyring(w.keys, m)).Decode(w.records(t)[0])
		want := map[string]error{"test": encryption.ErrTampered, "another": runtime.ErrKeysUnavailable}[name]
		if !errors.Is(err, want) {
			t.Errorf("master key %s: %v", name, err)
		}
	}
}

// misplaced reports a text that is neither in the payload nor one of those that were sealed at this place.
func misplaced(t *testing.T, data, got string, sealed ...string) {
	t.Helper()
	quoted, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) > 3 && !slices.Contains(sealed, got) && !strings.Contains(data, `\\`) && !strings.Contains(data, strings.Trim(string(quoted), `"`)) {
		t.Errorf("%q is opened out of place", got)
	}
}

// FuzzTamperedPayloads changes the payload of an event of which everything is sealed: what decodes holds no secret
// that was not at its place.
func FuzzTamperedPayloads(f *testing.F) {
	keys := encryption.NewMemory()
	m, err := encryption.NewMaster(encryption.MasterKey{Name: "test", Key: bytes.Repeat([]byte{7}, 32)})
	if err != nil {
		f.Fatal(err)
	}
	keyring := encryption.NewKeyring(keys, m)
	registry, err := runtime.NewRegistry(people.Schema())
	if err != nil {
		f.Fatal(err)
	}
	registry = registry.Opening(keyring)
	for i, event := range []runtime.Sealable{registered(), meeting()} {
		batch, err := runtime.NewSealedBatch(f.Context(), keyring, stream, runtime.ExpectAny(), runtime.Root().WithCommand(uuid.Max), []runtime.Event{event})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, string(batch.Records[0].Data))
		f.Add(i, sealedValue.ReplaceAllString(string(batch.Records[0].Data), `{"$$sealed":"1."}`))
		f.Add(i, strings.Repeat(`{"tree":`, 300))
	}
	ids := runtime.Root().WithCommand(uuid.Max)
	f.Fuzz(func(t *testing.T, which int, data string) {
		rec := runtime.Record{Meta: runtime.Meta{ID: ids.EventID(stream, 0), Type: people.TypePersonRegistered, Version: 2, Stream: stream}, Data: []byte(data)}
		if which%2 == 1 {
			rec.Type, rec.Version = people.TypeMeetingHeld, 1
		}
		events, err := registry.Decode(rec)
		if err != nil {
			return
		}
		if p, ok := events[0].Data.(people.PersonRegistered); ok {
			misplaced(t, data, p.Name, "Ada Lovelace")
			misplaced(t, data, p.Email, "ada@example.com")
			return
		}
		for _, guest := range events[0].Data.(people.MeetingHeld).Guests {
			misplaced(t, data, guest.Email, "grace@example.com", "Alan@example.com")
		}
	})
}
