// Package table prints rows in aligned columns.
//
// In go cells of text; out come lines no wider than a terminal, in which cells
// that must be cut end in "…". Characters that would steer a terminal are shown,
// never sent.
package table

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Column describes a column.
type Column struct {
	Title string
	// Right aligns to the right: numbers.
	Right bool
	// Cut allows cells to be cut where the terminal is too narrow.
	Cut bool
}

// Table gathers rows and prints them. Columns keep their width from one Flush to the next.
type Table struct {
	columns []Column
	widths  []int
	rows    [][]string
	begun   bool
	limit   int
}

// New begins a table of lines that are at most width characters wide; 0 is no bound.
func New(width int, columns ...Column) *Table {
	t := &Table{columns: columns, widths: make([]int, len(columns)), limit: width}
	for i, c := range columns {
		t.widths[i] = utf8.RuneCountInString(c.Title)
	}
	return t
}

// Add appends a row; there is a cell for each column.
func (t *Table) Add(cells ...string) {
	for i := range cells {
		cells[i] = Printable(cells[i])
		t.widths[i] = max(t.widths[i], utf8.RuneCountInString(cells[i]))
	}
	t.rows = append(t.rows, cells)
}

// Len returns the number of rows that wait to be printed.
func (t *Table) Len() int { return len(t.rows) }

// Flush prints the rows that were added since the last call, below the titles the first time. Without rows it prints nothing.
func (t *Table) Flush(w io.Writer) error {
	if len(t.rows) == 0 {
		return nil
	}
	widths := t.fitted()
	var out strings.Builder
	if !t.begun {
		t.begun = true
		titles := make([]string, len(t.columns))
		for i, c := range t.columns {
			titles[i] = strings.ToUpper(c.Title)
		}
		t.line(&out, titles, widths)
	}
	for _, row := range t.rows {
		t.line(&out, row, widths)
	}
	t.rows = t.rows[:0]
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("print table: %w", err)
	}
	return nil
}

// narrowest is the width to which a column may be cut.
const narrowest = 6

// gap stands between columns.
const gap = 2

// fitted returns the widths at which the lines fit, as far as columns may be cut: the widest gives first.
func (t *Table) fitted() []int {
	widths := append([]int(nil), t.widths...)
	total := gap * (len(widths) - 1)
	for _, w := range widths {
		total += w
	}
	for ; t.limit > 0 && total > t.limit; total-- {
		widest := -1
		for i, c := range t.columns {
			if c.Cut && widths[i] > narrowest && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
	}
	return widths
}

func (t *Table) line(out *strings.Builder, cells []string, widths []int) {
	var line strings.Builder
	for i, cell := range cells {
		cell = cut(cell, widths[i])
		padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if t.columns[i].Right {
			line.WriteString(padding + cell)
		} else {
			line.WriteString(cell + padding)
		}
		line.WriteString(strings.Repeat(" ", gap))
	}
	out.WriteString(strings.TrimRight(line.String(), " ") + "\n")
}

// cut shortens s to n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// Printable returns s with what is not printable written as in Go: \n, \x1b.
func Printable(s string) string {
	if utf8.ValidString(s) && strings.IndexFunc(s, hostile) < 0 {
		return s
	}
	var out strings.Builder
	for _, r := range s {
		if hostile(r) || r == utf8.RuneError {
			quoted := strconv.QuoteRune(r)
			out.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func hostile(r rune) bool { return !unicode.IsPrint(r) }

// Number writes n with commas: 1,234,567.
func Number[T ~int | ~int64](n T) string {
	text := strconv.FormatInt(int64(n), 10)
	sign := ""
	if n < 0 {
		sign, text = "-", text[1:]
	}
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return sign + text
}
