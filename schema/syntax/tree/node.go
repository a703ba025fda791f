package tree

import "github.com/evgen/evgen/schema/source"

// Kind tells the forms of nodes apart.
type Kind uint8

// The forms of nodes.
const (
	Scalar Kind = iota
	Sequence
	Mapping
)

// Tag is what YAML takes a scalar for.
type Tag uint8

// The meanings of scalars. Dates and merge signs are text here.
const (
	Str Tag = iota
	Null
	Bool
	Int
	Float
)

// Node is a value of a YAML file.
type Node struct {
	Kind  Kind
	Tag   Tag
	Plain bool    // a scalar without quotes, on one line
	Text  string  // of a scalar, unescaped
	Items []*Node // of a sequence
	Pairs []Pair  // of a mapping, in the order written; keys are unique scalars
	Span  source.Span
	Flow  bool // a collection in brackets
	Loose bool // a scalar whose end is not known: literal, folded, or plain on several lines

	body int // where Text stands in the file byte for byte; -1 when it is escaped or folded
	size int // nodes below and including this one, aliases expanded
}

// Pair is one entry of a mapping.
type Pair struct{ Key, Value *Node }

// Sub returns the place of Text[start:end], or of the whole node when the text is escaped or folded.
func (n *Node) Sub(start, end int) source.Span {
	if n.body < 0 {
		return n.Span
	}
	return source.Span{File: n.Span.File, Start: n.body + start, End: n.body + end}
}

// Get returns the value under a key, or nil.
func (n *Node) Get(key string) *Node {
	for _, p := range n.Pairs {
		if p.Key.Text == key {
			return p.Value
		}
	}
	return nil
}

// Describe names the form of a node for messages: "a list", "a number".
func (n *Node) Describe() string {
	switch n.Kind {
	case Sequence:
		return "a list"
	case Mapping:
		return "a mapping"
	}
	return [...]string{Str: "text", Null: "empty", Bool: "true or false", Int: "a number", Float: "a number"}[n.Tag]
}

// Walk visits the entries of all mappings at and below a node, outer ones first.
func (n *Node) Walk(visit func(Pair)) {
	for _, item := range n.Items {
		item.Walk(visit)
	}
	for _, p := range n.Pairs {
		visit(p)
		p.Value.Walk(visit)
	}
}

// Equal reports whether two nodes say the same, wherever they stand and however they are quoted.
func Equal(a, b *Node) bool {
	if a.Kind != b.Kind || a.Tag != b.Tag || a.Text != b.Text || len(a.Items) != len(b.Items) || len(a.Pairs) != len(b.Pairs) {
		return false
	}
	for i := range a.Items {
		if !Equal(a.Items[i], b.Items[i]) {
			return false
		}
	}
	for i := range a.Pairs {
		if !Equal(a.Pairs[i].Key, b.Pairs[i].Key) || !Equal(a.Pairs[i].Value, b.Pairs[i].Value) {
			return false
		}
	}
	return true
}
