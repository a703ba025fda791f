package syntax

import (
	"strconv"

	"github.com/evgen/evgen/schema/syntax/tree"
)

// typeDecl reads a named type: one shape, or `versions:` of it.
func (p *parser) typeDecl(name Text, n *tree.Node) *TypeDecl {
	t := &TypeDecl{Name: name, Span: name.Span}
	if n.Kind == tree.Mapping && n.Get("versions") != nil {
		p.versionedType(t, n)
		return t
	}
	v := &TypeVersionDecl{Number: 1, Span: name.Span}
	t.Versions = []*TypeVersionDecl{v}
	p.shape(v, n, "a type", "type "+strconv.Quote(name.Value), []tree.Key{
		{Name: "doc", Read: p.anyText(&t.Doc)},
	})
	return t
}

func (p *parser) versionedType(t *TypeDecl, n *tree.Node) {
	t.Versioned = true
	p.Block(n, "a versioned type", []tree.Key{
		{Name: "doc", Read: p.anyText(&t.Doc)},
		{Name: "versions", Read: p.versions(func(number int, key Text, n *tree.Node) {
			t.Versions = append(t.Versions, p.typeVersion(number, key, n))
		})},
	})
}

func (p *parser) typeVersion(number int, key Text, n *tree.Node) *TypeVersionDecl {
	v := &TypeVersionDecl{Number: number, Span: key.Span}
	keys := []tree.Key{
		{Name: "doc", Read: p.anyText(&v.Doc)},
		{Name: "draft", Read: p.flag(&v.Draft)},
		{Name: "upcast", Read: func(pair tree.Pair) {
			if n.Get("enum") != nil {
				v.Upcast = p.enumUpcast(pair)
				return
			}
			v.Upcast = p.upcast(pair)
		}},
	}
	p.shape(v, n, "a version of a type", "version "+key.Value, keys)
	return v
}

// shape reads what a type is: a struct, an enum or a union, with the keys that fit the one that was chosen.
func (p *parser) shape(v *TypeVersionDecl, n *tree.Node, what, whose string, keys []tree.Key) {
	switch {
	case n.Kind != tree.Mapping:
	case n.Get("enum") != nil:
		v.Enum = &EnumDecl{Span: v.Span}
		keys = append(keys, p.enumKeys(v.Enum)...)
	case n.Get("union") != nil:
		v.Union = &UnionDecl{Span: v.Span}
		keys = append(keys, p.unionKeys(v.Union)...)
	default:
		v.Struct = &StructDecl{Span: v.Span}
		keys = append(keys, p.structKeys(v.Struct)...)
	}
	if several := shapesOf(n); len(several) > 1 {
		p.Report.Add(severalShapes(several))
		v.Struct, v.Enum, v.Union = nil, nil, nil
		return
	} else if n.Kind == tree.Mapping && len(several) == 0 {
		p.Report.Add(noShape(v.Span, whose))
	}
	p.Block(n, what, keys)
	if v.Union != nil {
		p.requireKeys(n, v.Span, "the union of "+whose, "tag")
	}
}

func shapesOf(n *tree.Node) []*tree.Node {
	var keys []*tree.Node
	for _, pair := range n.Pairs {
		switch pair.Key.Text {
		case "fields", "enum", "union":
			keys = append(keys, pair.Key)
		}
	}
	return keys
}

func (p *parser) structKeys(s *StructDecl) []tree.Key {
	return []tree.Key{
		{Name: "fields", Read: func(pair tree.Pair) {
			for _, f := range p.Pairs(pair.Value, pair.Quoted()) {
				s.Fields = append(s.Fields, p.field(keyText(f.Key), f.Value))
			}
		}},
		{Name: "unknown", Read: func(pair tree.Pair) {
			p.word(&s.Unknown, pair, "skip", "keep", "reject")
		}},
		{Name: "unchecked", Read: p.keywords(&s.Unchecked)},
	}
}

func (p *parser) enumKeys(e *EnumDecl) []tree.Key {
	return []tree.Key{
		{Name: "enum", Read: func(pair tree.Pair) {
			for _, n := range p.Items(pair.Value, pair.Quoted()) {
				e.Values = append(e.Values, p.enumValue(n))
			}
		}},
		{Name: "closed", Read: p.flag(&e.Closed)},
		{Name: "fallback", Read: p.literal(&e.Fallback)},
	}
}

func (p *parser) enumValue(n *tree.Node) *EnumValueDecl {
	v := &EnumValueDecl{}
	if n.Kind != tree.Mapping {
		v.Value = p.enumLiteral(n)
		return v
	}
	p.Block(n, "an enum value", []tree.Key{
		{Name: "value", Read: func(pair tree.Pair) { v.Value = p.enumLiteral(pair.Value) }},
		{Name: "go", Read: p.text(&v.Go)},
		{Name: "doc", Read: p.anyText(&v.Doc)},
		{Name: "deprecated", Read: p.reason(&v.Deprecated)},
	})
	if n.Get("value") == nil {
		p.Report.Add(missingKey(n.Span, "an enum value", "value"))
	}
	return v
}

// enumLiteral reads a text or an integer.
func (p *parser) enumLiteral(n *tree.Node) Literal {
	if n.Kind != tree.Scalar || n.Tag != tree.Str && n.Tag != tree.Int {
		p.Report.Add(badEnumValue(n))
		return Literal{}
	}
	return p.literalNode(n)
}

func (p *parser) unionKeys(u *UnionDecl) []tree.Key {
	return []tree.Key{
		{Name: "tag", Read: p.text(&u.Tag)},
		{Name: "closed", Read: p.flag(&u.Closed)},
		{Name: "union", Read: func(pair tree.Pair) { p.branches(u, pair) }},
	}
}

// branches reads a mapping of tags to types, or a list of types whose names are the tags.
func (p *parser) branches(u *UnionDecl, pair tree.Pair) {
	if pair.Value.Kind != tree.Sequence {
		for _, b := range p.Pairs(pair.Value, pair.Quoted()) {
			u.Branches = append(u.Branches, &BranchDecl{Tag: keyText(b.Key), Type: p.typeNode(b.Value, "a branch")})
		}
		return
	}
	for _, n := range pair.Value.Items {
		b := &BranchDecl{Type: p.typeNode(n, "a branch")}
		if b.Type != nil {
			b.Tag = Text{Value: b.Type.Name, Span: n.Span}
		}
		u.Branches = append(u.Branches, b)
	}
}

// word reads one of a few words.
func (p *parser) word(into *Text, pair tree.Pair, words ...string) {
	var t Text
	p.textNode(&t, pair.Value, pair.Quoted())
	for _, w := range words {
		if t.Value == w {
			*into = t
			return
		}
	}
	if !t.Span.IsZero() {
		p.Report.Add(badWord(t, pair.Key.Text, words))
	}
}
