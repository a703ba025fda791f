package tree

import "bytes"

// Entry returns the lines of an entry of a block mapping: from the line of its key to behind the last line that
// belongs to it, comments right of its indent included. Root is the root of the file's tree.
func Entry(root *Node, p Pair) (start, end int) {
	l := &layout{text: root.Span.File.Bytes, inner: map[int]bool{}}
	l.markInner(root)
	key := p.Key.Span.Start
	start = bytes.LastIndexByte(l.text[:key], '\n') + 1
	end = l.nextLine(key)
	for at := end; at < len(l.text); at = l.nextLine(at) {
		line := l.line(at)
		content := bytes.TrimSpace(line)
		switch {
		case l.inner[at] || indentOf(line) > key-start && len(content) > 0:
		case len(content) == 0 || content[0] == '#':
			continue // it belongs to the entry only if more of the entry follows
		case indentOf(line) < key-start || !isDash(content):
			return start, end
		}
		end = l.nextLine(at)
	}
	return start, end
}

// End returns the offset behind a node in brackets or quotes, or behind a plain scalar on one line.
func (n *Node) End() int {
	if n.Flow {
		return flowEnd(n.Span.File.Bytes, n.Span.Start)
	}
	return n.Span.End
}
