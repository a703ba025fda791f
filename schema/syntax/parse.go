package syntax

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// Parse reads one schema file. Faults go to rep, all that are found; the Document holds what could be
// read, so that later phases can report more. It is nil only when the file is not a YAML mapping.
func Parse(file *source.File, rep *diag.Report) *Document {
	root := tree.Parse(file, rep)
	if root == nil {
		return nil
	}
	p := &parser{Reader: tree.Reader{Report: rep}, file: file}
	return p.document(root)
}

// parser walks the tree. Every method reads one construct and reports its faults.
type parser struct {
	tree.Reader
	file *source.File
}

func (p *parser) document(root *tree.Node) *Document {
	if root.Kind != tree.Mapping {
		p.Report.Add(notASchema(root))
		return nil
	}
	d := &Document{File: p.file}
	p.Block(root, "a schema file", []tree.Key{
		{Name: "package", Read: p.text(&d.Package)},
		{Name: "doc", Read: p.anyText(&d.Doc)},
		{Name: "owner", Read: p.text(&d.Owner)},
		{Name: "types", Read: declarations(p, &d.Types, p.typeDecl)},
		{Name: "aggregates", Read: declarations(p, &d.Aggregates, p.aggregate)},
		{Name: "events", Read: declarations(p, &d.Events, p.event)},
		{Name: "projections", Read: declarations(p, &d.Projections, p.projection)},
		{Name: "consumers", Read: declarations(p, &d.Consumers, p.consumer)},
		{Name: "reactions", Read: declarations(p, &d.Reactions, p.reaction)},
		{Name: "sagas", Read: declarations(p, &d.Sagas, p.saga)},
	})
	if d.Package.Span.IsZero() {
		p.Report.Add(missingKey(root.Span, "a schema file", "package"))
	}
	return d
}

// declarations reads a mapping of names to declarations of one sort.
func declarations[T any](p *parser, into *[]*T, read func(name Text, n *tree.Node) *T) func(tree.Pair) {
	return func(section tree.Pair) {
		pairs := p.Pairs(section.Value, section.Quoted())
		for _, pair := range pairs {
			*into = append(*into, read(keyText(pair.Key), pair.Value))
		}
	}
}

func keyText(key *tree.Node) Text { return Text{Value: key.Text, Span: key.Span} }
