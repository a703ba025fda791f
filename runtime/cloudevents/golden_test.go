package cloudevents_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/cloudevents"
	"github.com/evgen/evgen/runtime/delivery"
)

// shown is the event of the documentation.
func shown() runtime.Record {
	rec := runtime.Record{Data: []byte(`{"carrier":"post"}`)}
	rec.ID = uuid.MustParse("0195f1c2-7d3a-7c4e-9b1a-5f0e2d3c4b5a")
	rec.Correlation, rec.Causation = uuid.MustParse("0195f1c2-7d00-7000-8000-000000000001"), uuid.MustParse("0195f1c2-7d11-7000-8000-000000000002")
	rec.Type, rec.Version, rec.Stream, rec.StreamVersion, rec.Position = "shop.OrderShipped", 1, runtime.StreamOf("Order", "17"), 3, 4711
	rec.Tenant, rec.Actor = "acme", "ann"
	rec.OccurredAt = time.Date(2026, 1, 31, 12, 0, 0, 123456000, time.UTC)
	rec.RecordedAt = rec.OccurredAt.Add(4 * time.Millisecond)
	rec.Headers = map[string]string{"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
	return rec
}

// What other programs read does not change by accident; the documentation shows it.
func TestMessagesAreAsTheDocumentationShowsThem(t *testing.T) {
	rec := shown()
	m, err := cloudevents.Structured{Source: "/shop"}.Encode(&rec)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := json.Indent(&text, m.Data, "", "  "); err != nil {
		t.Fatal(err)
	}
	compare(t, "testdata/structured.json", text.String()+"\n")
	if m, err = (delivery.Binary{Source: "/shop"}).Encode(&rec); err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	attributes := slices.SortedFunc(slices.Values(m.Attributes), func(a, b delivery.Attribute) int { return strings.Compare(a.Name, b.Name) })
	for _, a := range attributes {
		fmt.Fprintf(&lines, "ce-%s: %s\n", a.Name, a.Value)
	}
	fmt.Fprintf(&lines, "content-type: %s\n\n%s\n", m.ContentType, m.Data)
	compare(t, "testdata/binary.txt", lines.String())
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s: %v; it is now\n%s", file, err, got)
	}
}
