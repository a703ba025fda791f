package resolve_test

import (
	"os"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// resolveText resolves one file and fails the test on any diagnostic.
func resolveText(t *testing.T, name, text string) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	doc := syntax.Parse(source.NewFile(name, []byte(text)), rep)
	m := resolve.Resolve([]*syntax.Document{doc}, rep)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: [%s] %s; %s", d.Span.Position(), d.Rule, d.Message, d.Help)
	}
	if m == nil {
		t.FailNow()
	}
	return m
}

func TestExampleOfTheLanguageResolves(t *testing.T) {
	text, err := os.ReadFile("testdata/memory.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := resolveText(t, "memory.yaml", string(text)).Packages[0]
	if p.Name != "memory" || len(p.Events) != 4 || len(p.Types) != 2 || len(p.Projections) != 2 || len(p.Sagas) != 1 {
		t.Fatalf("package %s has %d events, %d types, %d projections, %d sagas", p.Name, len(p.Events), len(p.Types), len(p.Projections), len(p.Sagas))
	}
	created := p.Events[0]
	if created.Wire != "memory.MemoryCreated" || created.Aggregate.Name != "Memory" || created.Owner != "mind-team" {
		t.Errorf("MemoryCreated: wire %q, aggregate %v, owner %q", created.Wire, created.Aggregate, created.Owner)
	}
	wantRules := []struct {
		field string
		op    model.Op
	}{{"text", model.OpFrom}, {"created_at", model.OpCarry}, {"source", model.OpDefault}, {"embedding", model.OpAbsent}}
	rules := created.Latest().Upcast.Rules
	if len(rules) != len(wantRules) {
		t.Fatalf("got %d rules, want %d", len(rules), len(wantRules))
	}
	for i, want := range wantRules {
		if rules[i].Target.Name != want.field || rules[i].Op != want.op {
			t.Errorf("rule %d makes %s by %d, want %s by %d", i, rules[i].Target.Name, rules[i].Op, want.field, want.op)
		}
	}
	if got := string(rules[2].Value.JSON); got != `{"origin":"conversation"}` {
		t.Errorf("default of source is %s", got)
	}
}
