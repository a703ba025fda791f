package diag

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/evgen/evgen/schema/source"
)

// JSON prints for programs: one object with the list "diagnostics". Lines and columns are counted from 1, columns in
// characters; a diagnostic without a file has no "place". "notJudged" is there only if it is not empty.
type JSON struct{ NotJudged []NotJudged }

type jsonReport struct {
	Diagnostics []jsonDiagnostic `json:"diagnostics"`
	NotJudged   []NotJudged      `json:"notJudged,omitempty"`
}

type jsonDiagnostic struct {
	Rule     string        `json:"rule"`
	Severity string        `json:"severity"`
	Message  string        `json:"message"`
	Help     string        `json:"help,omitempty"`
	Place    *jsonPlace    `json:"place,omitempty"`
	Related  []jsonRelated `json:"related,omitempty"`
}

type jsonRelated struct {
	Message string     `json:"message"`
	Place   *jsonPlace `json:"place,omitempty"`
}

type jsonPlace struct {
	File      string `json:"file"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
}

// Print implements Printer.
func (p JSON) Print(w io.Writer, ds []Diagnostic) error {
	report := jsonReport{Diagnostics: []jsonDiagnostic{}, NotJudged: p.NotJudged}
	for _, d := range ds {
		j := jsonDiagnostic{Rule: d.Rule, Severity: d.Severity.String(), Message: d.Message, Help: d.Help, Place: newJSONPlace(d.Span)}
		for _, r := range d.Related {
			j.Related = append(j.Related, jsonRelated{Message: r.Message, Place: newJSONPlace(r.Span)})
		}
		report.Diagnostics = append(report.Diagnostics, j)
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(report); err != nil {
		return fmt.Errorf("print %d diagnostics as JSON: %w", len(ds), err)
	}
	return nil
}

func newJSONPlace(s source.Span) *jsonPlace {
	if s.IsZero() {
		return nil
	}
	start, end := s.Position(), s.EndPosition()
	return &jsonPlace{File: start.File, Line: start.Line, Column: start.Column, EndLine: end.Line, EndColumn: end.Column}
}
