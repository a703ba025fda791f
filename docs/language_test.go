package docs

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const language = "docs/language.md"

// generated returns the files of one schema, by their base names.
func generated(t *testing.T, schemas ...string) map[string]string {
	t.Helper()
	var files []*source.File
	for i, text := range schemas {
		files = append(files, source.NewFile(fmt.Sprintf("schema/%d.yaml", i), []byte(text)))
	}
	var rep diag.Report
	out, err := generator.Generate(generator.Input{
		Files:    files,
		Layout:   plan.Layout{Locate: func(pkg string) (string, string) { return pkg, "example.com/" + pkg }},
		Declared: func(string) (generator.Declared, error) { return generator.Declared{}, nil },
	}, &rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: %s: %s", d.Span.Position(), d.Rule, d.Message)
	}
	if err != nil {
		t.Error(err)
	}
	texts := map[string]string{}
	for _, f := range out {
		texts[f.Path] = string(f.Bytes)
	}
	return texts
}

// around completes an excerpt to a schema.
var around = map[string]struct {
	head   string
	indent string
}{
	"schema":   {},
	"fields":   {"package: page\nevents:\n  Seen:\n    versions:\n      1:\n        fields:\n", "          "},
	"versions": {"package: page\nevents:\n  Seen:\n    versions:\n", "      "},
}

func TestSchemasInThePagesAreAccepted(t *testing.T) {
	for _, page := range pages(t) {
		for _, b := range blocks(t, page) {
			whole, isSchema := around[b.check]
			if !isSchema {
				continue
			}
			t.Run(fmt.Sprintf("%s:%d", b.page, b.line), func(t *testing.T) {
				generated(t, whole.head+indent(b.text, whole.indent))
			})
		}
	}
}

func indent(text, by string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(by + line)
	}
	return out.String()
}

const surroundings = `package: page
types:
  Source: {fields: {uri: uri?}}
  Origin: {enum: [here, there]}
events:
  Seen:
    versions:
      1:
        fields:
`

func TestTablesOfTypesSayWhatGoTheyBecome(t *testing.T) {
	for _, heading := range []string{"## Types", "## Presence"} {
		var fields strings.Builder
		want := map[string]string{}
		for i, row := range rows(t, language, heading) {
			typ, goType := strings.Trim(row[0], "`"), strings.Trim(row[1], "`")
			fmt.Fprintf(&fields, "          row%d: %q\n", i, typ)
			want[fmt.Sprintf("Row%d", i)] = goType
		}
		files := generated(t, surroundings+fields.String(), "package: billing\ntypes:\n  Money: {fields: {cents: int64}}\n")
		if diff := cmp.Diff(want, fieldsOf(files["page/events.gen.go"])); diff != "" {
			t.Errorf("%s (-page +generated):\n%s", heading, diff)
		}
	}
}

var goField = regexp.MustCompile(`(?m)^\t(Row\d+)\s+(\S+)$`)

func fieldsOf(code string) map[string]string {
	found := map[string]string{}
	for _, m := range goField.FindAllStringSubmatch(code, -1) {
		found[m[1]] = m[2]
	}
	return found
}

func TestEveryTypeIsInTheTable(t *testing.T) {
	var documented []string
	for _, row := range rows(t, language, "## Types") {
		documented = append(documented, strings.Trim(row[0], "`"))
	}
	for _, name := range literalsOf(t, "schema/resolve/typeref.go", "builtins") {
		if !slices.Contains(documented, name) {
			t.Errorf("type %q is not in the table", name)
		}
	}
}

// literalsOf returns the keys of a map in a Go file.
func literalsOf(t *testing.T, file, variable string) []string {
	t.Helper()
	var keys []string
	for _, e := range composite(t, file, variable).Elts {
		if pair, ok := e.(*ast.KeyValueExpr); ok {
			keys = append(keys, strings.Trim(pair.Key.(*ast.BasicLit).Value, `"`))
		}
	}
	if len(keys) == 0 {
		t.Fatalf("%s: %s holds no literals", file, variable)
	}
	return keys
}

// composite returns the literal that a variable of a Go file is set to.
func composite(t *testing.T, file, variable string) *ast.CompositeLit {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), root+"/"+file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var found *ast.CompositeLit
	ast.Inspect(parsed, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && spec.Names[0].Name == variable && len(spec.Values) == 1 {
			found, _ = spec.Values[0].(*ast.CompositeLit)
		}
		return found == nil
	})
	if found == nil {
		t.Fatalf("%s: no literal %s", file, variable)
	}
	return found
}

// words are the names that the page has for the operands of conversions.
var words = map[string]string{
	"texts": "string", "ints": "int", "signed64": "int64", "floats": "float", "bools": "bool", "decimals": "decimal",
	"uuids": "uuid", "timestamps": "timestamp", "dates": "date", "times": "time", "durations": "duration", "blobs": "bytes",
	"textEnums": "text enum", "intEnums": "int enum",
	"": "no", "sometimes": "yes", "whenClosed": "closed",
}

func TestTableOfConversionsIsThatOfTheCode(t *testing.T) {
	var want [][]string
	for _, e := range composite(t, "schema/resolve/conversions.go", "conversions").Elts {
		row := map[string]string{}
		for _, member := range e.(*ast.CompositeLit).Elts {
			pair := member.(*ast.KeyValueExpr)
			switch v := pair.Value.(type) {
			case *ast.BasicLit:
				row[pair.Key.(*ast.Ident).Name] = strings.Trim(v.Value, `"`)
			case *ast.Ident:
				row[pair.Key.(*ast.Ident).Name] = v.Name
			}
		}
		want = append(want, []string{"`" + row["name"] + "`", words[row["from"]], words[row["to"]], words[row["fails"]]})
	}
	if diff := cmp.Diff(want, rows(t, language, "## Conversions")); diff != "" {
		t.Errorf("conversions (-code +page):\n%s", diff)
	}
}

func TestEveryKeyIsDocumented(t *testing.T) {
	page := read(t, language) + read(t, "docs/evolution.md")
	for name, schema := range map[string][]byte{"schema files": syntax.JSONSchema(), "evgen.yaml": syntax.ConfigJSONSchema()} {
		var value any
		if err := json.Unmarshal(schema, &value); err != nil {
			t.Fatal(err)
		}
		keys := map[string]bool{}
		addKeys(keys, value)
		if len(keys) < 10 {
			t.Fatalf("%s: only %d keys were found", name, len(keys))
		}
		for key := range keys {
			if !regexp.MustCompile("`[^`\n]*\\b" + key + "\\b[^`\n]*`").MatchString(page) {
				t.Errorf("key %q of %s is not documented", key, name)
			}
		}
	}
}

// addKeys gathers the names of properties in a JSON Schema.
func addKeys(keys map[string]bool, schema any) {
	switch v := schema.(type) {
	case map[string]any:
		if properties, ok := v["properties"].(map[string]any); ok {
			for key := range properties {
				keys[key] = true
			}
		}
		for _, inner := range v {
			addKeys(keys, inner)
		}
	case []any:
		for _, inner := range v {
			addKeys(keys, inner)
		}
	}
}
