package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/source"
)

// Text prints for people: one line that editors can jump to, the source with the place marked, related places, help.
// The zero Text prints without colour.
type Text struct{ Palette Palette }

// Palette is the escape sequences around the parts of a message; the zero Palette has none.
type Palette struct{ Info, Warning, Error, Bold, Dim, Reset string }

// ANSI is the palette for terminals.
func ANSI() Palette {
	return Palette{
		Info: "\x1b[36m", Warning: "\x1b[33m", Error: "\x1b[31m", Bold: "\x1b[1m", Dim: "\x1b[2m", Reset: "\x1b[0m",
	}
}

func (p Palette) of(s Severity) string { return [...]string{p.Info, p.Warning, p.Error}[s] }

// Print implements Printer.
func (t Text) Print(w io.Writer, ds []Diagnostic) error {
	var b strings.Builder
	for _, d := range ds {
		t.diagnostic(&b, d)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("print %d diagnostics: %w", len(ds), err)
	}
	return nil
}

func (t Text) diagnostic(b *strings.Builder, d Diagnostic) {
	p := t.Palette
	if !d.Span.IsZero() {
		fmt.Fprintf(b, "%s%s:%s ", p.Bold, place(d.Span), p.Reset)
	}
	fmt.Fprintf(b, "%s%s[%s]%s: %s%s%s\n", p.of(d.Severity), d.Severity, d.Rule, p.Reset, p.Bold, harmless(d.Message), p.Reset)
	t.excerpt(b, d.Span, p.of(d.Severity))
	for _, r := range d.Related {
		fmt.Fprintf(b, "  %s\n", related(r))
		t.excerpt(b, r.Span, p.Dim)
	}
	if d.Help != "" {
		fmt.Fprintf(b, "  %shelp:%s %s\n", p.Dim, p.Reset, harmless(d.Help))
	}
}

// related is another place on one line; what has no file is said without a position.
func related(r Related) string {
	if r.Span.IsZero() {
		return harmless(r.Message)
	}
	return place(r.Span) + ": " + harmless(r.Message)
}

func place(s source.Span) string {
	pos := s.Position()
	return fmt.Sprintf("%s:%d:%d", harmless(pos.File), pos.Line, pos.Column)
}

// The window of a long line that is shown: what stands before the place, and all in all.
const (
	shownBefore = 60
	shownWidth  = 120
)

// excerpt writes the line of a span with the span underlined, as far as it reaches on that line.
func (t Text) excerpt(b *strings.Builder, s source.Span, colour string) {
	if s.IsZero() {
		return
	}
	start, end := s.Position(), s.EndPosition()
	line := []rune(harmless(strings.ReplaceAll(s.File.Line(start.Line), "\t", " ")))
	if len(line) == 0 {
		return
	}
	from := start.Column - 1
	to := end.Column - 1
	if end.Line > start.Line || to > len(line) {
		to = len(line)
	}
	if from > shownWidth-20 {
		cut := from - shownBefore
		line = append([]rune("..."), line[min(cut, len(line)):]...)
		from, to = from-cut+3, to-cut+3
	}
	if len(line) > shownWidth {
		line = append(line[:shownWidth:shownWidth], []rune("...")...)
	}
	to = min(max(to, from+1), shownWidth)
	number := fmt.Sprint(start.Line)
	fmt.Fprintf(b, "  %s%s |%s %s\n", t.Palette.Dim, number, t.Palette.Reset, string(line))
	fmt.Fprintf(b, "  %s%s |%s %s%s%s%s\n", t.Palette.Dim, strings.Repeat(" ", len(number)), t.Palette.Reset,
		strings.Repeat(" ", from), colour, strings.Repeat("^", max(1, to-from)), t.Palette.Reset)
}

// harmless replaces control characters, so that a schema cannot send escape sequences to a terminal.
func harmless(s string) string {
	if utf8.ValidString(s) && !strings.ContainsFunc(s, isControl) {
		return s
	}
	return strings.Map(func(c rune) rune {
		if isControl(c) {
			return unicode.ReplacementChar
		}
		return c
	}, s)
}

func isControl(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }
