package explain

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/lint"
)

// minWidth keeps narrow terminals from one word a line.
const minWidth = 40

// Text returns a page for a terminal, wrapped at a width in characters (at least 40), with a line feed at its end.
// Examples are not wrapped.
func Text(p Page, width int) string {
	w := &writer{width: max(width, minWidth)}
	w.line(p.ID + " (" + p.Severity.String() + ")")
	w.paragraph("", p.Title)
	w.section("", p.Meaning)
	w.section("Why", p.Why)
	w.example(badTitle(p), p.Bad)
	w.example("write", p.Good)
	w.options(p)
	if p.Off != "" {
		w.section("To let it pass", p.Off)
		w.example("", suppression(p))
	}
	return w.b.String()
}

// suppression shows the ways to let a rule pass.
func suppression(p Page) string {
	if p.Code == "go" {
		return "//evgen:ignore " + p.ID + " the reason"
	}
	return "# evgen:ignore " + p.ID + " the reason until 2027-01-31"
}

type writer struct {
	b     strings.Builder
	width int
}

func (w *writer) line(s string) { w.b.WriteString(s + "\n") }

func (w *writer) section(title, text string) {
	if text == "" {
		return
	}
	w.line("")
	if title != "" {
		w.line(title)
	}
	w.paragraph("  ", text)
}

// paragraph writes words into lines of the width; a longer word gets a line of its own.
func (w *writer) paragraph(indent, text string) {
	line := indent
	for _, word := range strings.Fields(text) {
		if line != indent && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > w.width {
			w.line(line)
			line = indent
		}
		if line != indent {
			line += " "
		}
		line += word
	}
	w.line(line)
}

func (w *writer) example(title, text string) {
	if text == "" {
		return
	}
	w.line("")
	if title != "" {
		w.line(title)
	}
	for line := range strings.Lines(text) {
		w.line(strings.TrimRight("    "+line, " \n"))
	}
}

func (w *writer) options(p Page) {
	if len(p.Options) == 0 {
		return
	}
	w.line("")
	w.line("Options in evgen.yaml")
	for _, o := range p.Options {
		w.paragraph("  ", o.Name+": "+o.Doc+defaultOf(o))
	}
}

// defaultOf says what holds without a setting.
func defaultOf(o lint.Option) string {
	switch {
	case !o.IsList():
		return " (default " + strconv.Itoa(o.Number) + ")"
	case len(o.Words) > 0:
		return fmt.Sprintf(" (always: %s)", strings.Join(o.Words, ", "))
	default:
		return ""
	}
}
