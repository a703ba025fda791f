package diag_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

var update = flag.Bool("update", false, "rewrite the expected output; the run that rewrites fails")

var (
	shop    = source.NewFile("schema/my shop/a,b:c%.yaml", []byte("events:\n  PayOrder:\n    fields: {tötal: float64, email: string}\n"))
	hostile = source.NewFile("x.yaml", []byte("doc: \"```</details>\\x1b\"\r\nname: @all [a](http://b) | c\n"))
)

func rules() []diag.Rule {
	return []diag.Rule{
		{
			ID: "event-past-tense", Title: "event names are facts in the past tense", Severity: diag.Error,
			Meaning: "Looks at the name.", Why: "Facts have happened.", Bad: "events: {PayOrder: {}}\n", Good: "events: {OrderPaid: {}}\n", Off: "Never.",
		},
		{ID: "missing-doc", Title: "events say what they mean", Severity: diag.Warning, Meaning: "Looks at `doc:`."},
	}
}

func findings() []diag.Diagnostic {
	at := func(f *source.File, start, end int) source.Span { return source.Span{File: f, Start: start, End: end} }
	return []diag.Diagnostic{
		{Rule: "event-past-tense", Severity: diag.Error, Span: at(shop, 10, 18), Message: `event "PayOrder" is a command`, Help: "name it OrderPaid"},
		{
			Rule: "float-for-money", Severity: diag.Warning, Span: at(shop, 33, 39), Message: `field "tötal" is money, but 100% float64`,
			Related: []diag.Related{{Span: at(shop, 10, 18), Message: "in this event"}, {Message: "and nowhere"}},
		},
		{Rule: "no-schema-files", Severity: diag.Info, Message: "no *.yaml file in schema"},
		{Rule: "bad-name", Severity: diag.Error, Span: at(hostile, 0, 40), Message: "@all \x1b[2J [a](http://b) <b>|\n::error::x"},
		{Rule: "bad-name", Severity: diag.Error, Span: at(hostile, 0, 3), Message: "twice on a line"},
	}
}

func omitted() []diag.NotJudged {
	return []diag.NotJudged{{Subject: "example.com/shop", Reason: "it does not compile"}}
}

// outside are findings in files that are not below the root.
func outside() []diag.Diagnostic {
	var out []diag.Diagnostic
	for _, name := range []string{"/home/my shop/a.go", "C:/shop/a.go"} {
		out = append(out, diag.Diagnostic{Rule: "clock", Severity: diag.Error, Message: "reads the clock", Span: source.Span{File: source.NewFile(name, []byte("package a\n")), End: 7}})
	}
	return out
}

func rename(d diag.Diagnostic) []diag.Fix {
	if d.Rule != "event-past-tense" {
		return nil
	}
	gone := source.Span{File: shop, Start: 0, End: 7}
	return []diag.Fix{{Message: "rename it", Edits: []diag.Edit{{Span: d.Span, Text: "OrderPaid"}, {Span: gone}}}}
}

func TestPrintersForCI(t *testing.T) {
	for _, c := range []struct {
		golden  string
		printer diag.Printer
		ds      []diag.Diagnostic
	}{
		{"findings.sarif", diag.SARIF{Version: "1.2.3", Rules: rules(), Fixes: rename}, findings()},
		{"findings.github", diag.GitHub{}, findings()},
		{"findings.junit.xml", diag.JUnit{Rules: rules()}, findings()},
		{"findings.md", diag.Markdown{}, findings()},
		{"none.sarif", diag.SARIF{}, nil},
		{"failed.sarif", diag.SARIF{NotJudged: omitted()}, outside()},
		{"none.junit.xml", diag.JUnit{Rules: rules()}, nil},
		{"none.md", diag.Markdown{}, nil},
	} {
		t.Run(c.golden, func(t *testing.T) { golden(t, c.golden, printed(t, c.printer, c.ds)) })
	}
}

