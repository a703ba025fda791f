package generator_test

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// Any schema that is accepted becomes Go that type-checks and is formatted, whatever its names and docs hold.
func TestAcceptedSchemasCompile(t *testing.T) {
	deps := loadDependencies(t)
	accepted := 0
	rapid.Check(t, func(t *rapid.T) {
		text := schemaText(t)
		files, rep := generate("schema/random.yaml", text)
		if rep.HasErrors() {
			for _, d := range rep.Sorted() {
				if !expectedRules[d.Rule] {
					t.Fatalf("refused: %s: %s\n%s", d.Rule, d.Message, text)
				}
			}
			return
		}
		accepted++
		checkPackages(t, deps, files, text)
	})
	if accepted == 0 {
		t.Fatal("no random schema was accepted: the test tries nothing")
	}
}

// expectedRules are the reasons for which random names may be refused.
var expectedRules = map[string]bool{"go-name-collision": true, "go-name-missing": true, "bad-name": true}

func generate(name, text string) ([]output.File, *diag.Report) {
	rep := &diag.Report{}
	files, err := generator.Generate(generator.Input{
		Files:    []*source.File{source.NewFile(name, []byte(text))},
		Layout:   plan.Layout{Locate: func(p string) (string, string) { return path.Join("events", p), "example.com/events/" + p }},
		Declared: generator.ReadDeclared("does-not-exist"),
	}, rep)
	if err != nil {
		rep.Add(diag.Diagnostic{Rule: "error", Severity: diag.Error, Message: err.Error()})
	}
	return files, rep
}

// loadDependencies type-checks what generated code imports.
func loadDependencies(t *testing.T) importer {
	t.Helper()
	loaded, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps},
		"github.com/evgen/evgen/runtime/...", "context", "iter", "os", "strconv", "testing", "time")
	if err != nil {
		t.Fatal(err)
	}
	deps := importer{"unsafe": types.Unsafe}
	packages.Visit(loaded, nil, func(p *packages.Package) {
		if p.Types != nil {
			deps[p.PkgPath] = p.Types
		}
	})
	return deps
}

type importer map[string]*types.Package

func (i importer) Import(path string) (*types.Package, error) {
	if p, ok := i[path]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("generated code imports %q, which nobody knows", path)
}

