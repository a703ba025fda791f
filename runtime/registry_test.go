package runtime_test

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/memstore"
)

func placed(customer string) runtime.Event { return sampleevents.OrderPlaced{Customer: customer} }

func stored(wireType string, version int, data string) runtime.Record {
	return runtime.Record{Meta: runtime.Meta{ID: uuid.New(), Type: wireType, Version: version, Position: 9}, Data: []byte(data)}
}

func registry(t *testing.T) *runtime.Registry {
	t.Helper()
	r, err := runtime.NewRegistry(sampleevents.Schema())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestDecodeYieldsTheNewestVersions(t *testing.T) {
	for name, c := range map[string]struct {
		rec  runtime.Record
		want []runtime.Event
	}{
		"newest":        {stored("orders.OrderPlaced", 2, `{"customer":"Ada","amount_cents":5,"currency":"CHF"}`), []runtime.Event{sampleevents.OrderPlaced{Customer: "Ada", AmountCents: 5, Currency: "CHF"}}},
		"old":           {stored("orders.OrderPlaced", 1, `{"customer":"Ada","total":5}`), []runtime.Event{sampleevents.OrderPlaced{Customer: "Ada", AmountCents: 5, Currency: "EUR"}}},
		"renamed":       {stored("orders.OrderSent", 1, `{"carrier":"DHL"}`), []runtime.Event{sampleevents.OrderShipped{Carrier: "DHL"}}},
		"split":         {stored("orders.OrderReturned", 1, `{"carrier":"DHL","reason":"broken"}`), []runtime.Event{sampleevents.OrderShipped{Carrier: "DHL"}, sampleevents.OrderCancelled{Reason: "broken"}}},
		"invalid today": {stored("orders.OrderPlaced", 2, `{"customer":""}`), []runtime.Event{sampleevents.OrderPlaced{}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := registry(t).Decode(c.rec)
			if err != nil {
				t.Fatal(err)
			}
			var events []runtime.Event
			for i, env := range got {
				events = append(events, env.Data)
				if env.ID != c.rec.ID || env.Ordinal != i || env.Type != c.rec.Type || env.Version != c.rec.Version {
					t.Errorf("envelope %d: %+v", i, env.Meta)
				}
			}
			if diff := cmp.Diff(c.want, events); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeErrorsCarryTheRecord(t *testing.T) {
	r := registry(t)
	unknown := stored("orders.OrderLost", 1, `{}`)
	_, err := r.Decode(unknown)
	if e := asError[*runtime.UnknownTypeError](t, err); e.Record.ID != unknown.ID {
		t.Errorf("record %+v", e.Record)
	}
	newer := stored("orders.OrderPlaced", 3, `{}`)
	_, err = r.Decode(newer)
	if e := asError[*runtime.NewerVersionError](t, err); e.Record.ID != newer.ID || e.Latest != 2 {
		t.Errorf("error %+v", e)
	}
	never := stored("orders.OrderPlaced", 0, `{}`)
	_, err = r.Decode(never)
	if e := asError[*runtime.UnknownVersionError](t, err); e.Record.ID != never.ID {
		t.Errorf("error %+v", e)
	}
	broken := stored("orders.OrderPlaced", 1, `{"customer":`)
	_, err = r.Decode(broken)
	if e := asError[*runtime.DecodeError](t, err); e.Record.ID != broken.ID || e.Unwrap() == nil {
		t.Errorf("error %+v", e)
	}
}

func asError[T error](t *testing.T, err error) (target T) {
	t.Helper()
	if !errors.As(err, &target) {
		t.Fatalf("error is %v (%T), want a %T", err, err, target)
	}
	return target
}

func TestStoredTypesNameAllSources(t *testing.T) {
	r := registry(t)
	for want, got := range map[string][]string{
		"orders.OrderPlaced":  {"orders.OrderPlaced"},
		"orders.OrderShipped": {"orders.OrderReturned", "orders.OrderSent", "orders.OrderShipped"},
	} {
		types, err := r.StoredTypes(want)
		if err != nil || !slices.Equal(types, got) {
			t.Errorf("sources of %s: %q, %v", want, types, err)
		}
	}
	if _, err := r.StoredTypes("orders.OrderLost"); err == nil {
		t.Error("an unknown type has sources")
	}
}

func TestRegistryRefusesWhatIsNotSound(t *testing.T) {
	decode := func([]byte) (runtime.Event, error) { return nil, nil }
	upcast := func(_ *runtime.Meta, _ runtime.Event, dst []runtime.Event) ([]runtime.Event, error) { return dst, nil }
	version := func(n int) runtime.VersionSchema {
		return runtime.VersionSchema{Number: n, Decode: decode, Upcast: upcast}
	}
	for name, event := range map[string]runtime.EventSchema{
		"no versions":  {Type: "x.A"},
		"descending":   {Type: "x.A", Versions: []runtime.VersionSchema{version(2), version(1)}},
		"version 0":    {Type: "x.A", Versions: []runtime.VersionSchema{version(0)}},
		"no decoder":   {Type: "x.A", Versions: []runtime.VersionSchema{{Number: 1}}},
		"no upcast":    {Type: "x.A", Versions: []runtime.VersionSchema{{Number: 1, Decode: decode}, version(2)}},
		"into nowhere": {Type: "x.A", Versions: []runtime.VersionSchema{{Number: 1, Decode: decode, Upcast: upcast, Into: []string{"x.B"}}}},
	} {
		if _, err := runtime.NewRegistry(&runtime.Schema{Package: "x", Events: []runtime.EventSchema{event}}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	alias := &runtime.Schema{Package: "y", Events: []runtime.EventSchema{{Type: "y.A", Aliases: []string{"orders.OrderSent"}, Versions: []runtime.VersionSchema{version(1)}}}}
	_, err := runtime.NewRegistry(sampleevents.Schema(), alias)
	if e := asError[*runtime.DuplicateTypeError](t, err); e.Type != "orders.OrderSent" {
		t.Errorf("duplicate %q", e.Type)
	}
}

func TestUpcastsInACircleEnd(t *testing.T) {
	a := func([]byte) (runtime.Event, error) { return sampleevents.OrderShipped{}, nil }
	circle := func(_ *runtime.Meta, old runtime.Event, dst []runtime.Event) ([]runtime.Event, error) {
		return append(dst, old), nil
	}
	s := &runtime.Schema{Events: []runtime.EventSchema{{Type: "orders.OrderShipped", Versions: []runtime.VersionSchema{{Number: 1, Decode: a, Upcast: circle}}}}}
	rec := stored("orders.OrderShipped", 1, `{}`)
	_, err := s.AppendEvents(nil, &rec)
	asError[*runtime.DecodeError](t, err)
}

func TestLoadOfAGeneratedPackageIsTyped(t *testing.T) {
	store, stream := memstore.New(), sampleevents.OrderStream(uuid.New())
	ctx := context.Background()
	if _, err := store.Append(ctx, stream, runtime.ExpectNew(), runtime.Root(), sampleevents.OrderPlacedV1{Customer: "Ada", Total: 3}, sampleevents.OrderShipped{Carrier: "DHL"}); err != nil {
		t.Fatal(err)
	}
	var got []sampleevents.Event
	for env, err := range sampleevents.Load(ctx, store, stream) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, env.Data)
	}
	want := []sampleevents.Event{sampleevents.OrderPlaced{Customer: "Ada", AmountCents: 3, Currency: "EUR"}, sampleevents.OrderShipped{Carrier: "DHL"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func TestDecodeLetsTheConsumerSkipOrStop(t *testing.T) {
	broken := errors.New("disk on fire")
	var records iter.Seq2[runtime.Record, error] = func(yield func(runtime.Record, error) bool) {
		_ = yield(stored("orders.OrderShipped", 1, `{}`), nil) &&
			yield(stored("orders.OrderLost", 1, `{}`), nil) &&
			yield(stored("orders.OrderReturned", 1, `{}`), nil) &&
			yield(runtime.Record{}, broken)
	}
	var log []string
	for env, err := range runtime.Decode[sampleevents.OrderShipped](sampleevents.Schema(), records) {
		switch {
		case errors.Is(err, broken):
			log = append(log, "end")
		case err != nil:
			log = append(log, "skip "+env.Type)
		default:
			log = append(log, env.Data.EventType())
		}
	}
	want := []string{"orders.OrderShipped", "skip orders.OrderLost", "orders.OrderShipped", "skip orders.OrderReturned", "end"}
	if diff := cmp.Diff(want, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for range runtime.Decode[runtime.Event](sampleevents.Schema(), records) {
		break // must not go on after the consumer has stopped
	}
}
