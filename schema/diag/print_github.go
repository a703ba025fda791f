package diag

import (
	"fmt"
	"io"
	"strings"
)

// GitHub prints workflow commands, which GitHub Actions shows as annotations at the lines of a pull request.
// A finding without a file becomes an annotation of the whole run.
type GitHub struct{}

var _ Printer = GitHub{}

// Print implements Printer.
func (GitHub) Print(w io.Writer, ds []Diagnostic) error {
	var b strings.Builder
	for _, d := range ds {
		command := [...]string{"notice", "warning", "error"}[d.Severity]
		fmt.Fprintf(&b, "::%s %s::%s\n", command, strings.Join(annotationProperties(d), ","), escapeCommand(annotationText(d)))
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print %d diagnostics as annotations: %w", len(ds), err)
	}
	return nil
}

// annotationProperties leaves columns out where the finding spans lines: GitHub refuses them there. Its columns
// include the last one.
func annotationProperties(d Diagnostic) []string {
	title := "title=" + escapeProperty("evgen: "+d.Rule)
	if d.Span.IsZero() {
		return []string{title}
	}
	start, end := d.Span.Position(), d.Span.EndPosition()
	out := []string{"file=" + escapeProperty(start.File), fmt.Sprintf("line=%d", start.Line), fmt.Sprintf("endLine=%d", end.Line)}
	if start.Line == end.Line {
		out = append(out, fmt.Sprintf("col=%d", start.Column), fmt.Sprintf("endColumn=%d", max(start.Column, end.Column-1)))
	}
	return append(out, title)
}

func annotationText(d Diagnostic) string {
	text := d.Message
	for _, r := range d.Related {
		text += "\n" + related(r)
	}
	if d.Help != "" {
		text += "\nhelp: " + d.Help
	}
	return text
}

// escapeCommand escapes the text of a workflow command, so that it stays on its line.
func escapeCommand(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(harmlessLines(s))
}

// escapeProperty escapes a property of a workflow command, which a comma or a colon would end.
func escapeProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(harmlessLines(s))
}

// harmlessLines replaces control characters other than line breaks.
func harmlessLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = harmless(line)
	}
	return strings.Join(lines, "\n")
}
