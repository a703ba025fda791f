package tree

import (
	"bytes"
	"strings"
)

// Reindent returns the text of a file with each level of blocks indented by two spaces, one space behind the colon
// of a key, no white space at the ends of lines and no more than one empty line in a row. Only white space changes,
// and what stands inside of scalars keeps its meaning. The node is the root of the file's tree.
func Reindent(root *Node) []byte {
	text := root.Span.File.Bytes
	l := &layout{text: text, inner: map[int]bool{}}
	l.markInner(root)
	return l.write()
}

// layout is the lines of a file and those that are inside of a scalar or of brackets.
type layout struct {
	text   []byte
	inner  map[int]bool // offsets of lines that continue what an earlier line began
	levels []level
	shift  int // how far the last structural line moved
	out    bytes.Buffer
	held   []comment // comment lines that wait for what follows them
	blank  bool      // an empty line waits
}

// comment is a line of its own. An empty text is an empty line between comments.
type comment struct {
	text    string
	written int // the old indent
}

// level is an open block: a mapping, or a sequence whose dashes stand at the indent.
type level struct {
	indent   int
	sequence bool
}

func (l *layout) markInner(n *Node) {
	for _, item := range n.Items {
		l.markInner(item)
	}
	for _, p := range n.Pairs {
		l.markInner(p.Key)
		l.markInner(p.Value)
	}
	switch start := n.Span.Start; {
	case n.Flow:
		l.markUntil(start, flowEnd(l.text, start))
	case n.Loose && n.Text != "" || n.Loose && start < len(l.text) && (l.text[start] == '|' || l.text[start] == '>'):
		l.markDeeper(start)
	case n.Kind == Scalar:
		l.markUntil(start, n.Span.End)
	}
}

func (l *layout) markUntil(start, end int) {
	for at := l.nextLine(start); at < end; at = l.nextLine(at) {
		l.inner[at] = true
	}
}

// markDeeper marks the lines of a scalar that ends where a line is not indented more than the block around it.
func (l *layout) markDeeper(start int) {
	outer := l.blockIndent(start)
	for at := l.nextLine(start); at < len(l.text); at = l.nextLine(at) {
		if line := l.line(at); len(bytes.TrimSpace(line)) > 0 && indentOf(line) <= outer {
			return
		}
		l.inner[at] = true
	}
}

// blockIndent is the indent of the key or dash that a scalar belongs to.
func (l *layout) blockIndent(start int) int {
	begin := bytes.LastIndexByte(l.text[:start], '\n') + 1
	line := l.line(begin)
	indent := indentOf(line)
	for at := indent; begin+at < start && isDash(line[at:]); {
		next := at + 1 + indentOf(line[at+1:])
		if begin+next >= start || !bytes.Contains(line[next:start-begin], []byte(":")) && !isDash(line[next:]) {
			return at
		}
		at = next
		indent = next
	}
	return indent
}

