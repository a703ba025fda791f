package syntax

import (
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/syntax/tree"
)

// upcast reads the step from the previous version: rules, `drop: [..]`, or `go: true` for the whole.
func (p *parser) upcast(pair tree.Pair) *UpcastDecl {
	u := &UpcastDecl{Span: pair.Key.Span}
	for _, r := range p.Pairs(pair.Value, pair.Quoted()) {
		if !p.upcastMember(u, r) {
			u.Rules = append(u.Rules, p.rule(r))
		}
	}
	return u
}

// upcastMember reads the entries that are not rules. Rules are mappings, so the form tells them apart
// from fields that happen to be named drop or go.
func (p *parser) upcastMember(u *UpcastDecl, pair tree.Pair) bool {
	switch {
	case pair.Key.Text == "drop" && pair.Value.Kind == tree.Sequence:
		p.texts(&u.Drop)(pair)
	case pair.Key.Text == "go" && pair.Value.Kind == tree.Scalar:
		p.flag(&u.Go)(pair)
	case pair.Key.Text == "into" && pair.Value.Kind == tree.Sequence:
		p.Report.Add(misplacedInto(pair.Key))
	default:
		return false
	}
	return true
}

// enumUpcast reads the step of an enum: renamed values, or `go: true`.
func (p *parser) enumUpcast(pair tree.Pair) *UpcastDecl {
	u := &UpcastDecl{Span: pair.Key.Span}
	p.Block(pair.Value, "the upcast of an enum", []tree.Key{
		{Name: "enum", Read: p.enumMap(&u.Enum)},
		{Name: "go", Read: p.flag(&u.Go)},
	})
	return u
}

// intoUpcast reads `upcast:` of an event: the events that it becomes.
func (p *parser) intoUpcast(pair tree.Pair) *UpcastDecl {
	u := &UpcastDecl{Span: pair.Key.Span}
	p.Block(pair.Value, "the upcast of an event", []tree.Key{
		{Name: "into", Read: func(pair tree.Pair) { p.into(u, pair) }},
		{Name: "drop", Read: p.texts(&u.Drop)},
		{Name: "go", Read: p.flag(&u.Go)},
	})
	if pair.Value.Kind == tree.Mapping && pair.Value.Get("into") == nil {
		p.Report.Add(missingInto(pair.Key))
	}
	return u
}

func (p *parser) into(u *UpcastDecl, pair tree.Pair) {
	u.IsInto = true
	for _, n := range p.Items(pair.Value, pair.Quoted()) {
		switch {
		case n.Kind == tree.Mapping && len(n.Pairs) == 1:
			u.Into = append(u.Into, p.intoTarget(n.Pairs[0].Key, n.Pairs[0].Value))
		case n.Kind == tree.Scalar && n.Tag == tree.Str:
			u.Into = append(u.Into, p.intoTarget(n, nil))
		default:
			p.Report.Add(badInto(n))
		}
	}
}

func (p *parser) intoTarget(name, rules *tree.Node) *IntoDecl {
	d := &IntoDecl{Event: keyText(name), Span: name.Span}
	if at := strings.IndexByte(name.Text, '@'); at >= 0 {
		version, err := strconv.Atoi(name.Text[at+1:])
		if err != nil || version < 1 || version > maxVersion {
			p.Report.Add(badInto(name))
		}
		d.Event = Text{Value: name.Text[:at], Span: name.Sub(0, at)}
		d.Version = version
	}
	if rules != nil {
		for _, r := range p.Pairs(rules, "the rules of "+strconv.Quote(name.Text)) {
			d.Rules = append(d.Rules, p.rule(r))
		}
	}
	return d
}

func (p *parser) rule(pair tree.Pair) *RuleDecl {
	r := &RuleDecl{Target: keyText(pair.Key), Span: pair.Key.Span}
	if pair.Value.Kind != tree.Mapping {
		p.Report.Add(badRule(pair))
		p.guessRule(r, pair.Value)
		return r
	}
	p.Block(pair.Value, "an upcast rule", []tree.Key{
		{Name: "from", Read: p.text(&r.From)},
		{Name: "default", Read: p.literal(&r.Default)},
		{Name: "value", Read: p.literal(&r.Value)},
		{Name: "convert", Read: p.text(&r.Convert)},
		{Name: "layout", Read: p.text(&r.Layout)},
		{Name: "else", Read: p.literal(&r.Else)},
		{Name: "enum", Read: p.enumMap(&r.Enum)},
		{Name: "template", Read: p.text(&r.Template)},
		{Name: "wrap", Read: func(pair tree.Pair) { p.word(&r.Wrap, pair, "list") }},
		{Name: "unwrap", Read: func(pair tree.Pair) { p.word(&r.Unwrap, pair, "first") }},
		{Name: "go", Read: p.flag(&r.Go)},
	})
	return r
}

// guessRule takes a faulty rule for what it probably means, so that one fault does not cause others.
func (p *parser) guessRule(r *RuleDecl, n *tree.Node) {
	if n.Kind == tree.Scalar && n.Tag == tree.Str && n.Text != "" {
		r.From = Text{Value: n.Text, Span: n.Span}
		return
	}
	r.Go = Flag{Value: true, Span: n.Span}
}

func (p *parser) enumMap(into *[]*EnumMapDecl) func(tree.Pair) {
	return func(pair tree.Pair) {
		for _, e := range p.Pairs(pair.Value, pair.Quoted()) {
			*into = append(*into, &EnumMapDecl{
				Old:  p.enumLiteral(e.Key),
				New:  p.enumLiteral(e.Value),
				Span: e.Key.Span,
			})
		}
	}
}
