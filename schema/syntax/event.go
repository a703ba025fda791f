package syntax

import (
	"strconv"

	"github.com/evgen/evgen/schema/syntax/tree"
)

func (p *parser) aggregate(name Text, n *tree.Node) *AggregateDecl {
	a := &AggregateDecl{Name: name, Span: name.Span}
	p.Block(n, "an aggregate", []tree.Key{
		{Name: "doc", Read: p.anyText(&a.Doc)},
		{Name: "id", Read: p.typeExpr(&a.ID)},
	})
	p.requireKeys(n, name.Span, "aggregate "+strconv.Quote(name.Value), "id")
	return a
}

func (p *parser) event(name Text, n *tree.Node) *EventDecl {
	e := &EventDecl{Name: name, Span: name.Span}
	p.Block(n, "an event", []tree.Key{
		{Name: "doc", Read: p.anyText(&e.Doc)},
		{Name: "owner", Read: p.text(&e.Owner)},
		{Name: "type", Read: p.text(&e.Wire)},
		{Name: "was", Read: p.textOrTexts(&e.Was)},
		{Name: "aggregate", Read: p.text(&e.Aggregate)},
		{Name: "key", Read: p.text(&e.Key)},
		{Name: "retired", Read: p.flag(&e.Retired)},
		{Name: "deprecated", Read: p.reason(&e.Deprecated)},
		{Name: "versions", Read: p.versions(func(number int, key Text, n *tree.Node) {
			e.Versions = append(e.Versions, p.eventVersion(number, key, n))
		})},
		{Name: "upcast", Read: func(pair tree.Pair) { e.Upcast = p.intoUpcast(pair) }},
	})
	p.requireKeys(n, name.Span, "event "+strconv.Quote(name.Value), "versions")
	return e
}

// maxVersion bounds version numbers; a date or a hash is not a version.
const maxVersion = 1_000_000

// versions reads `versions:`, a mapping of positive numbers.
func (p *parser) versions(read func(number int, key Text, n *tree.Node)) func(tree.Pair) {
	return func(pair tree.Pair) {
		pairs := p.Pairs(pair.Value, pair.Quoted())
		if pair.Value.Kind == tree.Mapping && len(pair.Value.Pairs) == 0 {
			p.Report.Add(noVersions(pair.Key.Span))
		}
		for _, v := range pairs {
			number, err := strconv.Atoi(v.Key.Text)
			if err != nil || number < 1 || number > maxVersion || strconv.Itoa(number) != v.Key.Text {
				p.Report.Add(badVersion(v.Key))
				continue
			}
			read(number, keyText(v.Key), v.Value)
		}
	}
}

func (p *parser) eventVersion(number int, key Text, n *tree.Node) *EventVersionDecl {
	v := &EventVersionDecl{Number: number, Span: key.Span, Struct: &StructDecl{Span: key.Span}}
	keys := []tree.Key{
		{Name: "doc", Read: p.anyText(&v.Doc)},
		{Name: "draft", Read: p.flag(&v.Draft)},
		{Name: "upcast", Read: func(pair tree.Pair) { v.Upcast = p.upcast(pair) }},
	}
	p.Block(n, "a version of an event", append(keys, p.structKeys(v.Struct)...))
	p.requireKeys(n, key.Span, "version "+key.Value, "fields")
	return v
}
