package diag

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// JUnit prints test results as continuous integration shows them: a suite for each rule, in it a case for each finding,
// or one passing case for a rule that found nothing. Findings below an error pass and say so in their output.
//
// Rules are what was checked; a finding of a rule that is not among them gets a suite of its own.
type JUnit struct{ Rules []Rule }

var _ Printer = JUnit{}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Failure *junitFailure `xml:"failure"`
	Output  string        `xml:"system-out,omitempty"`
}

type junitFailure struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// Print implements Printer.
func (p JUnit) Print(w io.Writer, ds []Diagnostic) error {
	all := junitSuites{Name: "evgen", Suites: p.suites(ds)}
	for _, s := range all.Suites {
		all.Tests += s.Tests
		all.Failures += s.Failures
	}
	text, err := xml.MarshalIndent(all, "", "  ")
	if err == nil {
		_, err = io.WriteString(w, xml.Header+string(text)+"\n")
	}
	if err != nil {
		return fmt.Errorf("print %d diagnostics as JUnit: %w", len(ds), err)
	}
	return nil
}

func (p JUnit) suites(ds []Diagnostic) []junitSuite {
	var order []string
	found := map[string][]Diagnostic{}
	add := func(id string) {
		if _, known := found[id]; !known {
			order, found[id] = append(order, id), nil
		}
	}
	for _, r := range p.Rules {
		add(r.ID)
	}
	for _, d := range ds {
		add(d.Rule)
		found[d.Rule] = append(found[d.Rule], d)
	}
	suites := make([]junitSuite, 0, len(order))
	for _, id := range order {
		suites = append(suites, newJUnitSuite(id, found[id]))
	}
	return suites
}

func newJUnitSuite(rule string, ds []Diagnostic) junitSuite {
	s := junitSuite{Name: rule}
	for _, d := range ds {
		c := newJUnitCase(d)
		if c.Failure != nil {
			s.Failures++
		}
		s.Cases = append(s.Cases, c)
	}
	if len(ds) == 0 {
		s.Cases = []junitCase{{Class: "evgen." + rule, Name: "finds nothing"}}
	}
	s.Tests = len(s.Cases)
	return s
}

func newJUnitCase(d Diagnostic) junitCase {
	c := junitCase{Class: "evgen." + d.Rule, Name: harmless(d.Message)}
	if !d.Span.IsZero() {
		start := d.Span.Position()
		c.File, c.Line, c.Name = start.File, start.Line, place(d.Span)+" "+c.Name
	}
	text := plainText(d)
	if d.Severity == Error {
		c.Failure = &junitFailure{Type: d.Rule, Message: harmless(d.Message), Text: text}
	} else {
		c.Output = text
	}
	return c
}

// plainText is what the text printer says of a diagnostic.
func plainText(d Diagnostic) string {
	var b strings.Builder
	Text{}.diagnostic(&b, d)
	return b.String()
}
