package syntax

import (
	"strconv"

	"github.com/evgen/evgen/schema/syntax/tree"
)

// field reads `name: type` or `name: {type: ..., ...}`.
func (p *parser) field(name Text, n *tree.Node) *FieldDecl {
	f := &FieldDecl{Name: name, Span: name.Span}
	if n.Kind == tree.Scalar {
		f.Type = p.typeNode(n, "field "+strconv.Quote(name.Value))
		return f
	}
	keys := []tree.Key{
		{Name: "type", Read: p.typeExpr(&f.Type)},
		{Name: "doc", Read: p.anyText(&f.Doc)},
		{Name: "json", Read: p.anyText(&f.JSON)},
		{Name: "go", Read: p.text(&f.Go)},
		{Name: "deprecated", Read: p.reason(&f.Deprecated)},
		{Name: "unit", Read: p.text(&f.Unit)},
		{Name: "sensitive", Read: p.flag(&f.Sensitive)},
		{Name: "subject", Read: p.text(&f.Subject)},
		{Name: "encoding", Read: p.text(&f.Encoding)},
		{Name: "default", Read: p.literal(&f.Default)},
		{Name: "example", Read: p.literal(&f.Example)},
		{Name: "each", Read: func(pair tree.Pair) { f.Each = p.each(pair) }},
		{Name: "unchecked", Read: p.keywords(&f.Unchecked)},
	}
	p.Block(n, "a field", append(keys, p.limitKeys(&f.Limits)...))
	p.requireKeys(n, name.Span, "field "+strconv.Quote(name.Value), "type")
	return f
}

func (p *parser) each(pair tree.Pair) *LimitsDecl {
	l := &LimitsDecl{Span: pair.Key.Span}
	p.Block(pair.Value, pair.Quoted(), p.limitKeys(l))
	return l
}

// limitKeys reads the constraints. The span of the whole is that of the first.
func (p *parser) limitKeys(l *LimitsDecl) []tree.Key {
	keys := []tree.Key{
		{Name: "min", Read: p.literal(&l.Min)},
		{Name: "max", Read: p.literal(&l.Max)},
		{Name: "exclusive_min", Read: p.literal(&l.ExclusiveMin)},
		{Name: "exclusive_max", Read: p.literal(&l.ExclusiveMax)},
		{Name: "multiple_of", Read: p.literal(&l.MultipleOf)},
		{Name: "min_length", Read: p.count(&l.MinLength)},
		{Name: "max_length", Read: p.count(&l.MaxLength)},
		{Name: "pattern", Read: p.text(&l.Pattern)},
		{Name: "min_items", Read: p.count(&l.MinItems)},
		{Name: "max_items", Read: p.count(&l.MaxItems)},
		{Name: "unique_items", Read: p.flag(&l.UniqueItems)},
		{Name: "const", Read: p.literal(&l.Const)},
		{Name: "one_of", Read: func(pair tree.Pair) {
			if len(p.Items(pair.Value, pair.Quoted())) > 0 {
				l.OneOf = p.literalNode(pair.Value)
			} else if pair.Value.Kind == tree.Sequence {
				p.Report.Add(emptyList(pair.Value, pair.Key.Text))
			}
		}},
		{Name: "scale", Read: p.count(&l.Scale)},
	}
	for i, k := range keys {
		keys[i].Read = func(pair tree.Pair) {
			if l.Span.IsZero() {
				l.Span = pair.Key.Span
			}
			k.Read(pair)
		}
	}
	return keys
}

// count reads a number of things: an integer from 0 to 2^31-1.
func (p *parser) count(into *Literal) func(tree.Pair) {
	return func(pair tree.Pair) {
		n := pair.Value
		_, err := strconv.ParseUint(n.Text, 10, 31)
		if n.Kind != tree.Scalar || n.Tag != tree.Int || err != nil || !jsonNumber.MatchString(n.Text) {
			p.Report.Add(badCount(n, pair.Key.Text))
			return
		}
		*into = p.literalNode(n)
	}
}
