package syntax_test

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func parse(t testing.TB, text string) (*syntax.Document, *diag.Report) {
	t.Helper()
	rep := &diag.Report{}
	return syntax.Parse(source.NewFile("test.yaml", []byte(text)), rep), rep
}

// mustParse fails the test on any diagnostic.
func mustParse(t testing.TB, text string) *syntax.Document {
	t.Helper()
	doc, rep := parse(t, text)
	for _, d := range rep.Sorted() {
		t.Errorf("%v: [%s] %s", d.Span.Position(), d.Rule, d.Message)
	}
	if t.Failed() {
		t.Fatalf("input:\n%s", text)
	}
	return doc
}

// withoutPlaces compares documents as data.
var withoutPlaces = cmp.Options{
	cmpopts.IgnoreTypes(source.Span{}, (*source.File)(nil)),
	cmpopts.EquateEmpty(),
	cmp.Transformer("JSON", func(l syntax.Literal) string { return string(l.JSON) }),
}

func TestPrintOfTheExampleParsesBack(t *testing.T) {
	text, err := os.ReadFile("testdata/memory.yaml")
	if err != nil {
		t.Fatal(err)
	}
	doc := mustParse(t, string(text))
	printed := syntax.Print(doc)
	if diff := cmp.Diff(doc, mustParse(t, string(printed)), withoutPlaces); diff != "" {
		t.Errorf("parsed again (-want +got):\n%s\n%s", diff, printed)
	}
	want, err := os.ReadFile("testdata/memory.printed.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(printed)); diff != "" {
		t.Errorf("printed (-want +got):\n%s", diff)
	}
}

func TestPrintedDocumentsParseBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := document(t)
		printed := syntax.Print(want)
		rep := &diag.Report{}
		got := syntax.Parse(source.NewFile("printed.yaml", printed), rep)
		for _, d := range rep.Sorted() {
			t.Errorf("%v: [%s] %s", d.Span.Position(), d.Rule, d.Message)
		}
		if diff := cmp.Diff(want, got, withoutPlaces); diff != "" {
			t.Errorf("parsed again (-want +got):\n%s", diff)
		}
		if t.Failed() {
			t.Fatalf("printed:\n%s\n%q", printed, printed)
		}
		if again := syntax.Print(got); string(again) != string(printed) {
			t.Errorf("printed again:\n%s", cmp.Diff(string(printed), string(again)))
		}
	})
}

func TestWhatIsEmittedIsOneEventOrAList(t *testing.T) {
	one := mustParse(t, "package: a\nreactions:\n  R: {on: A, emits: B}\nsagas:\n  S: {start: A, correlate: id, emits: B, steps: [{name: a}]}\n")
	list := mustParse(t, "package: a\nreactions:\n  R: {on: [A], emits: [B]}\nsagas:\n  S: {start: A, correlate: id, emits: [B], steps: [{name: a}]}\n")
	if diff := cmp.Diff(list, one, withoutPlaces); diff != "" {
		t.Errorf("one event is another thing than a list of one:\n%s", diff)
	}
}
