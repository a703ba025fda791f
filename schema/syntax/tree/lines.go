package tree

import (
	"bytes"
	"unicode/utf8"
)

// lines turns YAML's places (line, column in characters) into byte offsets.
type lines struct {
	text   []byte
	starts []int
	// The last answer: places mostly ascend, so a long line is walked once and not once per node.
	line, column, offset int
}

var byteOrderMark = []byte("\ufeff")

func newLines(text []byte) *lines {
	l := &lines{text: text, starts: []int{0}, line: -1}
	if bytes.HasPrefix(text, byteOrderMark) {
		l.starts[0] = len(byteOrderMark)
	}
	for i, c := range text {
		if c == '\n' {
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// strangeBreak finds what YAML 1.1 takes for a line break and editors do not: a lone CR, NEL, LS and PS. It returns
// -1 where there is none.
func strangeBreak(text []byte) int {
	for i, c := range text {
		rest := text[i:]
		switch {
		case c == '\r' && (len(rest) == 1 || rest[1] != '\n'),
			c == 0xC2 && bytes.HasPrefix(rest, []byte("\u0085")),
			c == 0xE2 && (bytes.HasPrefix(rest, []byte("\u2028")) || bytes.HasPrefix(rest, []byte("\u2029"))):
			return i
		}
	}
	return -1
}

func (l *lines) at(line, column int) int {
	if line < 1 || line > len(l.starts) {
		return len(l.text)
	}
	if l.line != line || l.column > column {
		l.line, l.column, l.offset = line, 1, l.starts[line-1]
	}
	for ; l.column < column && l.offset < len(l.text); l.column++ {
		_, n := utf8.DecodeRune(l.text[l.offset:])
		l.offset += n
	}
	return l.offset
}

// end returns the offset of the line's break, or of the end of the file.
func (l *lines) end(offset int) int {
	n := bytes.IndexByte(l.text[offset:], '\n')
	if n < 0 {
		return len(l.text)
	}
	if n > 0 && l.text[offset+n-1] == '\r' {
		n--
	}
	return offset + n
}
