package jsonschema

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/syntax"
)

func TestEventKeepsItsNameWhenItsTitleChanges(t *testing.T) {
	for _, title := range []string{"order placed", "order.placed.again"} {
		in := Input{Name: "event.json", Bytes: []byte(`{"title": "` + title + `", "type": "object", "properties": {"id": {"type": "string"}}}`)}
		r, report := Import([]Input{in}, Options{Event: "OrderPlaced"})
		if report.HasErrors() {
			t.Fatal(report.Sorted())
		}
		if text := string(syntax.Print(r.Documents[0])); !strings.Contains(text, "\n  OrderPlaced:\n") || strings.Contains(text, "type: order") {
			t.Errorf("%s:\n%s", title, text)
		}
	}
}

func TestOneNameIsNotForTwoEvents(t *testing.T) {
	schema := []byte(`{"type": "object", "properties": {"id": {"type": "string"}}}`)
	in := []Input{{Name: "placed.json", Bytes: schema}, {Name: "paid.json", Bytes: schema}}
	if _, report := Import(in, Options{Event: "OrderPlaced"}); !report.HasErrors() || report.Sorted()[0].Rule != "import-bad-event-name" {
		t.Errorf("%v", report.Sorted())
	}
	if _, report := Import(in[:1], Options{Event: "order placed"}); !report.HasErrors() {
		t.Error("a name that no event can have was taken")
	}
}
