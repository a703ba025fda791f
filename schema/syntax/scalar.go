package syntax

import (
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Readers of the values of single keys; each returns what a key table needs.

func (p *parser) text(into *Text) func(tree.Pair) {
	return func(pair tree.Pair) { p.textNode(into, pair.Value, pair.Quoted()) }
}

func (p *parser) textNode(into *Text, n *tree.Node, what string) {
	if value, ok := p.Text(n, what); ok {
		*into = Text{Value: value, Span: n.Span}
	}
}

func (p *parser) anyText(into *Text) func(tree.Pair) {
	return func(pair tree.Pair) {
		if value, ok := p.AnyText(pair.Value, pair.Quoted()); ok {
			*into = Text{Value: value, Span: pair.Value.Span}
		}
	}
}

func (p *parser) flag(into *Flag) func(tree.Pair) {
	return func(pair tree.Pair) {
		if value, ok := p.Bool(pair.Value, pair.Quoted()); ok {
			*into = Flag{Value: value, Span: pair.Value.Span}
		}
	}
}

// choice reads true or false where leaving it out is a third answer.
func (p *parser) choice(into **Flag) func(tree.Pair) {
	return func(pair tree.Pair) {
		var f Flag
		p.flag(&f)(pair)
		if !f.Span.IsZero() {
			*into = &f
		}
	}
}

// texts reads a list of texts.
func (p *parser) texts(into *[]Text) func(tree.Pair) {
	return func(pair tree.Pair) {
		items := p.Items(pair.Value, pair.Quoted())
		for _, n := range items {
			p.appendText(into, n, "an element of "+pair.Quoted())
		}
	}
}

// textOrTexts reads a text or a list of texts.
func (p *parser) textOrTexts(into *[]Text) func(tree.Pair) {
	return func(pair tree.Pair) {
		if pair.Value.Kind == tree.Sequence {
			p.texts(into)(pair)
			return
		}
		p.appendText(into, pair.Value, pair.Quoted())
	}
}

func (p *parser) appendText(into *[]Text, n *tree.Node, what string) {
	if value, ok := p.Text(n, what); ok {
		*into = append(*into, Text{Value: value, Span: n.Span})
	}
}

// deprecatedWithoutReason stands for `deprecated: true`.
const deprecatedWithoutReason = "deprecated"

// reason reads `true` or a text that says why.
func (p *parser) reason(into *Text) func(tree.Pair) {
	return func(pair tree.Pair) {
		n := pair.Value
		if n.Kind != tree.Scalar || n.Tag != tree.Bool {
			p.textNode(into, n, pair.Quoted())
			return
		}
		if yes, _ := p.Bool(n, pair.Quoted()); yes {
			*into = Text{Value: deprecatedWithoutReason, Span: n.Span}
		}
	}
}

func (p *parser) typeExpr(into **TypeExpr) func(tree.Pair) {
	return func(pair tree.Pair) { *into = p.typeNode(pair.Value, pair.Quoted()) }
}

func (p *parser) literal(into *Literal) func(tree.Pair) {
	return func(pair tree.Pair) { *into = p.literalNode(pair.Value) }
}

// keywords reads a mapping of keywords of JSON Schema. What they say is not looked at.
func (p *parser) keywords(into *Literal) func(tree.Pair) {
	return func(pair tree.Pair) {
		p.Pairs(pair.Value, pair.Quoted())
		if pair.Value.Kind == tree.Mapping {
			*into = p.literalNode(pair.Value)
		}
	}
}

// requireKeys reports the keys that a mapping lacks, at the place of its name.
func (p *parser) requireKeys(n *tree.Node, span source.Span, what string, keys ...string) {
	if n.Kind != tree.Mapping {
		return
	}
	for _, key := range keys {
		if n.Get(key) == nil {
			p.Report.Add(missingKey(span, what, key))
		}
	}
}