// checkPackages type-checks all files, those of events first, and checks that gofmt would leave them alone.
func checkPackages(t *rapid.T, deps importer, files []output.File, text string) {
	set := token.NewFileSet()
	parsed := map[string][]*ast.File{}
	for _, f := range files {
		if path.Ext(f.Path) != ".go" || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		formatted, err := format.Source(f.Bytes)
		if err != nil {
			t.Fatalf("%s does not parse: %v\n%s", f.Path, err, text)
		}
		if !slices.Equal(formatted, f.Bytes) {
			t.Fatalf("%s is not formatted\n%s", f.Path, text)
		}
		file, err := parser.ParseFile(set, f.Path, f.Bytes, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed[path.Dir(f.Path)] = append(parsed[path.Dir(f.Path)], file)
	}
	world := &generated{known: maps.Clone(deps), set: set, parsed: parsed}
	for _, dir := range slices.Sorted(maps.Keys(parsed)) {
		if _, err := world.Import("example.com/" + dir); err != nil {
			t.Fatalf("generated code does not type-check: %v\n%s", err, text)
		}
	}
}

// generated are packages that are type-checked when they are first asked for.
type generated struct {
	known  importer
	set    *token.FileSet
	parsed map[string][]*ast.File
}

func (g *generated) Import(path string) (*types.Package, error) {
	dir, ours := strings.CutPrefix(path, "example.com/")
	if !ours || g.known[path] != nil {
		return g.known.Import(path)
	}
	config := types.Config{Importer: g}
	checked, err := config.Check(path, g.set, g.parsed[dir], nil)
	if err == nil {
		g.known[path] = checked
	}
	return checked, err
}

var scalarTypes = []string{
	"string", "bool", "int32", "int64", "uint32", "uint64", "float32", "float64", "decimal", "bytes", "uuid", "uri", "email",
	"timestamp", "date", "time", "duration", "json", "string | int64", "bool | float64", "string | bool | int64 | float64", "Colour", "Shape", "Node", "Part@2",
}

// packageNames are names that generated code gives to its own variables and imports, too.
var packageNames = []string{
	"random", "saga", "reaction", "delivery", "runtime", "source", "registry", "steps", "handle", "name", "run", "event", "stream", "projection", "append", "time", "string", "expect", "codec",
}

// schemaText draws a schema: two versions of some events, the second with changes that need rules.
func schemaText(t *rapid.T) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package: %s\ndoc: %s\ntypes:\n", rapid.SampledFrom(packageNames).Draw(t, "package"), quoted(t))
	b.WriteString("  Colour: {enum: [red, green]}\n  Circle: {fields: {radius: float64}}\n  Shape: {tag: kind, union: {circle: Circle, node: Node}}\n")
	fmt.Fprintf(&b, "  Node: {unknown: keep, fields: {next: Node?, parts: list<Part@1>?, value: %q}}\n", fieldType(t, "Node"))
	b.WriteString("  Part: {versions: {1: {fields: {a: int32}}, 2: {fields: {a: int64, b: string?}}}}\n")
	b.WriteString("aggregates: {Thing: {id: " + rapid.SampledFrom([]string{"uuid", "string", "int64", "uint32"}).Draw(t, "id") + "}}\nevents:\n")
	var events []string
	var fields []int
	for i := range rapid.IntRange(1, 3).Draw(t, "events") {
		fields = append(fields, writeEvent(t, &b, i))
		events = append(events, fmt.Sprintf("Event%dHappened", i))
	}
	writeProcesses(t, &b, strings.Join(events, ", "))
	writeProjections(t, &b, fields)
	return b.String()
}

// columnNames mean something to Go, to SQL, or to generated code; the last of them nothing.
var columnNames = []string{"order", "select", "type", "func", "range", "key", "row", "id", "c", "f", "w", "user", "string", "uuid", "plain"}

// writeProjections draws a read model with columns from fields of all types, one written by hand, and one that only
// counts. fields says how many each event has.
func writeProjections(t *rapid.T, b *strings.Builder, fields []int) {
	key := rapid.SampledFrom([]string{"$stream_id", "from_envelope", "$event_id", "$tenant"}).Draw(t, "row")
	count := rapid.SampledFrom(columnNames).Draw(t, "count")
	fmt.Fprintf(b, "projections:\n  List:\n    doc: %s\n    key: {of: %s}\n", quoted(t), key)
	if rapid.Bool().Draw(t, "indexed") {
		fmt.Fprintf(b, "    indexes: [[seen], [%s, seen]]\n", count)
	}
	if rapid.Bool().Draw(t, "ordered") {
		fmt.Fprintf(b, "    partition_by: %s\n", key)
	}
	b.WriteString("    on:\n")
	for i, n := range fields {
		set := []string{"seen: $recorded_at", fmt.Sprintf("moved%d: moved", i)}
		for j := range n {
			if rapid.Bool().Draw(t, "column") {
				set = append(set, fmt.Sprintf("of%d_%d: f%d", i, j, j))
			}
		}
		add := rapid.SampledFrom([]string{"1", "-1", "1000"}).Draw(t, "amount")
		fmt.Fprintf(b, "      Event%dHappened: {creates: %t, set: {%s}, add: {%s: %s}}\n", i, i == 0, strings.Join(set, ", "), count, add)
	}
	fmt.Fprintf(b, "  Written:\n    doc: %s\n    handler: go\n    on: [Event0Happened]\n", quoted(t))
	fmt.Fprintf(b, "  Counted:\n    key: {tenant: $tenant, who: $actor}\n    on:\n      Event0Happened: {add: {n: 1, m: %d}}\n", rapid.Int32().Draw(t, "m"))
}

