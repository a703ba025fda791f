package tree

import (
	"bytes"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/evgen/evgen/schema/source"
)

// yaml.v3 says where a node starts and not where it ends: this file finds the ends in the text.

// start returns the offset of a node behind its anchor and tag.
func (b *builder) start(y *yaml.Node) int {
	text, at := b.file.Bytes, b.lines.at(y.Line, y.Column)
	for y.Kind != yaml.AliasNode && at < len(text) && (text[at] == '&' || text[at] == '!') {
		next := at
		for next < len(text) && !strings.ContainsRune(" \t\r\n,[]{}", rune(text[next])) {
			next++
		}
		next += len(text[next:]) - len(bytes.TrimLeft(text[next:], " \t\r\n"))
		if next == at {
			break
		}
		at = next
	}
	return at
}

// extent returns the span of a scalar, where its text stands byte for byte (or -1), and whether it is plain.
func (b *builder) extent(y *yaml.Node, start int) (source.Span, int, bool) {
	text := b.file.Bytes
	span := func(end int) source.Span { return source.Span{File: b.file, Start: start, End: end} }
	switch {
	case start < len(text) && (text[start] == '"' || text[start] == '\''):
		end := quotedEnd(text, start)
		if verbatim(text, start+1, y.Value) && end == start+len(y.Value)+2 {
			return span(end), start + 1, false
		}
		return span(end), -1, false
	case verbatim(text, start, y.Value) && y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0:
		return span(start + len(y.Value)), start, true
	default:
		return span(min(b.lines.end(start), len(text))), -1, false
	}
}

func verbatim(text []byte, at int, value string) bool {
	return at+len(value) <= len(text) && string(text[at:at+len(value)]) == value
}

// quotedEnd returns the offset behind the closing quote of the scalar that opens at start.
func quotedEnd(text []byte, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case quote == '"' && text[i] == '\\':
			i++
		case text[i] != quote:
		case quote == '\'' && i+1 < len(text) && text[i+1] == '\'':
			i++
		default:
			return i + 1
		}
	}
	return len(text)
}

// collection returns the span of a collection's head: the bracket of the flow form, or the first line of
// the block form. A whole block would underline a page.
func (b *builder) collection(y *yaml.Node, start int) source.Span {
	end := start + 1
	if y.Style&yaml.FlowStyle == 0 {
		end = b.lines.end(start)
		for end > start && (b.file.Bytes[end-1] == ' ' || b.file.Bytes[end-1] == '\t') {
			end--
		}
	}
	return source.Span{File: b.file, Start: min(start, len(b.file.Bytes)), End: min(end, len(b.file.Bytes))}
}
