// Package source holds the bytes of schema files and the places in them.
//
// In: file names and their bytes. Out: files with a line index, and spans that
// can be turned into line:column and into an excerpt. It never reads a disk.
package source

import (
	"cmp"
	"sort"
	"unicode/utf8"
)

// File is one schema file. Name is slash-separated and relative to the
// directory that the user sees in messages.
type File struct {
	Name  string
	Bytes []byte
	lines []int // byte offset of the first byte of each line
}

// NewFile indexes the lines of b. It keeps b, which must not change afterwards.
func NewFile(name string, b []byte) *File {
	f := &File{Name: name, Bytes: b, lines: []int{0}}
	for i, c := range b {
		if c == '\n' {
			f.lines = append(f.lines, i+1)
		}
	}
	return f
}

// Span is a half-open range of bytes in a file. The zero Span is "nowhere".
type Span struct {
	File       *File
	Start, End int // byte offsets
}

// IsZero reports whether the span points nowhere.
func (s Span) IsZero() bool { return s.File == nil }

// Position is a place as people write it: 1-based line and column, the column counted in characters.
type Position struct {
	File         string
	Line, Column int
}

// Position returns where the span starts.
func (s Span) Position() Position { return s.File.position(s.Start) }

// EndPosition returns where the span ends.
func (s Span) EndPosition() Position { return s.File.position(s.End) }

func (f *File) position(offset int) Position {
	if f == nil {
		return Position{}
	}
	offset = min(max(offset, 0), len(f.Bytes))
	line := sort.SearchInts(f.lines, offset+1) - 1
	return Position{f.Name, line + 1, utf8.RuneCount(f.Bytes[f.lines[line]:offset]) + 1}
}

// Line returns the text of a 1-based line without its line break, or "" when there is no such line.
func (f *File) Line(n int) string {
	if f == nil || n < 1 || n > len(f.lines) {
		return ""
	}
	end := len(f.Bytes)
	if n < len(f.lines) {
		end = f.lines[n] - 1
	}
	b := f.Bytes[f.lines[n-1]:end]
	if len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return string(b)
}

// Offset returns the byte offset of a 1-based line and a 1-based column counted in characters,
// clamped to the file.
func (f *File) Offset(line, column int) int {
	if line < 1 {
		return 0
	}
	if line > len(f.lines) {
		return len(f.Bytes)
	}
	at := f.lines[line-1]
	for ; column > 1 && at < len(f.Bytes) && f.Bytes[at] != '\n'; column-- {
		_, n := utf8.DecodeRune(f.Bytes[at:])
		at += n
	}
	return at
}

// Compare orders spans by file name, then by place.
func Compare(a, b Span) int {
	return cmp.Or(cmp.Compare(a.name(), b.name()), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

func (s Span) name() string {
	if s.File == nil {
		return ""
	}
	return s.File.Name
}