func printed(t *testing.T, p diag.Printer, ds []diag.Diagnostic) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Print(&b, ds); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	name = filepath.Join("testdata", name)
	want, err := os.ReadFile(name)
	if err != nil && !*update {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
		if *update {
			if err := os.WriteFile(name, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The schema is the one that OASIS publishes; testdata/NOTICE.md says where it comes from.
func TestSARIFKeepsToTheStandard(t *testing.T) {
	schema, err := jsonschema.Compile("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(text []byte) error {
		var v any
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		return schema.Validate(v)
	}
	for _, ds := range [][]diag.Diagnostic{findings(), nil} {
		if err := check(printed(t, diag.SARIF{Version: "1.2.3", Rules: rules(), Fixes: rename}, ds)); err != nil {
			t.Errorf("%d findings: %#v", len(ds), err)
		}
	}
	if err := check(printed(t, diag.SARIF{NotJudged: omitted()}, outside())); err != nil {
		t.Errorf("a run that has failed: %#v", err)
	}
	broken := bytes.Replace(printed(t, diag.SARIF{}, findings()), []byte(`"startLine": 2`), []byte(`"startLine": 0`), 1)
	if check(broken) == nil {
		t.Error("the schema accepts line 0: the test proves nothing")
	}
}

type sarifOutline struct {
	Runs []struct {
		Tool struct {
			Driver struct{ Rules []struct{ ID string } }
		}
		Results []struct {
			RuleID              string
			RuleIndex           int
			PartialFingerprints map[string]string
		}
	}
}

func outline(t *testing.T, ds []diag.Diagnostic) sarifOutline {
	t.Helper()
	var log sarifOutline
	if err := json.Unmarshal(printed(t, diag.SARIF{Rules: rules()}, ds), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

func TestSARIFResultsPointToTheirRules(t *testing.T) {
	run := outline(t, findings()).Runs[0]
	if len(run.Results) != len(findings()) {
		t.Fatalf("%d results", len(run.Results))
	}
	for _, r := range run.Results {
		if id := run.Tool.Driver.Rules[r.RuleIndex].ID; id != r.RuleID {
			t.Errorf("result of %s points to rule %s", r.RuleID, id)
		}
	}
}

func TestSARIFFingerprintsSurviveMovedLines(t *testing.T) {
	moved := source.NewFile(shop.Name, append([]byte("# a comment\n\n\n"), shop.Bytes...))
	before, after := findings()[:1], findings()[:1]
	after[0].Span = source.Span{File: moved, Start: 24, End: 32}
	a, b := outline(t, before).Runs[0].Results[0], outline(t, after).Runs[0].Results[0]
	if diff := cmp.Diff(a.PartialFingerprints, b.PartialFingerprints); diff != "" {
		t.Error(diff)
	}
	seen := map[string]bool{}
	for _, r := range outline(t, findings()).Runs[0].Results {
		if print := r.PartialFingerprints["primaryLocationLineHash"]; print == "" || seen[print] {
			t.Errorf("fingerprint %q is empty or repeated", print)
		} else {
			seen[print] = true
		}
	}
}

func TestGitHubAnnotationsStayOnTheirLines(t *testing.T) {
	text := string(printed(t, diag.GitHub{}, findings()))
	if n := strings.Count(text, "\n"); n != len(findings()) {
		t.Errorf("%d lines for %d findings", n, len(findings()))
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if !strings.HasPrefix(line, "::error ") && !strings.HasPrefix(line, "::warning ") && !strings.HasPrefix(line, "::notice ") {
			t.Errorf("not a command: %q", line)
		}
	}
}

func TestJUnitCountsWhatItPrints(t *testing.T) {
	var got struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Tests int `xml:"tests,attr"`
			Cases []struct {
				Failure *struct{} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(printed(t, diag.JUnit{Rules: rules()}, findings()), &got); err != nil {
		t.Fatal(err)
	}
	tests, failures := 0, 0
	for _, s := range got.Suites {
		for _, c := range s.Cases {
			tests++
			if c.Failure != nil {
				failures++
			}
		}
	}
	if tests != got.Tests || failures != got.Failures || failures != 3 || tests != len(findings())+1 {
		t.Errorf("%d tests and %d failures, but says %d and %d", tests, failures, got.Tests, got.Failures)
	}
}

func TestMarkdownFitsIntoAComment(t *testing.T) {
	var ds []diag.Diagnostic
	for i := range 5000 {
		d := findings()[i%2]
		d.Message = fmt.Sprint(d.Message, " ", i)
		ds = append(ds, d)
	}
	text := string(printed(t, diag.Markdown{}, ds))
	if len(text) > 65_536 || !strings.Contains(text, "more are not shown") || !strings.HasPrefix(text, "### evgen: 2500 errors, 2500 warnings\n") {
		t.Errorf("%d bytes: %.100s", len(text), text)
	}
}

func TestPrintersForCIReturnTheErrorOfTheWriter(t *testing.T) {
	var w io.Writer = brokenWriter{}
	for _, p := range []diag.Printer{diag.SARIF{}, diag.GitHub{}, diag.JUnit{}, diag.Markdown{}} {
		if err := p.Print(w, findings()); !errors.Is(err, errBroken) {
			t.Errorf("%T: error %v", p, err)
		}
	}
}
