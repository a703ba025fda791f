package fix

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// version is the entry of a version in a file.
type version struct {
	root, versions *tree.Node
	entry          tree.Pair
}

func findVersion(file *source.File, section, name string, number int) (version, bool) {
	root := tree.Parse(file, &diag.Report{})
	versions, ok := find(root, section, name, "versions")
	if !ok {
		return version{}, false
	}
	for _, p := range versions.Value.Pairs {
		if p.Key.Text == strconv.Itoa(number) {
			return version{root, versions.Value, p}, true
		}
	}
	return version{}, false
}

func (v version) text() []byte { return v.root.Span.File.Bytes }

// replacedBy is the file of a version with another one in its place; nil where that has no form that fits.
func (v version) replacedBy(other version) []byte {
	if v.versions.Flow {
		return spliced(v.text(), v.entry.Value.Span.Start, v.entry.Value.End(), other.inline())
	}
	start, end := tree.Entry(v.root, v.entry)
	end = min(end, len(v.text()))
	if !other.versions.Flow {
		from, to := tree.Entry(other.root, other.entry)
		lines := other.text()[from:min(to, len(other.text()))]
		return splice(v.text(), start, end, string(indented(lines, column(other.text(), other.entry), column(v.text(), v.entry))))
	}
	inline := other.inline()
	if inline == "" {
		return nil
	}
	return splice(v.text(), start, end, strings.Repeat(" ", column(v.text(), v.entry))+v.entry.Key.Text+": "+inline+"\n")
}

// spliced is splice, nil for no text.
func spliced(text []byte, start, end int, with string) []byte {
	if with == "" {
		return nil
	}
	return splice(text, start, end, with)
}

// inline is what a version is, in brackets on one line; "" where it has comments or texts on several lines to lose.
func (v version) inline() string {
	n := v.entry.Value
	if n.Flow {
		if text := string(v.text()[n.Span.Start:n.End()]); !strings.ContainsAny(text, "\n#") {
			return text
		}
		return ""
	}
	start, end := tree.Entry(v.root, v.entry)
	if bytes.Contains(v.text()[start:min(end, len(v.text()))], []byte(" #")) {
		return ""
	}
	text, ok := bracketed(n)
	if !ok {
		return ""
	}
	return text
}

// bracketed writes a node in brackets.
func bracketed(n *tree.Node) (string, bool) {
	var parts []string
	switch n.Kind {
	case tree.Scalar:
		return scalar(n)
	case tree.Sequence:
		for _, item := range n.Items {
			text, ok := bracketed(item)
			if !ok {
				return "", false
			}
			parts = append(parts, text)
		}
		return "[" + strings.Join(parts, ", ") + "]", true
	}
	for _, p := range n.Pairs {
		key, keyOK := scalar(p.Key)
		value, ok := bracketed(p.Value)
		if !ok || !keyOK {
			return "", false
		}
		parts = append(parts, key+": "+value)
	}
	return "{" + strings.Join(parts, ", ") + "}", true
}

// scalar is a scalar as it was written, in quotes where brackets would cut it off.
func scalar(n *tree.Node) (string, bool) {
	if n.Loose {
		return "", false
	}
	if n.Plain && strings.ContainsAny(n.Text, ",[]{}") {
		return strconv.Quote(n.Text), true
	}
	return string(n.Span.File.Bytes[n.Span.Start:n.End()]), true
}

// find follows keys down from the root.
func find(root *tree.Node, keys ...string) (tree.Pair, bool) {
	var at tree.Pair
	n := root
	for _, key := range keys {
		found := false
		if n == nil {
			return tree.Pair{}, false
		}
		for _, p := range n.Pairs {
			if p.Key.Text == key {
				at, n, found = p, p.Value, true
				break
			}
		}
		if !found {
			return tree.Pair{}, false
		}
	}
	return at, true
}

// indented moves lines to another column, and ends them.
func indented(lines []byte, from, to int) []byte {
	var b bytes.Buffer
	for line := range bytes.Lines(lines) {
		trimmed := bytes.TrimLeft(line, " ")
		depth := len(line) - len(trimmed)
		if len(bytes.TrimSpace(line)) > 0 {
			b.WriteString(strings.Repeat(" ", max(depth+to-from, 0)))
		}
		b.Write(trimmed)
	}
	if b.Len() > 0 && !bytes.HasSuffix(b.Bytes(), []byte("\n")) {
		b.WriteByte('\n')
	}
	return b.Bytes()
}
