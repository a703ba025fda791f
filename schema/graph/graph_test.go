package graph_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/graph"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

var update = flag.Bool("update", false, "rewrite the drawings; the run that rewrites fails")

func resolved(t testing.TB, files map[string]string) *model.Model {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	rep := &diag.Report{}
	docs, err := load.Load(fsys, []string{"."}, rep)
	if err != nil {
		t.Fatal(err)
	}
	m := resolve.Resolve(docs, rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: %s", d.Span.Position(), d.Message)
	}
	if m == nil {
		t.Fatal("no model")
	}
	return m
}

// shops is the schema of golden/process.
func shops(t testing.TB) *model.Model {
	t.Helper()
	files := map[string]string{}
	names, err := filepath.Glob("../../golden/process/schema/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no schemas: %v", err)
	}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = string(content)
	}
	return resolved(t, files)
}

func TestDrawingsAreWhatTheModelSays(t *testing.T) {
	g := graph.Of(shops(t))
	asJSON, err := g.JSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, drawn := range map[string][]byte{"process.mmd": g.Mermaid(), "process.svg": g.SVG(), "process.json": asJSON} {
		file := filepath.Join("testdata", name)
		if want, err := os.ReadFile(file); err == nil && bytes.Equal(want, drawn) {
			continue
		}
		t.Errorf("%s is not what is drawn (rewrite with: go test ./schema/graph -update, and look at it)", file)
		if *update {
			if err := os.WriteFile(file, drawn, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestAPackageIsDrawnWithItsNeighbours(t *testing.T) {
	g := graph.Of(shops(t), "payments")
	var ids []string
	for _, n := range g.Nodes {
		ids = append(ids, n.ID)
	}
	want := []string{"saga orders.Fulfil", "event payments.PaymentDeclined", "event payments.PaymentReceived"}
	if !slices.Equal(ids, want) {
		t.Errorf("nodes %q, want %q", ids, want)
	}
	for _, e := range g.Edges {
		if e.Flow != graph.Awaits || e.To != "saga orders.Fulfil" {
			t.Errorf("edge %+v", e)
		}
	}
}

func TestEveryEdgeJoinsNodes(t *testing.T) {
	g := graph.Of(shops(t))
	known := map[string]bool{}
	for _, n := range g.Nodes {
		if known[n.ID] {
			t.Errorf("two nodes %s", n.ID)
		}
		known[n.ID] = true
	}
	flows := map[graph.Flow]bool{}
	for _, e := range g.Edges {
		flows[e.Flow] = true
		if !known[e.From] || !known[e.To] {
			t.Errorf("edge %+v leads nowhere", e)
		}
	}
	if len(flows) != 5 {
		t.Errorf("the example shows %d kinds of flows", len(flows))
	}
}

const hostile = `package: hostile
doc: "</title><script>alert(1)</script>"
events:
  End: {key: a, doc: "]] --> \"]; click n1 \"javascript:alert(1)\" & <b> \u0001", versions: {1: {fields: {a: string}}}}
consumers:
  end.subgraph-1_: {doc: "]]>", team: "a\"] --> b; %%{init: {}}%% <i>` + "`x`" + `</i>\nend", reads: [End]}
`

func TestTextOfSchemasStaysText(t *testing.T) {
	g := graph.Of(resolved(t, map[string]string{"a.yaml": hostile}))
	allowed := []string{"svg", "title", "style", "rect", "path", "g", "text"}
	d := xml.NewDecoder(bytes.NewReader(g.SVG()))
	d.Strict = true
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("no XML: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok && !slices.Contains(allowed, start.Name.Local) {
			t.Errorf("element %s", start.Name.Local)
		}
	}
	node := regexp.MustCompile(`^ +n[0-9]+[(\[{/]+"[^"<>%\x60{}()\[\]&;]*(#[0-9]+;[^"<>%\x60{}()\[\]&;]*)*<br>[^"<>%\x60{}()\[\]&]*"[)\]}\\]+:::[a-z]+$`)
	other := regexp.MustCompile(`^(flowchart LR|  subgraph p[0-9]+\["hostile"\]|  end|  n[0-9]+ [-=.> a-z]+ n[0-9]+|  classDef .*|)$`)
	for _, line := range strings.Split(string(g.Mermaid()), "\n") {
		if !node.MatchString(line) && !other.MatchString(line) {
			t.Errorf("line %q", line)
		}
	}
}

func TestJSONIsTheGraph(t *testing.T) {
	g := graph.Of(shops(t))
	text, err := g.JSON()
	if err != nil {
		t.Fatal(err)
	}
	var back graph.Graph
	if err := json.Unmarshal(text, &back); err != nil || len(back.Nodes) != len(g.Nodes) || len(back.Edges) != len(g.Edges) {
		t.Errorf("%d nodes, %d edges, %v", len(back.Nodes), len(back.Edges), err)
	}
	empty, err := (&graph.Graph{Nodes: []graph.Node{}, Edges: []graph.Edge{}}).JSON()
	if err != nil || bytes.Contains(empty, []byte("null")) {
		t.Errorf("an empty graph is %s, %v", empty, err)
	}
}