func (l *layout) nextLine(at int) int {
	if i := bytes.IndexByte(l.text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(l.text)
}

func (l *layout) line(at int) []byte {
	return bytes.TrimRight(l.text[at:l.nextLine(at)], "\r\n")
}

func indentOf(line []byte) int { return len(line) - len(bytes.TrimLeft(line, " ")) }

func isDash(line []byte) bool {
	return len(line) > 0 && line[0] == '-' && (len(line) == 1 || line[1] == ' ' || line[1] == '\t')
}

// flowEnd returns the offset behind the bracket that closes the one at start.
func flowEnd(text []byte, start int) int {
	depth, fresh := 0, true // fresh: a quote here would open a scalar
	for i := start; i < len(text); i++ {
		switch c := text[i]; {
		case c == '{' || c == '[':
			depth++
			fresh = true
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case c == ',' || c == ':':
			fresh = true
		case c == '#' && (text[i-1] == ' ' || text[i-1] == '\t' || text[i-1] == '\n'):
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
		case (c == '"' || c == '\'') && fresh:
			i = quotedEnd(text, i) - 1
			fresh = false
		case c != ' ' && c != '\t' && c != '\r' && c != '\n':
			fresh = false
		}
	}
	return len(text)
}

func (l *layout) write() []byte {
	text := bytes.TrimPrefix(l.text, byteOrderMark)
	for at := len(l.text) - len(text); at < len(l.text); at = l.nextLine(at) {
		line := l.line(at)
		trimmed := bytes.TrimSpace(line)
		switch {
		case l.inner[at]:
			l.comments(0, 0)
			l.continued(line)
		case len(trimmed) == 0:
			l.empty()
		case trimmed[0] == '#':
			l.held = append(l.held, comment{string(trimmed), indentOf(line)})
		default:
			l.structural(line)
		}
	}
	l.comments(-1, 0)
	return append(bytes.TrimRight(l.out.Bytes(), "\n"), '\n')
}

// empty notes an empty line before what follows; within waiting comments it keeps its place.
func (l *layout) empty() {
	switch {
	case len(l.held) == 0:
		l.blank = l.out.Len() > 0
	case l.held[len(l.held)-1].text != "":
		l.held = append(l.held, comment{})
	}
}

// comments writes what waits before a line with an old and a new indent. Comments that stand right of that line
// belong to the level that they were written at, the others to the line.
func (l *layout) comments(old, indent int) {
	if l.blank {
		l.out.WriteByte('\n')
		l.blank = false
	}
	for _, c := range l.held {
		if c.text != "" {
			at := indent
			if c.written > old {
				at = max(indent, l.levelIndent(c.written))
			}
			l.out.WriteString(strings.Repeat(" ", at) + c.text)
		}
		l.out.WriteByte('\n')
	}
	l.held = nil
}

// continued moves a line inside of a scalar or of brackets as far as the line where that began.
func (l *layout) continued(line []byte) {
	trimmed := bytes.TrimRight(line, " \t")
	if len(trimmed) == 0 {
		l.out.WriteByte('\n')
		return
	}
	indent := indentOf(line)
	l.out.WriteString(strings.Repeat(" ", max(0, indent+l.shift)))
	l.out.Write(line[indent:])
	l.out.WriteByte('\n')
}

// structural writes a line that begins an entry of a block.
func (l *layout) structural(line []byte) {
	old := indentOf(line)
	content := line[old:]
	indent := l.indentFor(old, isDash(content))
	l.comments(old, indent)
	l.open(old, isDash(content))
	l.out.WriteString(strings.Repeat(" ", indent))
	at := old
	for isDash(content) {
		rest := bytes.TrimLeft(content[1:], " ")
		at += len(content) - len(rest)
		content = rest
		l.out.WriteByte('-')
		if len(content) == 0 || content[0] == '#' {
			break
		}
		l.out.WriteByte(' ')
		l.open(at, isDash(content))
		indent += 2
	}
	l.shift = indent - at
	l.out.Write(bytes.TrimRight(content, " \t"))
	l.out.WriteByte('\n')
}

// open closes the levels that end before a line and opens the one that it stands at.
func (l *layout) open(indent int, dash bool) {
	l.levels = l.levels[:l.kept(indent, dash)]
	if n := len(l.levels); n == 0 || l.levels[n-1] != (level{indent, dash}) {
		l.levels = append(l.levels, level{indent, dash})
	}
}

// kept is how many levels stay open at a line.
func (l *layout) kept(indent int, dash bool) int {
	n := len(l.levels)
	for ; n > 0; n-- {
		if top := l.levels[n-1]; top.indent < indent || top.indent == indent && (!top.sequence || dash) {
			break
		}
	}
	return n
}

// indentFor is the new indent of a line.
func (l *layout) indentFor(indent int, dash bool) int {
	n := l.kept(indent, dash)
	if n > 0 && l.levels[n-1] == (level{indent, dash}) {
		n--
	}
	return 2 * n
}

// levelIndent is the new indent of the deepest open level that does not stand right of the old indent.
func (l *layout) levelIndent(old int) int {
	indent := 0
	for i, lv := range l.levels {
		if lv.indent <= old {
			indent = 2 * i
		}
	}
	return indent
}
