package syntax_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
	"github.com/evgen/evgen/schema/syntax/tree"
)

func faults(rep *diag.Report) []string {
	var out []string
	for _, d := range rep.Sorted() {
		p := d.Span.Position()
		out = append(out, fmt.Sprintf("%d:%d %s", p.Line, p.Column, d.Rule))
	}
	return out
}

func TestWordsOfYAML11AreText(t *testing.T) {
	doc := mustParse(t, `
package: a
types:
  Answer: {enum: [no, yes, on, off, y, n, "1.0", 2026-01-31]}
projections:
  P: {key: {id: $stream_id}, on: {E: delete}}
`)
	var got []string
	for _, v := range doc.Types[0].Versions[0].Enum.Values {
		got = append(got, string(v.Value.JSON))
	}
	want := []string{`"no"`, `"yes"`, `"on"`, `"off"`, `"y"`, `"n"`, `"1.0"`, `"2026-01-31"`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(doc.Projections[0].On) != 1 {
		t.Error("`on:` was not read")
	}
}

func TestLiteralsAreKeptAsWritten(t *testing.T) {
	doc := mustParse(t, "package: a\ntypes:\n  T:\n    fields:\n      f: {type: json, default: {b: [1.50, 1e3, -0, 1e400, 99999999999999999999], a: \"x\\ty\", é: ~, t: true}}\n")
	got := string(doc.Types[0].Versions[0].Struct.Fields[0].Default.JSON)
	if want := `{"b":[1.50,1e3,-0,1e400,99999999999999999999],"a":"x\ty","é":null,"t":true}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestSpansPointIntoTypeExpressions(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"package: a\ntypes:\n  T: {fields: {é: 'list<strng>?'}}\n", "strng"},
		{"\ufeffpackage: a\r\ntypes:\r\n  T: {fields: {a: map<Sorce@2> | null}}\r\n", "Sorce@2"},
		{"package: a\ntypes:\n  T:\n    fields:\n      a: &x !!str one_or_many<b.C>\n", "b.C"},
	} {
		doc := mustParse(t, c.text)
		s := doc.Types[0].Versions[0].Struct.Fields[0].Type.Args[0].Span
		if got := c.text[s.Start:s.End]; got != c.want {
			t.Errorf("%q: span of %q, want %q", c.text, got, c.want)
		}
	}
}

func TestStrangeLineBreaksAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"package: a\r\nnope: é\r\n": "2:1 unknown-key", "package: a\rowner: b\n": "1:11 line-break",
		"package: a\r": "1:11 line-break", "package: a\ndoc: \"x\u2028y\"\n": "2:8 line-break", "doc: x\u0085y": "1:7 line-break",
	} {
		if _, rep := parse(t, text); len(faults(rep)) != 1 || faults(rep)[0] != want {
			t.Errorf("%q: got %v, want %s", text, faults(rep), want)
		}
	}
}

func TestTypeExpressions(t *testing.T) {
	for text, want := range map[string]string{
		"string": "string", "string?": "string?", " list< string | null >? ": "list<string | null>?", "null | string": "string | null",
		"map<string, int64>": "map<int64>", "map<int64>": "map<int64>", "string?|null": "string? | null", "(string | int64)?": "(string | int64)?",
		"string | int64 | null": "string | int64 | null", "billing.Money@2": "billing.Money@2", "one_or_many<a.B@1>": "one_or_many<a.B@1>",
		"string | int64?": "(string | int64)?", "list<(string | bool) | null>": "list<string | bool | null>",
	} {
		got, ok := fieldType(text)
		if !ok || got.String() != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for _, text := range []string{
		"", "?", "|", "string |", "list", "list<>", "list<string", "list<string>>", "string??", "string@0", "string@x", "a b", "null", "null | null",
		"list<string?>", "map<int64, string>", "map<a, b, c>", "string<int64>", "(string", "a<b>", "list@2<string>", strings.Repeat("list<", 40) + "string" + strings.Repeat(">", 40),
	} {
		if got, ok := fieldType(text); ok {
			t.Errorf("%q is accepted as %q", text, got)
		}
	}
}

func TestAllFaultsOfAFileAreReported(t *testing.T) {
	_, rep := parse(t, `package: a
ownr: x
types:
  A: {fields: {a: list<, b: {tpye: string}}}
events:
  E: {versions: {0: {}, 1: {fields: []}}}
`)
	want := []string{"2:1 unknown-key", "4:23 type-syntax", "4:26 missing-key", "4:30 unknown-key", "6:18 bad-version", "6:37 wrong-kind"}
	if diff := cmp.Diff(want, faults(rep)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHostileFilesAreRefusedQuickly feeds files of megabytes. The bound on time is generous: what it guards against
// takes minutes.
func TestHostileFilesAreRefusedQuickly(t *testing.T) {
	for name, c := range map[string]struct{ text, rule string }{
		"comments":       {strings.Repeat("# nothing\n", 500_000), "empty-file"},
		"too large":      {strings.Repeat("#", tree.MaxBytes+1), "file-too-large"},
		"brackets":       {"a: " + strings.Repeat("[", 1_000_000), "yaml-syntax"},
		"braces":         {strings.Repeat("{a: ", 9_000) + strings.Repeat("}", 9_000), "too-deep"},
		"one long line":  {"package: a\nx: [" + strings.Repeat("é, ", 300_000) + "]\n", "unknown-key"},
		"duplicates":     {"package: a\n" + strings.Repeat("package: a\n", 50_000), "duplicate-key"},
		"unknown keys":   {manyKeys(200_000), "unknown-key"},
		"alias bomb":     {bomb(), "alias-expansion"},
		"deep types":     {"package: a\ntypes: {T: {fields: {f: \"" + strings.Repeat("list<", 100_000) + "\"}}}\n", "type-syntax"},
		"parentheses":    {"package: a\ntypes: {T: {fields: {f: \"" + strings.Repeat("(", 100_000) + "\"}}}\n", "type-syntax"},
		"question marks": {"package: a\nx: \"" + strings.Repeat("a?", 1_000_000) + "\"\n", "unknown-key"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			rep := &diag.Report{}
			syntax.Parse(source.NewFile("hostile.yaml", []byte(c.text)), rep)
			if ds := rep.Sorted(); len(ds) == 0 || ds[0].Rule != c.rule {
				t.Errorf("got %.300v, want %s", ds, c.rule)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	b.WriteString("package: a\n")
	for i := range n {
		fmt.Fprintf(&b, "own%d: x\n", i)
	}
	return b.String()
}

func bomb() string {
	var b strings.Builder
	b.WriteString("package: a\nx0: &x0 [l, o, l]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "x%d: &x%d [*x%d, *x%d, *x%d]\n", i, i, i-1, i-1, i-1)
	}
	return b.String()
}

func TestSpellingsOfOtherLanguagesGetTheSpellingOfThisOne(t *testing.T) {
	for field, help := range map[string]string{
		`"[]string"`:          "list<T>",
		`"string[]"`:          "list<T>",
		`array<string>`:       "list<T>",
		`"map[string]string"`: "map<T>",
		`map<string,string>`:  "quote a type with a comma",
	} {
		_, rep := parse(t, "package: a\ntypes: {T: {fields: {f: "+field+"}}}\n")
		if ds := rep.Sorted(); len(ds) == 0 || ds[0].Rule != "type-syntax" || !strings.Contains(ds[0].Help, help) {
			t.Errorf("%s: got %v, want help that says %q", field, ds, help)
		}
	}
}

func TestBooleansOfOldYAMLGetTheirNewSpelling(t *testing.T) {
	_, rep := parse(t, "package: a\nevents:\n  E: {retired: yes, versions: {1: {fields: {}, draft: Off}}}\n")
	var got []string
	for _, d := range rep.Sorted() {
		got = append(got, d.Rule+": "+d.Help)
	}
	if diff := cmp.Diff([]string{"wrong-kind: write true", "wrong-kind: write false"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
