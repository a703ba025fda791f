package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/lock"
)

// print shows findings and verdicts in the form that was asked for.
func (c *checking) print(found *verdict) error {
	switch c.report.format.value {
	case "text":
		return c.printText(found)
	case "json":
		return c.printJSON(found)
	default:
		printer, w := c.printer()
		if sarif, ok := printer.(diag.SARIF); ok {
			sarif.Fixes = offers(found)
			printer = sarif
		}
		return printer.Print(w, c.shown(found))
	}
}

// printer is that of the form, with the rules that can be found.
func (c *checking) printer() (diag.Printer, io.Writer) {
	switch c.report.format.value {
	case "sarif":
		return diag.SARIF{Version: readVersion().Version, Rules: checkRules()}, c.stdout
	case "junit":
		return diag.JUnit{Rules: checkRules()}, c.stdout
	default:
		return c.report.printer()
	}
}

// shown are the findings that a form shows: people and test results do without those that are worth a look at most.
func (c *checking) shown(found *verdict) []diag.Diagnostic {
	if form := c.report.format.value; form == "json" || form == "sarif" {
		return finding.Diagnostics(found.findings)
	}
	var out []diag.Diagnostic
	for _, d := range finding.Diagnostics(found.findings) {
		if d.Severity > diag.Info || c.verbose || c.failOn.value == "info" {
			out = append(out, d)
		}
	}
	return out
}

// printText writes findings to standard error, verdicts to standard output.
func (c *checking) printText(found *verdict) error {
	printer, w := c.printer()
	if err := printer.Print(w, c.shown(found)); err != nil {
		return err
	}
	if found.result == nil {
		fmt.Fprintf(c.stderr, "evgen: the schemas have errors; nothing was compared\n")
		return nil
	}
	if err := c.printLines(found.result); err != nil {
		return err
	}
	if n := len(newFixes(found, map[string]bool{})); n > 0 && !c.fix {
		fmt.Fprintf(c.stderr, "evgen: `evgen check --fix` can mend %d %s\n", n, plural(n, "file"))
	}
	if found.then == nil {
		fmt.Fprintf(c.stderr, "evgen: there is no %s, so only the history in the files was checked; `evgen release` writes it\n", lock.FileName)
	}
	return nil
}

// printLines prints the verdict of each event. For a commit only events that it changes matter.
func (c *checking) printLines(r *compat.Result) error {
	var out bytes.Buffer
	rest := 0
	for _, e := range r.Events {
		if c.staged && !c.verbose && !differs(e) {
			rest++
			continue
		}
		fmt.Fprintln(&out, e.Line())
	}
	if rest > 0 {
		fmt.Fprintf(&out, "%d %s as %s\n", rest, plural(rest, "event"), map[bool]string{true: "it was", false: "they were"}[rest == 1])
	}
	_, err := c.stdout.Write(out.Bytes())
	return err
}

// differs reports whether the sides have an event otherwise.
func differs(e *compat.EventResult) bool {
	if len(e.Changes) > 0 {
		return true
	}
	for _, s := range e.Steps {
		if s.New {
			return true
		}
	}
	return false
}

// checkReport is the output for programs; docs/check-json.md describes it.
type checkReport struct {
	Format      int             `json:"format"`
	Against     string          `json:"against"`
	Resolved    bool            `json:"resolved"`
	Events      json.RawMessage `json:"events"`
	Projections json.RawMessage `json:"projections"`
	Sagas       json.RawMessage `json:"sagas"`
	Diagnostics json.RawMessage `json:"diagnostics"`
}

func (c *checking) printJSON(found *verdict) error {
	report := checkReport{Against: found.what, Resolved: found.result != nil}
	result := found.result
	if result == nil {
		result = &compat.Result{}
	}
	if err := report.include(result); err != nil {
		return err
	}
	if err := report.include(diagnosticsJSON(finding.Diagnostics(found.findings))); err != nil {
		return err
	}
	return writeJSON(c.stdout, report)
}

// include takes over the members of a value that the report has too.
func (r *checkReport) include(value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("write the result as JSON: %w", err)
	}
	if err := json.Unmarshal(text, r); err != nil {
		return fmt.Errorf("join the parts of the JSON: %w", err)
	}
	return nil
}

// diagnosticsJSON marshals as every command prints diagnostics.
type diagnosticsJSON []diag.Diagnostic

// MarshalJSON implements json.Marshaler.
func (ds diagnosticsJSON) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := diag.JSON{}.Print(&b, ds)
	return b.Bytes(), err
}

func writeJSON(w io.Writer, value any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}