// writeProcesses draws a consumer, a reaction and a saga of all events.
func writeProcesses(t *rapid.T, b *strings.Builder, events string) {
	fmt.Fprintf(b, "consumers:\n  some-reader: {doc: %s, reads: [%s]}\n", quoted(t), events)
	fmt.Fprintf(b, "reactions:\n  React: {doc: %s, on: [%s], emits: [%s]}\n", quoted(t), events, events)
	key := rapid.SampledFrom([]string{"$stream_id", "from_envelope", "$correlation_id"}).Draw(t, "key")
	fmt.Fprintf(b, "sagas:\n  Process:\n    doc: %s\n    start: Event0Happened\n    correlate: %s\n    emits: [%s]\n    steps:\n", quoted(t), key, events)
	wait := rapid.SampledFrom([]string{"90s", "PT2H", "1ms", "P1D", "1500us"}).Draw(t, "timeout")
	fmt.Fprintf(b, "      - {name: act, compensate: undo, timeout: %s, retry: {max: 3, backoff: fixed, base: 1s}}\n", wait)
	fmt.Fprintf(b, "      - {name: wait, do: false, await: {Event0Happened: %s}}\n", key)
}

// writeEvent returns how many fields there are besides those that all events have.
func writeEvent(t *rapid.T, b *strings.Builder, i int) int {
	fmt.Fprintf(b, "  Event%dHappened:\n    doc: %s\n    aggregate: Thing\n    versions:\n      1:\n        fields:\n", i, quoted(t))
	n := rapid.IntRange(1, 8).Draw(t, "fields")
	var fields []string
	for j := range n {
		f := fmt.Sprintf("          f%d: {type: %q, doc: %s, json: %s}\n", j, fieldType(t, ""), quoted(t), quoted(t)+"")
		fields = append(fields, strings.Replace(f, "json: \"", fmt.Sprintf("json: \"%d", j), 1))
	}
	b.WriteString(strings.Join(fields, ""))
	b.WriteString("      2:\n        doc: " + quoted(t) + "\n        fields:\n" + strings.Join(fields, ""))
	fmt.Fprintf(b, "          extra: {type: %q}\n", fieldType(t, ""))
	b.WriteString("          from_envelope: uuid\n          moved: \"string?\"\n        upcast:\n          extra: {go: true}\n          from_envelope: {from: $event_id}\n")
	return n
}

// fieldType draws a type expression; types named in not are left out, so that values stay finite.
func fieldType(t *rapid.T, not string) string {
	base := rapid.SampledFrom(scalarTypes).Filter(func(s string) bool { return not == "" || s != not && s != "Shape" }).Draw(t, "type")
	sum := strings.Contains(base, "|")
	switch rapid.IntRange(0, 5).Draw(t, "composite") {
	case 0:
		base = "list<" + base + ">"
	case 1:
		base = "map<" + base + ">"
	case 2:
		if !sum && base != "json" {
			base = "one_or_many<" + base + ">"
		}
	case 3:
		base = "list<map<" + base + ">>"
	}
	return presence(t, base)
}

func presence(t *rapid.T, base string) string {
	if base == "json" {
		return base
	}
	if strings.Contains(base, "|") && !strings.HasSuffix(base, ">") {
		base = "(" + base + ")"
	}
	return rapid.SampledFrom([]string{base, base + "?", base + " | null", base + "? | null"}).Draw(t, "presence")
}

// quoted draws any text, as a YAML scalar.
func quoted(t *rapid.T) string {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"*/ package x", "a\nb", "`back`", "``", "//go:build ignore", "+build ignore", "- item\n- two\n\n1. x\n2. y", "# Heading\ntext", "[a]: https://example.com\nsee [a]", "    indented\ntext", "a\n\n\tcode\n\nb", "x\n+build ignore", "//line a.go:1", "\u2028func", "\"", "\\"})).Draw(t, "text")
	return strconv.QuoteToASCII(strings.ToValidUTF8(text, "?")) // its escapes are YAML's, too
}
