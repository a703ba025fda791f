// Package page prints memories for people.
//
// In go memories and events; out comes aligned text on a writer, plain or with
// a little colour. It reads nothing, decides nothing, and keeps the first error
// of the writer for the end.
package page

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Palette is the escape sequences that mark text; the zero Palette marks nothing.
type Palette struct {
	Bold, Dim, Mark, Reset string
}

// Colour returns the palette for terminals.
func Colour() Palette {
	return Palette{Bold: "\x1b[1m", Dim: "\x1b[2m", Mark: "\x1b[33m", Reset: "\x1b[0m"}
}

// Page is text in the making. It must be made by [New].
type Page struct {
	w       io.Writer
	palette Palette
	zone    *time.Location
	err     error
}

// New returns a page on w, with times in a zone.
func New(w io.Writer, palette Palette, zone *time.Location) *Page {
	return &Page{w: w, palette: palette, zone: zone}
}

// Err returns the first error of the writer.
func (p *Page) Err() error { return p.err }

func (p *Page) write(text string) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, text)
	}
}

// Heading begins a scene.
func (p *Page) Heading(text string) {
	p.write("\n" + p.palette.Bold + text + p.palette.Reset + "\n")
}

// Line prints one line.
func (p *Page) Line(format string, args ...any) {
	p.write(fmt.Sprintf(format, args...) + "\n")
}

// Note prints a remark, less prominent.
func (p *Page) Note(format string, args ...any) {
	p.write(p.palette.Dim + fmt.Sprintf(format, args...) + p.palette.Reset + "\n")
}

// Table prints rows under a header, in columns that are as wide as they must be.
// Empty columns are left out.
func (p *Page) Table(header []string, rows [][]string) {
	widths := widthsOf(header, rows)
	p.write(p.palette.Dim + join(header, widths) + p.palette.Reset + "\n")
	for _, row := range rows {
		p.write(strings.Replace(join(row, widths), upcastArrow, p.palette.Mark+upcastArrow+p.palette.Reset, 1) + "\n")
	}
}

// upcastArrow stands between the stored version of an event and the one of today.
const upcastArrow = "→"

// widthsOf returns the width of each column, 0 for an empty one.
func widthsOf(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for i, title := range header {
		if widths[i] > 0 {
			widths[i] = max(widths[i], utf8.RuneCountInString(title))
		}
	}
	return widths
}

func join(cells []string, widths []int) string {
	var line strings.Builder
	for i, cell := range cells {
		if widths[i] > 0 {
			line.WriteString("  " + cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)))
		}
	}
	return strings.TrimRight(line.String(), " ")
}

// Time prints a time to the minute.
func (p *Page) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.zone).Format("2006-01-02 15:04")
}

// Short is an id as people type it: there would have to be some ten thousand
// memories for two to begin alike.
func Short(id uuid.UUID) string { return id.String()[:8] }

// Plain replaces what would command a terminal instead of being printed: texts
// come from anybody.
func Plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// Clip makes a text plain and cuts a text to one line of at most n characters.
func Clip(text string, n int) string {
	text = Plain(strings.Join(strings.Fields(text), " "))
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}
