package cloudevents_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/cloudevents"
	"github.com/evgen/evgen/runtime/delivery"
)

// records are what a format must bring back as it was, to the byte.
func records() map[string]runtime.Record {
	full := runtime.Record{Data: []byte(`{ "b":1.0,	"a":"ä\u00e4<>&" , "n":12345678901234567890.10}`)}
	full.ID, full.Correlation, full.Causation = uuid.New(), uuid.New(), uuid.New()
	full.Type, full.Version = "orders.OrderPlaced", 2
	full.Stream, full.StreamVersion, full.Position = runtime.StreamOf("Order", "a b/ü.*>%"), 7, 1<<53+1
	full.Tenant, full.Actor = "acme \"x\"", "J. Döe\n"
	full.OccurredAt = time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC)
	full.RecordedAt = time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
	full.Headers = map[string]string{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "X-Any Thing": "", "ü": "\x00"}
	bare := full
	bare.Tenant, bare.Actor, bare.Headers, bare.Data = "", "", nil, []byte(`{}`)
	return map[string]runtime.Record{"full": full, "bare": bare}
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	formats := map[string]delivery.Format{"binary": delivery.Binary{Source: "/orders"}, "structured": cloudevents.Structured{Source: "/orders"}}
	for name, format := range formats {
		for kind, rec := range records() {
			t.Run(name+"/"+kind, func(t *testing.T) {
				m, err := format.Encode(&rec)
				if err != nil {
					t.Fatal(err)
				}
				back, err := format.Decode(&m)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(rec, back, cmp.AllowUnexported(runtime.StreamID{})); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestBinaryMessagesAreCloudEventsByTheSDK(t *testing.T) {
	for kind, rec := range records() {
		m, err := delivery.Binary{Source: "/orders"}.Encode(&rec)
		if err != nil {
			t.Fatal(err)
		}
		e, err := cloudevents.Event(&m)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if e.Type() != rec.Type || e.Subject() != rec.Stream.String() || string(e.Data()) != string(rec.Data) {
			t.Errorf("%s: %v", kind, e)
		}
	}
}
