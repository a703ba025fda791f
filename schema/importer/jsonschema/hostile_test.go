package jsonschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/syntax"
)

// importOne imports one file and fails the test unless what comes out is a valid schema.
func importOne(t *testing.T, name, text string) (jsonschema.Result, *diag.Report) {
	t.Helper()
	r, report := jsonschema.Import([]jsonschema.Input{{Name: name, Bytes: []byte(text)}}, jsonschema.Options{})
	if len(r.Documents) > 0 {
		resolves(t, r)
	}
	return r, report
}

func resolves(t *testing.T, r jsonschema.Result) {
	t.Helper()
	var report diag.Report
	var docs []*syntax.Document
	for _, d := range r.Documents {
		docs = append(docs, parse(d.File.Name, syntax.Print(d), &report))
	}
	resolve.Resolve(docs, &report)
	for _, d := range report.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
}

func TestUnreadableInputsHaveARuleAndAPlace(t *testing.T) {
	cases := map[string]struct {
		name, text, rule string
		line, column     int
	}{
		"empty":          {"a.json", "", "import-not-json", 1, 1},
		"truncated":      {"a.json", "{\n\"type\": \"obj", "import-not-json", 2, 13},
		"two values":     {"a.json", "{} {}", "import-not-json", 1, 5},
		"not UTF-8":      {"a.json", "{\"a\":\n\"\xff\"}", "import-not-utf8", 2, 2},
		"too deep":       {"a.json", strings.Repeat("[", 100_000), "import-not-json", 1, 514},
		"YAML bomb":      {"a.yaml", "a: &a [*a]", "import-not-yaml", 1, 1},
		"number":         {"a.json", "12", "import-not-schema", 1, 1},
		"string schema":  {"a.json", `{"type":"string"}`, "import-not-object", 1, 1},
		"never":          {"a.json", `false`, "import-not-object", 1, 1},
		"only loops":     {"a.json", `{"$ref":"#"}`, "import-not-object", 1, 1},
		"behind the BOM": {"a.json", "\ufeff{\"a\":}", "import-not-json", 1, 7},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, report := importOne(t, c.name, c.text)
			ds := report.Sorted()
			if len(ds) != 1 || ds[0].Rule != c.rule {
				t.Fatalf("got %v, want %s", ds, c.rule)
			}
			if p := ds[0].Span.Position(); p.File != c.name || p.Line != c.line || p.Column != c.column {
				t.Errorf("at %v, want %d:%d", p, c.line, c.column)
			}
		})
	}
}

func TestSecondFileOfAVersionIsAnError(t *testing.T) {
	_, report := jsonschema.Import([]jsonschema.Input{
		{Name: "a/seen/1.0.0.json", Bytes: []byte(`{"type":"object","properties":{"a":{"type":"string"}}}`)},
		{Name: "a/seen/1.0.0/schema.json", Bytes: []byte(`{"type":"object","properties":{"b":{"type":"string"}}}`)},
	}, jsonschema.Options{})
	ds := report.Sorted()
	if len(ds) != 1 || ds[0].Rule != "import-duplicate-version" || len(ds[0].Related) != 1 {
		t.Errorf("got %v", ds)
	}
}

// TestHostileSchemasEnd: each of these grows without bound in a reader that is not careful.
func TestHostileSchemasEnd(t *testing.T) {
	for name, text := range map[string]string{
		"alternatives of alternatives": alternatives(12),
		"alternatives in recursion": `{"type":"object","properties":{"a":{"$ref":"#/$defs/a"}},"$defs":{
			"a":{"anyOf":[{"$ref":"#/$defs/b"},{"type":"array","items":{"$ref":"#/$defs/c"}}]},
			"b":{"anyOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/c"}]},
			"c":{"oneOf":[{"type":"object","properties":{"x":{"$ref":"#/$defs/a"}}},{"type":"object","properties":{"x":{"$ref":"#/$defs/b"},"y":{"$ref":"#"}}}]}}}`,
		"allOf of itself":      `{"type":"object","allOf":[{"$ref":"#"},{"allOf":[{"$ref":"#"}]}],"properties":{"a":{"allOf":[{"$ref":"#"},{"$ref":"#/properties/a"}]}}}`,
		"lists of itself":      `{"type":"object","properties":{"a":{"$ref":"#/$defs/l"}},"$defs":{"l":{"type":"array","items":{"anyOf":[{"$ref":"#/$defs/l"},{"$ref":"#/$defs/m"}]}},"m":{"type":"object","additionalProperties":{"$ref":"#/$defs/l"}}}}`,
		"huge numbers":         `{"type":"object","properties":{"a":{"type":"integer","minimum":-1e999999999,"maximum":1e999999999,"multipleOf":1e-999999999,"enum":[1e400,0e999999999]},"b":{"const":123456789012345678901234567890}}}`,
		"a deep object":        strings.Repeat(`{"type":"object","properties":{"a":`, 120) + `{"type":"string"}` + strings.Repeat(`}}`, 120),
		"a deep list":          `{"type":"object","properties":{"a":` + strings.Repeat(`{"type":"array","items":`, 200) + `{"type":"string"}` + strings.Repeat(`}`, 200) + `}}`,
		"keywords as nonsense": `{"type":"object","properties":{"a":{"type":7,"enum":"x","required":{},"items":3,"minLength":"z","oneOf":{},"allOf":[1],"anyOf":[],"$ref":3,"format":[],"pattern":1,"const":null},"b":7,"c":{"oneOf":[]},"d":{"enum":[]}},"required":[1,"a"],"$defs":[]}`,
		"hostile texts":        `{"type":"object","title":"'; drop table","description":"*/ ` + "`" + `\n{{","properties":{"a":{"type":"string","description":"*/\u0000\u2028","enum":["*/","` + "`" + `","\n","'; drop","a\u0000"]},"\u202e":{"type":"string"}}}`,
		"a name of a megabyte": `{"type":"object","properties":{"` + strings.Repeat("a", 1<<20) + `":{"type":"string"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if r, report := importOne(t, "hostile.json", text); len(r.Documents) == 0 && !report.HasErrors() {
				t.Error("neither a document nor an error")
			}
		})
	}
}

// alternatives makes n properties-wide anyOf lists that apply at once.
func alternatives(n int) string {
	var b strings.Builder
	b.WriteString(`{"type":"object","allOf":[{}`)
	for i := range n {
		fmt.Fprintf(&b, `,{"anyOf":[`)
		for j := range n {
			if j > 0 {
				b.WriteString(",")
			}
			fmt.Fprintf(&b, `{"properties":{"p%d":{"type":["string","integer"],"enum":["v%d",%d]}}}`, i, j, j)
		}
		b.WriteString("]}")
	}
	b.WriteString("]}")
	return b.String()
}

// TestLargeSchemaIsImported: a file of ten megabytes, as generated by machines.
func TestLargeSchemaIsImported(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"type":"object","properties":{"x":{"type":"string"}`)
	for i := 0; b.Len() < 10<<20; i++ {
		fmt.Fprintf(&b, `,"f%d":{"type":"object","description":"%s","properties":{"a":{"type":"string"},"b":{"type":"integer"}}}`, i, strings.Repeat("text ", 100))
	}
	b.WriteString(`}}`)
	r, report := jsonschema.Import([]jsonschema.Input{{Name: "large.json", Bytes: []byte(b.String())}}, jsonschema.Options{})
	if report.HasErrors() || len(r.Documents) != 1 || len(r.Documents[0].Types) != 1 {
		t.Errorf("%d documents, %v", len(r.Documents), report.Sorted())
	}
}
