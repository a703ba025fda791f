package tree

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
)

// Reader reads nodes into values of the caller and reports those that have the wrong form.
type Reader struct{ Report *diag.Report }

// Key is a key of a mapping with fixed keys, and what reads its value.
type Key struct {
	Name string
	Read func(Pair)
}

// Block reads a mapping with fixed keys. It reports unknown keys, with a did-you-mean.
func (r Reader) Block(n *Node, what string, keys []Key) {
	for _, p := range r.Pairs(n, what) {
		if read := find(keys, p.Key.Text); read != nil {
			read(p)
			continue
		}
		d := diag.Diagnostic{Severity: diag.Error} // will be counted only
		if !r.Report.Full() {
			d = unknownKey(p.Key, what, keys)
		}
		r.Report.Add(d)
	}
}

func find(keys []Key, name string) func(Pair) {
	for _, k := range keys {
		if k.Name == name {
			return k.Read
		}
	}
	return nil
}

// Pairs returns the entries of a mapping, none if the node is something else, which is reported.
func (r Reader) Pairs(n *Node, what string) []Pair {
	if n.Kind != Mapping {
		r.Report.Add(wrongKind(n, what, "a mapping"))
		return nil
	}
	return n.Pairs
}

// Items returns the elements of a sequence, none if the node is something else, which is reported.
func (r Reader) Items(n *Node, what string) []*Node {
	if n.Kind != Sequence {
		r.Report.Add(wrongKind(n, what, "a list"))
		return nil
	}
	return n.Items
}

// Text returns the text of a scalar that is not empty.
func (r Reader) Text(n *Node, what string) (string, bool) {
	text, ok := r.AnyText(n, what)
	if ok && strings.TrimSpace(text) == "" {
		r.Report.Add(emptyText(n, what))
		return "", false
	}
	return text, ok
}

// AnyText returns the text of a scalar, which may be empty.
func (r Reader) AnyText(n *Node, what string) (string, bool) {
	if n.Kind != Scalar || n.Tag != Str {
		r.Report.Add(wrongKind(n, what, "text"))
		return "", false
	}
	return n.Text, true
}

// Bool returns the value of `true` or `false`.
func (r Reader) Bool(n *Node, what string) (value, ok bool) {
	if n.Kind != Scalar || n.Tag != Bool {
		r.Report.Add(wrongKind(n, what, flag))
		return false, false
	}
	return strings.EqualFold(n.Text, "true"), true
}

// Quoted names a key for messages.
func (p Pair) Quoted() string { return `"` + p.Key.Text + `"` }
