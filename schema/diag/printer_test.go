package diag_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

var file = source.NewFile("a.yaml", []byte("origin: Origin\nsource: list<Sorce>\n"))

func misspelt() diag.Diagnostic {
	return diag.Diagnostic{
		Rule: "unknown-type", Severity: diag.Error, Span: source.Span{File: file, Start: 28, End: 33},
		Message: `type "Sorce" is not declared (did you mean "Source"?)`, Help: "declare it under `types:`",
		Related: []diag.Related{{Span: source.Span{File: file, Start: 0, End: 6}, Message: "declared here"}},
	}
}

func TestTextMarksThePlace(t *testing.T) {
	var b strings.Builder
	if err := (diag.Text{}).Print(&b, []diag.Diagnostic{misspelt()}); err != nil {
		t.Fatal(err)
	}
	want := "a.yaml:2:14: error[unknown-type]: type \"Sorce\" is not declared (did you mean \"Source\"?)\n" +
		"  2 | source: list<Sorce>\n" +
		"    |              ^^^^^\n" +
		"  a.yaml:1:1: declared here\n" +
		"  1 | origin: Origin\n" +
		"    | ^^^^^^\n" +
		"  help: declare it under `types:`\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTextHasColourOnlyWhenAsked(t *testing.T) {
	for _, c := range []struct {
		palette diag.Palette
		want    bool
	}{{diag.Palette{}, false}, {diag.ANSI(), true}} {
		var b strings.Builder
		if err := (diag.Text{Palette: c.palette}).Print(&b, []diag.Diagnostic{misspelt()}); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(b.String(), "\x1b["); got != c.want {
			t.Errorf("colour %t, want %t", got, c.want)
		}
	}
}

func TestTextSendsNoEscapesOfTheSchema(t *testing.T) {
	evil := source.NewFile("\x1b[2Jevil.yaml", []byte("a: \x1b[31mred\u202e\n"))
	d := diag.Diagnostic{Rule: "x", Severity: diag.Error, Span: source.Span{File: evil, Start: 3, End: 9}, Message: "bad \x1b[0m"}
	var b strings.Builder
	if err := (diag.Text{}).Print(&b, []diag.Diagnostic{d}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "\x1b\u202e") {
		t.Errorf("escape sequence in %q", b.String())
	}
}

func TestNotesWithoutAFileHaveNoPosition(t *testing.T) {
	d := misspelt()
	d.Related = []diag.Related{{Message: "and nowhere"}}
	for _, p := range []diag.Printer{diag.Text{}, diag.GitHub{}, diag.Markdown{}, diag.JUnit{}, diag.SARIF{}} {
		var b strings.Builder
		if err := p.Print(&b, []diag.Diagnostic{d}); err != nil {
			t.Fatal(err)
		}
		if text := b.String(); strings.Contains(text, ":0:0") || !strings.Contains(text, "and nowhere") {
			t.Errorf("%T: %s", p, text)
		}
	}
}

func TestTextShortensLongLines(t *testing.T) {
	long := source.NewFile("long.yaml", []byte(strings.Repeat("x", 5000)+"here"+strings.Repeat("y", 5000)))
	d := diag.Diagnostic{Rule: "x", Severity: diag.Error, Span: source.Span{File: long, Start: 5000, End: 5004}, Message: "m"}
	var b strings.Builder
	if err := (diag.Text{}).Print(&b, []diag.Diagnostic{d}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines[1]) > 140 || strings.Index(lines[1], "here") != strings.Index(lines[2], "^^^^") {
		t.Errorf("excerpt:\n%s\n%s", lines[1], lines[2])
	}
}

func TestJSONHasPlaces(t *testing.T) {
	var b strings.Builder
	if err := (diag.JSON{}).Print(&b, []diag.Diagnostic{misspelt()}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"rule": "unknown-type"`, `"line": 2`, `"column": 14`, `"endColumn": 19`, `"message": "declared here"`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in %s", want, b.String())
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("broken")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestPrintersReturnTheErrorOfTheWriter(t *testing.T) {
	for _, p := range []diag.Printer{diag.Text{}, diag.JSON{}} {
		if err := p.Print(brokenWriter{}, []diag.Diagnostic{misspelt()}); !errors.Is(err, errBroken) {
			t.Errorf("%T: error %v", p, err)
		}
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct{ name, want string }{
		{"amuont", "amount"}, {"AMOUNT", "amount"}, {"amount", ""}, {"x", ""}, {"totally_else", ""}, {"crated_at", "created_at"}, {"", ""},
	} {
		if got := diag.Nearest(c.name, []string{"amount", "created_at", "id"}); got != c.want {
			t.Errorf("Nearest(%q) = %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSortedIsInFileOrderWithoutRepetition(t *testing.T) {
	rep := &diag.Report{}
	at := func(start int) diag.Diagnostic {
		return diag.Diagnostic{Rule: "r", Span: source.Span{File: file, Start: start, End: start + 1}, Message: "m"}
	}
	rep.Add(at(9), at(3), at(9))
	if got := rep.Sorted(); len(got) != 2 || got[0].Span.Start != 3 || got[1].Span.Start != 9 {
		t.Errorf("got %v", got)
	}
}

func TestFullReportsCountOnly(t *testing.T) {
	rep := &diag.Report{}
	for i := range diag.MaxFindings + 5 {
		rep.Add(diag.Diagnostic{Rule: "r", Severity: diag.Warning, Span: source.Span{File: file, Start: i, End: i}, Message: "m"})
	}
	if rep.HasErrors() || !rep.Full() || rep.Len() != diag.MaxFindings+5 {
		t.Errorf("errors %t, full %t, length %d", rep.HasErrors(), rep.Full(), rep.Len())
	}
	rep.Add(diag.Diagnostic{Severity: diag.Error})
	sorted := rep.Sorted()
	if last := sorted[len(sorted)-1]; !rep.HasErrors() || len(sorted) != diag.MaxFindings+1 || last.Rule != "too-many-findings" {
		t.Errorf("%d findings, the last is %v", len(sorted), last)
	}
}
