package syntax

import (
	"bytes"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Format returns the file with canonical white space: two spaces a level, one behind a colon, an empty line between
// the sections, none at the ends of lines. The order of keys, comments and the forms of values stay as they are, so
// formatting twice changes nothing more. It returns nil for a file with faults, which go to rep.
func Format(file *source.File, rep *diag.Report) []byte {
	before := rep.Len()
	Parse(file, rep)
	if rep.Len() > before {
		return nil
	}
	text := file.Bytes
	for _, pass := range []func(*tree.Node) []byte{oneSpaceBehindColons, tree.Reindent, separateSections} {
		root := tree.Parse(source.NewFile(file.Name, text), &diag.Report{})
		if root == nil {
			return slices.Clone(file.Bytes)
		}
		next := pass(root)
		if !sameButForSpace(root, next) {
			return slices.Clone(file.Bytes) // rather unformatted than changed
		}
		text = next
	}
	return text
}

// sameButForSpace reports whether a text says what a tree does, comments included.
func sameButForSpace(root *tree.Node, text []byte) bool {
	again := tree.Parse(source.NewFile(root.Span.File.Name, text), &diag.Report{})
	return again != nil && tree.Equal(root, again) && bytes.Equal(withoutSpace(root.Span.File.Bytes), withoutSpace(text))
}

func withoutSpace(text []byte) []byte {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	return bytes.Map(func(c rune) rune {
		if c == ' ' || c == '\t' || c == '\r' || c == '\n' {
			return -1
		}
		return c
	}, text)
}

// edit replaces a range of a text.
type edit struct {
	start, end int
	text       string
}

func apply(text []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return a.start - b.start })
	var out []byte
	at := 0
	for _, e := range edits {
		if e.start < at {
			continue // an anchored block is visited once for each alias
		}
		out = append(append(out, text[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, text[at:]...)
}

func oneSpaceBehindColons(root *tree.Node) []byte {
	text := root.Span.File.Bytes
	var edits []edit
	root.Walk(func(p tree.Pair) {
		start, end := p.Key.Span.End, p.Value.Span.Start
		if start < end && end <= len(text) && len(bytes.TrimSpace(text[start:end])) == 1 && !bytes.ContainsAny(text[start:end], "\r\n") {
			if between := bytes.TrimSpace(text[start:end]); between[0] == ':' {
				edits = append(edits, edit{start, end, ": "})
			}
		}
	})
	return apply(text, edits)
}

// separateSections puts an empty line before each top-level key with a block under it, and before its comments.
func separateSections(root *tree.Node) []byte {
	text := root.Span.File.Bytes
	var edits []edit
	for i, p := range root.Pairs {
		if i == 0 || root.Flow || p.Value.Kind == tree.Scalar || p.Value.Flow {
			continue
		}
		at := bytes.LastIndexByte(text[:p.Key.Span.Start], '\n') + 1
		for at > 0 {
			previous := bytes.LastIndexByte(text[:at-1], '\n') + 1
			if text[previous] != '#' {
				break
			}
			at = previous
		}
		if at > 1 && text[at-2] != '\n' {
			edits = append(edits, edit{at, at, "\n"})
		}
	}
	return apply(text, edits)
}
