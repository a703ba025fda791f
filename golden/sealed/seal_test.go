package sealed_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/memstore"
)

func TestWhatIsSealedComesBackAsItWas(t *testing.T) {
	for name, event := range samples(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.append(t, stream, event)
			stored := w.records(t)[0]
			plain := stored
			plain.Data = []byte(encode(t, event))
			want, err := closed(t).Decode(plain)
			if err != nil {
				t.Fatal(err)
			}
			got := w.last(t)
			if encode(t, got.Data) != encode(t, want[0].Data) {
				t.Errorf("got  %s\nwant %s", encode(t, got.Data), encode(t, want[0].Data))
			}
			if bytes.Equal(stored.Data, plain.Data) || got.Sealing == nil || len(got.Sealing.Keys) == 0 || got.Erased() {
				t.Errorf("sealing %+v, stored %s", got.Sealing, stored.Data)
			}
		})
	}
}

// Erased data goes through every upcast, conversion and rule: none of them may fail on it.
func TestErasedFieldsDecodeThroughEveryUpcast(t *testing.T) {
	for name, event := range samples(t) {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.append(t, stream, event)
			w.eraseAll(t)
			got := w.last(t)
			if !got.Erased() || len(got.Sealing.Erased) == 0 || len(got.Sealing.Keys) != 0 {
				t.Errorf("sealing %+v", got.Sealing)
			}
			again, err := got.Data.AppendJSON(nil)
			if err != nil {
				t.Fatal(err)
			}
			v := people.Schema().Event(got.Data.EventType()).Version(got.Data.EventVersion())
			if _, err := v.Decode(again); err != nil {
				t.Errorf("what was decoded does not encode to something that decodes: %v", err)
			}
		})
	}
}

// registered is a person with two secrets.
func registered() people.PersonRegistered {
	phone := "030 12345"
	return people.PersonRegistered{
		Name: "Ada Lovelace", Email: "ada@example.com", Phone: &phone, Country: "UK",
		Home: &people.Address{Street: "St James's Square", Since: codec.Date{Year: 1835, Month: 7, Day: 8}},
	}
}

var secrets = []string{"Ada", "Lovelace", "ada@example.com", "030 12345", "James", "Grace", "grace@example.com", "Alan", "4711"}

func TestNothingOfASealedFieldIsStored(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered(), meeting())
	for _, rec := range w.records(t) {
		for _, secret := range secrets {
			if bytes.Contains(rec.Data, []byte(secret)) {
				t.Errorf("%q is in %s", secret, rec.Data)
			}
		}
	}
	if data := string(w.records(t)[0].Data); !strings.Contains(data, `"country":"UK"`) {
		t.Errorf("what is not sealed is not there: %s", data)
	}
}

// meeting holds data of several people, at every kind of place.
func meeting() people.MeetingHeld {
	grace := people.Contact{ContactID: "grace", Email: "grace@example.com"}
	alan := people.Contact{ContactID: "alan", Email: "Alan@example.com"}
	remark := "Alan was late"
	e := people.MeetingHeld{
		Place: "London", Guests: []people.Contact{grace, alan}, BySeat: map[string]people.Contact{"a]\"b": grace, "c": alan},
		Tables: []map[string]people.Contact{{"x": alan}}, Paid: people.Card{Holder: uuid.Max, Number: "4711"},
		Payments: []people.Payment{people.Cash{Coins: 3}, people.Card{Holder: uuid.Max, Number: "4711"}},
		Tree:     &people.Relative{Person: "grace", Name: "Grace", Children: []people.Relative{{Person: "alan", Name: "Alan"}}},
		Host:     people.Who{ID: 17}, Plan: []people.Contact{alan},
	}
	e.Speaker.Values = []people.Contact{grace}
	e.HostName = &remark
	return e
}

func TestEachSubjectIsErasedAlone(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, meeting())
	w.erase(t, "grace")
	got := w.last(t)
	e := got.Data.(people.MeetingHeld)
	if e.Guests[0].Email != "" || e.Guests[1].Email != "Alan@example.com" || e.BySeat["c"].Email != "Alan@example.com" {
		t.Errorf("guests %+v %+v", e.Guests, e.BySeat)
	}
	if e.Tree.Name != "" || e.Tree.Children[0].Name != "Alan" || e.Paid.(people.Card).Number != "4711" || *e.HostName != "Alan was late" {
		t.Errorf("%+v", e)
	}
	for _, field := range got.Sealing.Erased {
		if field.Subject != "grace" {
			t.Errorf("%s of %s is erased", field.Path, field.Subject)
		}
	}
	if want := "guests[].email"; got.Sealing.Erased[0].Path != want {
		t.Errorf("path %q, want %q", got.Sealing.Erased[0].Path, want)
	}
}

// What is sealed for one within what is sealed for another goes with either.
func TestSealedWithinSealedIsErasedWithEither(t *testing.T) {
	for subject, want := range map[string]int{"alan": 1, "17": 0} {
		w := newWorld(t)
		w.append(t, stream, meeting())
		w.erase(t, subject)
		e := w.last(t).Data.(people.MeetingHeld)
		if len(e.Plan) != want || want == 1 && (e.Plan[0].Email != "" || e.Plan[0].ContactID != "alan") {
			t.Errorf("without %s: %+v", subject, e.Plan)
		}
	}
}

