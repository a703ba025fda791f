package syntax

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Evolve returns the file with one more version of an event or type: a copy of the newest one, comments included,
// without its doc and upcast, which belong to the old version. A type without `versions:` gets them, its present
// shape as number 1. All other bytes stay as they are. Where the file has faults or does not declare the name, Evolve
// returns nil and reports.
func Evolve(file *source.File, name string, rep *diag.Report) []byte {
	before := rep.Len()
	Parse(file, rep)
	root := tree.Parse(file, &diag.Report{})
	if rep.Len() > before || root == nil {
		return nil
	}
	e := &evolution{root: root, text: file.Bytes}
	for _, section := range []string{"events", "types"} {
		for _, p := range entries(root.Get(section)) {
			if p.Key.Text == name {
				return e.evolve(root.Get(section), p)
			}
		}
	}
	rep.Add(notDeclaredHere(root, name))
	return nil
}

func entries(n *tree.Node) []tree.Pair {
	if n == nil {
		return nil
	}
	return n.Pairs
}

// evolution edits the text of one file.
type evolution struct {
	root *tree.Node
	text []byte
}

func (e *evolution) evolve(section *tree.Node, decl tree.Pair) []byte {
	versions := decl.Value.Get("versions")
	switch {
	case versions == nil && section.Flow:
		return e.versionedInFlow(decl)
	case versions == nil:
		return e.versioned(decl)
	}
	newest := newestOf(versions)
	number, _ := strconv.Atoi(newest.Key.Text) // parsing has checked it
	next := strconv.Itoa(number + 1)
	if versions.Flow {
		at := newest.Value.End()
		return splice(e.text, at, at, ", "+next+": "+e.flowCopy(newest.Value))
	}
	start, end := tree.Entry(e.root, newest)
	lines := string(e.text[start:newest.Key.Span.Start]) + next + e.copyOf(newest, end)
	return splice(e.text, end, end, endLine(e.text[:end])+lines)
}

// endLine is a line break where a text lacks one at its end.
func endLine(text []byte) string {
	if bytes.HasSuffix(text, []byte("\n")) {
		return ""
	}
	return "\n"
}

func newestOf(versions *tree.Node) tree.Pair {
	return slices.MaxFunc(versions.Pairs, func(a, b tree.Pair) int {
		return cmp.Or(cmp.Compare(len(a.Key.Text), len(b.Key.Text)), cmp.Compare(a.Key.Text, b.Key.Text))
	})
}

// leftOut are the keys of a version that a copy does not have.
var leftOut = []string{"doc", "upcast"}

// copyOf is what stands behind the key of a version, without what a copy leaves out.
func (e *evolution) copyOf(version tree.Pair, end int) string {
	from := version.Key.Span.End
	if version.Value.Flow {
		return string(e.text[from:version.Value.Span.Start]) + e.flowCopy(version.Value) + string(e.text[version.Value.End():end])
	}
	text := e.text[:end]
	for _, p := range slices.Backward(version.Value.Pairs) {
		if slices.Contains(leftOut, p.Key.Text) {
			start, stop := tree.Entry(e.root, p)
			text = splice(text, start, min(stop, len(text)), "")
		}
	}
	return string(text[from:])
}

// flowCopy is a mapping in brackets without what a copy leaves out.
func (e *evolution) flowCopy(n *tree.Node) string {
	var parts []string
	for _, p := range n.Pairs {
		if !slices.Contains(leftOut, p.Key.Text) {
			parts = append(parts, string(e.text[p.Key.Span.Start:p.Value.End()]))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// versioned moves the shape of a type under `versions:` and copies it.
func (e *evolution) versioned(decl tree.Pair) []byte {
	start, end := tree.Entry(e.root, decl)
	pad := strings.Repeat(" ", decl.Key.Span.Start-start+2)
	if decl.Value.Flow {
		return e.versionedFlow(decl, pad)
	}
	var kept, shape strings.Builder
	for i, p := range decl.Value.Pairs {
		from, to := tree.Entry(e.root, p)
		if i == 0 { // comments before the first key stay above it
			kept.Write(e.text[decl.Key.Span.End:from])
		} else {
			_, from = tree.Entry(e.root, decl.Value.Pairs[i-1])
		}
		if p.Key.Text == "doc" {
			kept.Write(e.text[from:to])
		} else {
			shape.WriteString(deeper(e.text[from:to]))
		}
	}
	body := shape.String() + endLine([]byte(shape.String()))
	text := kept.String() + pad + "versions:\n" + pad + "  1:\n" + body + pad + "  2:\n" + body
	return splice(e.text, decl.Key.Span.End, end, text)
}

// versionedFlow moves a shape in brackets, as it stands, under version 1; a comment behind it stays with it.
func (e *evolution) versionedFlow(decl tree.Pair, pad string) []byte {
	doc, shape := e.apart(decl.Value)
	if doc != "" {
		doc = "\n" + pad + doc
	}
	end := decl.Value.End()
	behind := end + commentBehind(e.text[end:])
	first := strings.TrimPrefix(deeper([]byte(shape)), "    ") // its first line stands behind a key
	text := ":" + doc + "\n" + pad + "versions:\n" + pad + "  1: " + first + string(e.text[end:behind]) + "\n" + pad + "  2: " + e.flowCopy(decl.Value)
	return splice(e.text, decl.Key.Span.End, behind, text)
}

// commentBehind is the length of a comment, and of the space before it, with which a line goes on; 0 where there is none.
func commentBehind(text []byte) int {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	if !bytes.HasPrefix(bytes.TrimLeft(line, " \t"), []byte("#")) {
		return 0
	}
	return len(bytes.TrimRight(line, "\r"))
}

// versionedInFlow is versionedFlow where the types themselves stand in brackets.
func (e *evolution) versionedInFlow(decl tree.Pair) []byte {
	doc, shape := e.apart(decl.Value)
	if doc != "" {
		doc += ", "
	}
	return splice(e.text, decl.Value.Span.Start, decl.Value.End(), "{"+doc+"versions: {1: "+shape+", 2: "+e.flowCopy(decl.Value)+"}}")
}

// apart takes the doc out of a mapping in brackets. What is left is as it stands, or without doc a copy.
func (e *evolution) apart(n *tree.Node) (doc, shape string) {
	if p := n.Get("doc"); p != nil {
		return "doc: " + string(e.text[p.Span.Start:p.End()]), e.flowCopy(n)
	}
	return "", string(e.text[n.Span.Start:n.End()])
}

// deeper indents the lines of a text by two levels.
func deeper(text []byte) string {
	var b strings.Builder
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSpace(line)) > 0 {
			b.WriteString("    ")
		}
		b.Write(line)
	}
	return b.String()
}

func splice(text []byte, start, end int, with string) []byte {
	out := make([]byte, 0, len(text)+len(with))
	out = append(append(out, text[:start]...), with...)
	return append(out, text[end:]...)
}
