package jsonschema

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// sort of JSON value.
type sort uint8

const (
	sortNull sort = iota
	sortBool
	sortNumber
	sortString
	sortArray
	sortObject
)

// node is one JSON value of a schema file. Members keep the order in which they were written.
type node struct {
	id      int
	file    *file
	up      *node
	key     string // under which the value stands in up
	sort    sort
	text    string // of a string; the literal of a number or a bool
	members []member
	elems   []*node
	byName  map[string]*node // of large objects, made when first asked
}

type member struct {
	name string
	node *node
}

// get returns the member of that name, or nil. The last one counts when a name was written twice.
func (n *node) get(name string) *node {
	if n == nil {
		return nil
	}
	if len(n.members) > manyMembers {
		return n.indexed()[name]
	}
	for i := len(n.members) - 1; i >= 0; i-- {
		if n.members[i].name == name {
			return n.members[i].node
		}
	}
	return nil
}

// manyMembers is from where on members are looked up by a map.
const manyMembers = 24

func (n *node) indexed() map[string]*node {
	if n.byName == nil {
		n.byName = make(map[string]*node, len(n.members))
		for _, m := range n.members {
			n.byName[m.name] = m.node
		}
	}
	return n.byName
}

// str returns the text of the string member, or "".
func (n *node) str(name string) string {
	if m := n.get(name); m != nil && m.sort == sortString {
		return m.text
	}
	return ""
}

// is reports whether the member is the literal true or false.
func (n *node) is(name, literal string) bool {
	m := n.get(name)
	return m.isBool(literal)
}

func (n *node) isBool(literal string) bool {
	return n != nil && n.sort == sortBool && n.text == literal
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointer is the JSON Pointer of the value in its file.
func (n *node) pointer() string {
	var keys []string
	for ; n.up != nil; n = n.up {
		keys = append(keys, pointerEscapes.Replace(n.key))
	}
	var b strings.Builder
	for i := len(keys) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(keys[i])
	}
	return b.String()
}

// child returns what one token of a JSON Pointer selects, or nil.
func (n *node) child(token string) *node {
	if n.sort != sortArray {
		return n.get(token)
	}
	if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(n.elems) {
		return n.elems[i]
	}
	return nil
}

// literal is the value as compact JSON, as it is kept in documents.
func (n *node) literal() []byte {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer) {
	switch n.sort {
	case sortNull:
		b.WriteString("null")
	case sortBool, sortNumber:
		b.WriteString(n.text)
	case sortString:
		b.Write(quote(n.text))
	case sortArray:
		n.writeElems(b)
	case sortObject:
		n.writeMembers(b)
	}
}

func (n *node) writeElems(b *bytes.Buffer) {
	b.WriteByte('[')
	for i, e := range n.elems {
		if i > 0 {
			b.WriteByte(',')
		}
		e.write(b)
	}
	b.WriteByte(']')
}

func (n *node) writeMembers(b *bytes.Buffer) {
	b.WriteByte('{')
	for i, m := range n.members {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(quote(m.name))
		b.WriteByte(':')
		m.node.write(b)
	}
	b.WriteByte('}')
}

// quote is s as a JSON string, without the escapes that only HTML needs.
func quote(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // strings always encode
	return bytes.TrimRight(b.Bytes(), "\n")
}