func TestErasedOptionalFieldsAreAbsent(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	w.erase(t, stream.ID())
	e := w.last(t).Data.(people.PersonRegistered)
	if e.Name != "" || e.Phone != nil || e.Home != nil || e.Country != "UK" {
		t.Errorf("%+v", e)
	}
}

func TestAnErasedSubjectGetsNoNewDataUnlessItIsRenewed(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	w.erase(t, stream.ID())
	_, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), registered())
	var sealing *encryption.SealError
	if !errors.Is(err, encryption.ErrErased) || !errors.As(err, &sealing) || sealing.Path != "name" {
		t.Fatalf("append for an erased subject: %v", err)
	}
	subject := encryption.Subject{ID: stream.ID()}
	if err := encryption.Renew(t.Context(), w.keys, master(t), subject); err != nil {
		t.Fatal(err)
	}
	w.append(t, stream, registered())
	if e := w.last(t).Data.(people.PersonRegistered); e.Name != "Ada Lovelace" {
		t.Errorf("after renewal: %+v", e)
	}
	old, err := w.registry.Decode(w.records(t)[0])
	if err != nil || old[0].Data.(people.PersonRegistered).Name != "" {
		t.Errorf("what was erased is back: %v %v", old, err)
	}
	if err := encryption.Renew(t.Context(), w.keys, master(t), subject); !errors.Is(err, encryption.ErrActive) {
		t.Errorf("renewing a subject that is not erased: %v", err)
	}
}

func TestAStoreWithoutSealerRefusesSealedFields(t *testing.T) {
	store := memstore.New()
	_, err := store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), registered())
	var invalid *runtime.InvalidEventError
	if !errors.Is(err, runtime.ErrNoSealer) || !errors.As(err, &invalid) {
		t.Errorf("append: %v", err)
	}
}

func TestAFieldWithoutItsSubjectIsRefusedByName(t *testing.T) {
	w := newWorld(t)
	e := meeting()
	e.Guests[1].ContactID = ""
	_, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), e)
	var sealing *encryption.SealError
	if !errors.Is(err, encryption.ErrNoSubject) || !errors.As(err, &sealing) || sealing.Path != "guests[].email" {
		t.Errorf("append: %v", err)
	}
}

func TestADecoderWithoutOpenerRefusesSealedFields(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	_, err := closed(t).Decode(w.records(t)[0])
	var decoding *runtime.DecodeError
	if !errors.Is(err, runtime.ErrNoOpener) || !errors.As(err, &decoding) {
		t.Errorf("decode: %v", err)
	}
	_, err = people.Schema().Opening(w.keyring).AppendEvents(nil, &w.records(t)[0])
	if err != nil {
		t.Errorf("the schema alone, with an opener: %v", err)
	}
}

func TestWithoutAccessFieldsAreWithheld(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	got, err := closed(t).Opening(encryption.Withhold()).Decode(w.records(t)[0])
	if err != nil {
		t.Fatal(err)
	}
	e := got[0].Data.(people.PersonRegistered)
	if e.Name != "" || e.Country != "UK" || !got[0].Erased() || len(got[0].Sealing.Withheld) != 4 || len(got[0].Sealing.Erased) != 0 {
		t.Errorf("%+v, %+v", e, got[0].Sealing)
	}
}

func TestFactsFromBeforeTheFieldWasSealedStillRead(t *testing.T) {
	w := newWorld(t)
	w.append(t, stream, registered())
	rec := w.records(t)[0]
	rec.Data = []byte(encode(t, registered()))
	events, err := w.registry.Decode(rec)
	if err != nil || events[0].Data.(people.PersonRegistered).Name != "Ada Lovelace" || events[0].Sealing != nil {
		t.Errorf("%+v, %v", events, err)
	}
}

func TestTheSameAppendAgainIsRecognised(t *testing.T) {
	w := newWorld(t)
	cause := runtime.Root().WithCommand(uuid.MustParse("018f5c2e-7a10-7000-8000-0000000000bb"))
	for _, want := range []bool{false, true} {
		done, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), cause, registered(), meeting())
		if err != nil || done.Duplicate != want {
			t.Errorf("%+v, %v", done, err)
		}
	}
	other := registered()
	other.Name = "Grace Hopper"
	var refused *runtime.IdempotencyError
	if _, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), cause, other, meeting()); !errors.As(err, &refused) {
		t.Errorf("another payload: %v", err)
	}
}

func TestTenantsHaveKeysOfTheirOwn(t *testing.T) {
	w := newWorld(t)
	cause := runtime.Root().WithTenant("acme")
	other := people.PersonStream(uuid.Max)
	if _, err := w.store.Append(t.Context(), other, runtime.ExpectAny(), cause, meeting()); err != nil {
		t.Fatal(err)
	}
	w.append(t, stream, meeting())
	w.erase(t, "alan") // of no tenant
	for i, want := range []string{"Alan@example.com", ""} {
		events, err := w.registry.Decode(w.records(t)[i])
		if err != nil || events[0].Data.(people.MeetingHeld).Guests[1].Email != want {
			t.Errorf("record %d: %+v %v", i, events, err)
		}
	}
}
