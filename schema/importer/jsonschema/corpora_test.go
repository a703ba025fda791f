package jsonschema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	schemas "github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const corpora = "testdata/corpora"

// entry is one schema of the corpora and its payloads.
type entry struct {
	Schema    string
	Payloads  []payload
	Synthetic []payload
}

type payload struct {
	File  string
	Valid bool
}

func entries(t *testing.T) []entry {
	t.Helper()
	var index struct{ Events []entry }
	if err := json.Unmarshal(read(t, "index.json"), &index); err != nil {
		t.Fatal(err)
	}
	return index.Events
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(corpora, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(name string, text []byte, report *diag.Report) *syntax.Document {
	return syntax.Parse(source.NewFile(name, text), report)
}

func decode(t *testing.T, b []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// importCorpora imports everything at once, as a user with many foreign events would.
func importCorpora(t *testing.T) (jsonschema.Result, *model.Model) {
	t.Helper()
	var inputs []jsonschema.Input
	for _, e := range entries(t) {
		inputs = append(inputs, jsonschema.Input{Name: e.Schema, Bytes: read(t, e.Schema)})
	}
	r, report := jsonschema.Import(inputs, jsonschema.Options{Package: "foreign"})
	var docs []*syntax.Document
	for _, d := range r.Documents {
		docs = append(docs, parse(d.File.Name, syntax.Print(d), report))
	}
	m := resolve.Resolve(docs, report)
	for _, d := range report.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
	if t.Failed() {
		t.FailNow()
	}
	return r, m
}

// TestCorporaRoundTrip: every payload that its schema accepts fits the imported type.
func TestCorporaRoundTrip(t *testing.T) {
	r, m := importCorpora(t)
	events := map[string]*model.Event{}
	for _, e := range m.Packages[0].Events {
		events[e.Name] = e
	}
	structs := map[string]*model.Struct{}
	for _, i := range r.Events {
		structs[i.File] = events[i.Event].Version(i.Version).Struct
	}
	checked := 0
	for _, e := range entries(t) {
		schema := compile(t, e.Schema)
		for _, p := range append(e.Payloads, e.Synthetic...) {
			v := decode(t, read(t, p.File))
			if schema.Validate(v) != nil {
				continue
			}
			checked++
			if why := accepts(v, structs[e.Schema]); why != "" {
				t.Errorf("%s: %s", p.File, why)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d payloads were valid", checked)
	}
}

// compile prepares the schema of a corpus; formats are annotations, so that no payload escapes the test by one.
func compile(t *testing.T, name string) *schemas.Schema {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal(read(t, name), &doc); err != nil {
		t.Fatal(err)
	}
	dialect, _ := doc["$schema"].(string)
	if bytes.Contains([]byte(dialect), []byte("2020-12")) {
		doc["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	} else {
		doc["$schema"] = "http://json-schema.org/draft-04/schema#"
	}
	delete(doc, "$id")
	b, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	s, err := schemas.CompileString("https://corpus.example/"+name, string(b))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestCorporaAreVersionedAndTyped pins what the import reaches; more json leaves or fewer versions are a step back.
func TestCorporaAreVersionedAndTyped(t *testing.T) {
	r, m := importCorpora(t)
	if got := len(m.Packages[0].Events); got != 14 {
		t.Errorf("%d events, want 14", got)
	}
	leaves := 0
	for _, i := range r.Events {
		leaves += i.JSON
	}
	if len(r.Events) != 34 || leaves > 20 {
		t.Errorf("%d versions with %d json leaves, want 34 with at most 20", len(r.Events), leaves)
	}
}
