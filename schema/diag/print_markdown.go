package diag

import (
	"fmt"
	"io"
	"strings"
)

// Markdown prints a comment for a pull request: a count, a table, and the excerpts folded away. Text of the schema
// is escaped: it makes no links, no mentions and no markup. The comment stays below the 65,536 characters that GitHub
// and GitLab take; what does not fit is counted.
type Markdown struct{}

var _ Printer = Markdown{}

// What fits: the table first, the excerpts into what is left.
const (
	markdownTable = 40_000
	markdownAll   = 60_000
)

// Print implements Printer.
func (Markdown) Print(w io.Writer, ds []Diagnostic) error {
	var b strings.Builder
	fmt.Fprintf(&b, "### evgen: %s\n", tally(ds))
	if len(ds) > 0 {
		markdownRows(&b, ds)
		markdownExcerpts(&b, ds)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print %d diagnostics as Markdown: %w", len(ds), err)
	}
	return nil
}

// tally counts findings by severity: "2 errors, 1 warning".
func tally(ds []Diagnostic) string {
	var counts [Error + 1]int
	for _, d := range ds {
		counts[d.Severity]++
	}
	var parts []string
	for s := int(Error); s >= int(Info); s-- {
		if n := counts[s]; n == 1 {
			parts = append(parts, "1 "+[...]string{"remark", "warning", "error"}[s])
		} else if n > 1 {
			parts = append(parts, fmt.Sprintf("%d %s", n, [...]string{"remarks", "warnings", "errors"}[s]))
		}
	}
	if len(parts) == 0 {
		return "nothing found"
	}
	return strings.Join(parts, ", ")
}

func markdownRows(b *strings.Builder, ds []Diagnostic) {
	b.WriteString("\n| | Where | What | Rule |\n|---|---|---|---|\n")
	for i, d := range ds {
		where := ""
		if !d.Span.IsZero() {
			pos := d.Span.Position()
			where = fmt.Sprintf("%s:%d", escapeMarkdown(pos.File), pos.Line)
		}
		what := escapeMarkdown(d.Message)
		if d.Help != "" {
			what += "<br>" + escapeMarkdown(d.Help)
		}
		row := fmt.Sprintf("| %s | %s | %s | %s |\n", [...]string{"remark", "warning", "**error**"}[d.Severity], where, what, escapeMarkdown(d.Rule))
		if b.Len()+len(row) > markdownTable {
			fmt.Fprintf(b, "\n%d more are not shown.\n", len(ds)-i)
			return
		}
		b.WriteString(row)
	}
}

func markdownExcerpts(b *strings.Builder, ds []Diagnostic) {
	const open, end = "\n<details>\n<summary>Excerpts, and how to go on</summary>\n\n", "\n\n</details>\n"
	var text strings.Builder
	for _, d := range ds {
		part := plainText(d)
		if b.Len()+text.Len()+len(part)+len(open)+len(end) > markdownAll {
			break
		}
		text.WriteString(part)
	}
	if text.Len() > 0 {
		b.WriteString(open + fenced(strings.TrimSuffix(text.String(), "\n"), "text") + end)
	}
}

// fenced puts text between fences that are longer than any within it.
func fenced(text, language string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence
}

// escapeMarkdown makes text stand for itself within a row of a table. A mention is broken by a space without width:
// GitHub looks for them after escapes are gone.
func escapeMarkdown(s string) string {
	var b strings.Builder
	for _, c := range harmless(strings.Join(strings.Fields(s), " ")) {
		switch {
		case c == '<':
			b.WriteString("&lt;")
		case c == '>':
			b.WriteString("&gt;")
		case c == '&':
			b.WriteString("&amp;")
		case c == '@' || c == '#':
			b.WriteRune(c)
			b.WriteRune('\u200b')
		case strings.ContainsRune("\\`*_{}[]()|~!$", c):
			b.WriteRune('\\')
			b.WriteRune(c)
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}
