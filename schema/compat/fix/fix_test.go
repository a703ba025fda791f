package fix_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/compat/fix"
	"github.com/evgen/evgen/schema/compat/unmended"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

const released = `package: shop

events:
  # What a customer ordered.
  Placed:
    doc: An order.
    versions:
      1:
        # as it began
        fields:
          id: uuid
          note: string
`

func modelOf(t *testing.T, text string) *model.Model {
	t.Helper()
	rep := &diag.Report{}
	m, _ := unmended.Resolve([]*syntax.Document{syntax.Parse(source.NewFile("shop.yaml", []byte(text)), rep)}, rep)
	if m == nil {
		t.Fatalf("%v\n%s", rep.Sorted(), text)
	}
	return m
}

func fixes(t *testing.T, old *model.Model, text string) []fix.Fix {
	t.Helper()
	return fix.Fixes(compat.Compare(old, modelOf(t, text), compat.Options{}))
}

const edited = `package: shop

events:
  # What a customer ordered.
  Placed:
    doc: An order.
    versions:
      1:
        # as it began
        fields:
          id: uuid
          note: string
          lang: string? # new
`

func TestEditsBecomeTheNextVersion(t *testing.T) {
	want := released + `      2:
        # as it began
        fields:
          id: uuid
          note: string
          lang: string? # new
`
	got := fixes(t, modelOf(t, released), edited)
	if len(got) != 1 || string(got[0].Bytes) != want {
		t.Fatalf("%+v\n%s", got, got[0].Bytes)
	}
	e := compat.Compare(modelOf(t, released), modelOf(t, string(got[0].Bytes)), compat.Options{}).Events[0]
	if e.Transitive.Decoding.String() != "FULL" || len(e.Steps) != 1 {
		t.Errorf("the edit mends nothing: %s", e.Line())
	}
}

func TestEditsOfLockedVersionsBecomeTheNextVersion(t *testing.T) {
	l, _ := lock.Release(nil, modelOf(t, released))
	l, err := lock.Read(l.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	old, err := l.Model()
	if err != nil {
		t.Fatal(err)
	}
	got := fixes(t, old, edited)
	if len(got) != 1 {
		t.Fatalf("%d fixes", len(got))
	}
	if found, err := lock.Check(l, modelOf(t, string(got[0].Bytes))); err != nil || len(found) > 0 {
		t.Errorf("%v %v\n%s", err, found, got[0].Bytes)
	}
}

// TestFixesOfTheFixtures: what is renamed or deleted is mended, and what is offered helps.
func TestFixesOfTheFixtures(t *testing.T) {
	for _, name := range []string{"event-renamed", "event-removed"} {
		read := func(side string) string {
			b, err := os.ReadFile(filepath.Join("../../../golden/compat", name, side, "shop.yaml"))
			if err != nil {
				t.Fatal(err)
			}
			return string(b)
		}
		old := modelOf(t, read("previous"))
		got := fixes(t, old, read("current"))
		if len(got) != 1 || got[0].Rules[0] != name {
			t.Errorf("%s: %+v", name, got)
			continue
		}
		for _, e := range compat.Compare(old, modelOf(t, string(got[0].Bytes)), compat.Options{}).Events {
			if !e.Transitive.Decoding.Backward {
				t.Errorf("%s: %s\n%s", name, e.Line(), got[0].Bytes)
			}
		}
	}
}

// TestEveryFixParses: no edit of a fixture leaves a file that does not parse.
func TestEveryFixParses(t *testing.T) {
	dirs, err := filepath.Glob("../../../golden/compat/*")
	if err != nil || len(dirs) == 0 {
		t.Fatal("no fixtures")
	}
	offered := 0
	for _, dir := range dirs {
		old, err1 := os.ReadFile(filepath.Join(dir, "previous", "shop.yaml"))
		new, err2 := os.ReadFile(filepath.Join(dir, "current", "shop.yaml"))
		if err1 != nil || err2 != nil {
			continue
		}
		for _, f := range fixes(t, modelOf(t, string(old)), string(new)) {
			offered++
			modelOf(t, string(f.Bytes))
		}
	}
	if offered < 50 {
		t.Errorf("only %d fixes offered", offered)
	}
}
