package syntax

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/syntax/tree"
)

func (p *parser) literalNode(n *tree.Node) Literal {
	return Literal{JSON: p.appendLiteral(nil, n), Span: n.Span}
}

// appendLiteral writes a node as JSON: compact, keys and numbers as written.
func (p *parser) appendLiteral(dst []byte, n *tree.Node) []byte {
	switch n.Kind {
	case tree.Sequence:
		return p.appendList(dst, n)
	case tree.Mapping:
		return p.appendObject(dst, n)
	}
	switch n.Tag {
	case tree.Null:
		return append(dst, "null"...)
	case tree.Bool:
		return append(dst, strings.ToLower(n.Text)...)
	case tree.Int, tree.Float:
		return p.appendNumber(dst, n)
	default:
		return appendJSONString(dst, n.Text)
	}
}

func (p *parser) appendList(dst []byte, n *tree.Node) []byte {
	dst = append(dst, '[')
	for i, item := range n.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = p.appendLiteral(dst, item)
	}
	return append(dst, ']')
}

func (p *parser) appendObject(dst []byte, n *tree.Node) []byte {
	dst = append(dst, '{')
	for i, pair := range n.Pairs {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(appendJSONString(dst, pair.Key.Text), ':')
		dst = p.appendLiteral(dst, pair.Value)
	}
	return append(dst, '}')
}

// jsonNumber is the only form of numbers that YAML 1.1, YAML 1.2 and JSON read alike.
var jsonNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

func (p *parser) appendNumber(dst []byte, n *tree.Node) []byte {
	if !jsonNumber.MatchString(n.Text) {
		p.Report.Add(ambiguousNumber(n))
		return append(dst, '0')
	}
	return append(dst, n.Text...)
}

// appendJSONString quotes without escaping what only HTML needs escaped.
func appendJSONString(dst []byte, s string) []byte {
	if plainJSON(s) {
		dst = append(dst, '"')
		dst = append(dst, s...)
		return append(dst, '"')
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		panic(err) // a string always encodes
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func plainJSON(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
