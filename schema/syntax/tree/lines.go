package tree

import (
	"bytes"
	"unicode/utf8"
)

// lines turns YAML's places (line, column in characters) into byte offsets. YAML breaks lines at
// CR, NEL, LS and PS too, so it needs an index of its own beside that of source.File.
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
	for i := 0; i < len(text); i++ {
		if n := breakAt(text, i); n > 0 {
			i += n - 1
			l.starts = append(l.starts, i+1)
		}
	}
	return l
}

// breakAt returns the length of the line break at i, 0 if there is none.
func breakAt(text []byte, i int) int {
	switch c := text[i]; {
	case c == '\n':
		return 1
	case c == '\r' && i+1 < len(text) && text[i+1] == '\n':
		return 2
	case c == '\r':
		return 1
	case c == 0xC2 && i+1 < len(text) && text[i+1] == 0x85:
		return 2
	case c == 0xE2 && i+2 < len(text) && text[i+1] == 0x80 && (text[i+2] == 0xA8 || text[i+2] == 0xA9):
		return 3
	}
	return 0
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
	for offset < len(l.text) && breakAt(l.text, offset) == 0 {
		offset++
	}
	return offset
}
