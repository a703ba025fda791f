package config

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/evgen/evgen/schema/syntax/tree"
)

type parser struct{ tree.Reader }

func isBlank(b []byte) bool {
	for line := range bytes.Lines(b) {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return false
		}
	}
	return true
}

func (p *parser) config(root *tree.Node, c *Config) {
	p.Block(root, "evgen.yaml", []tree.Key{
		{Name: "schemas", Read: func(pair tree.Pair) { p.schemas(c, pair) }},
		{Name: "out", Read: p.path(&c.Out)},
		{Name: "packages", Read: func(pair tree.Pair) { p.packages(c, pair) }},
		{Name: "generate", Read: func(pair tree.Pair) { p.generate(&c.Generate, pair) }},
		{Name: "lint", Read: func(pair tree.Pair) { p.lint(c, pair) }},
		{Name: "compatibility", Read: func(pair tree.Pair) { p.compatibility(&c.Compatibility, pair) }},
	})
}

func (p *parser) text(into *Text) func(tree.Pair) {
	return func(pair tree.Pair) {
		if value, ok := p.Text(pair.Value, pair.Quoted()); ok {
			*into = Text{Value: value, Span: pair.Value.Span}
		}
	}
}

// path reads a path that stays inside of the module.
func (p *parser) path(into *Text) func(tree.Pair) {
	return func(pair tree.Pair) { p.pathNode(into, pair.Value, pair.Quoted()) }
}

func (p *parser) pathNode(into *Text, n *tree.Node, what string) {
	value, ok := p.Text(n, what)
	if !ok {
		return
	}
	clean := path.Clean(value)
	if path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(value, "\\\x00:") {
		p.Report.Add(pathOutside(n))
		return
	}
	*into = Text{Value: clean, Span: n.Span}
}

func (p *parser) schemas(c *Config, pair tree.Pair) {
	c.Schemas = nil
	for _, n := range p.Items(pair.Value, pair.Quoted()) {
		var dir Text
		p.pathNode(&dir, n, "an element of "+pair.Quoted())
		if !dir.Span.IsZero() {
			c.Schemas = append(c.Schemas, dir)
		}
	}
	if pair.Value.Kind == tree.Sequence && len(pair.Value.Items) == 0 {
		p.Report.Add(noSchemas(pair.Value))
	}
}

func (p *parser) packages(c *Config, section tree.Pair) {
	for _, pair := range p.Pairs(section.Value, section.Quoted()) {
		pkg := &Package{Name: Text{Value: pair.Key.Text, Span: pair.Key.Span}}
		p.Block(pair.Value, "a package", []tree.Key{
			{Name: "out", Read: p.path(&pkg.Out)},
			{Name: "import", Read: p.text(&pkg.Import)},
		})
		c.Packages = append(c.Packages, pkg)
	}
}

func (p *parser) generate(g *Generate, pair tree.Pair) {
	flag := func(into *Switch) func(tree.Pair) {
		return func(pair tree.Pair) {
			value, ok := p.Bool(pair.Value, pair.Quoted())
			switch {
			case ok && value:
				*into = On
			case ok:
				*into = Disabled
			}
		}
	}
	p.Block(pair.Value, pair.Quoted(), []tree.Key{
		{Name: "tests", Read: flag(&g.Tests)},
		{Name: "projections", Read: func(pair tree.Pair) { p.databases(&g.Projections, pair) }},
		{Name: "consumers", Read: flag(&g.Consumers)},
		{Name: "reactions", Read: flag(&g.Reactions)},
		{Name: "sagas", Read: flag(&g.Sagas)},
		{Name: "docs", Read: flag(&g.Docs)},
	})
}

// databases reads true, false, or a list of databases.
func (p *parser) databases(d *Databases, pair tree.Pair) {
	if pair.Value.Kind != tree.Sequence {
		if wanted, ok := p.Bool(pair.Value, pair.Quoted()); ok && !wanted {
			*d = Databases{}
		}
		return
	}
	*d = Databases{}
	known := map[string]*bool{"postgres": &d.Postgres, "sqlite": &d.SQLite}
	for _, n := range p.Items(pair.Value, pair.Quoted()) {
		var name string
		p.word(&name, tree.Pair{Key: pair.Key, Value: n}, "postgres", "sqlite")
		if wanted := known[name]; wanted != nil {
			*wanted = true
		}
	}
	if len(pair.Value.Items) == 0 {
		p.Report.Add(noDatabase(pair.Value))
	}
}

// word reads one of a few words.
func (p *parser) word(into *string, pair tree.Pair, words ...string) {
	value, ok := p.Text(pair.Value, pair.Quoted())
	switch {
	case !ok:
	case slices.Contains(words, value):
		*into = value
	default:
		p.Report.Add(unknownWord(pair, words))
	}
}

// lint reads `rule: level` and `rule: {level, reason, options of the rule}`.
func (p *parser) lint(c *Config, section tree.Pair) {
	for _, pair := range p.Pairs(section.Value, section.Quoted()) {
		rule := &Rule{ID: Text{Value: pair.Key.Text, Span: pair.Key.Span}}
		if pair.Value.Kind == tree.Mapping {
			p.lintRule(rule, pair)
		} else {
			p.level(rule, pair)
		}
		c.Lint = append(c.Lint, rule)
	}
}

func (p *parser) level(rule *Rule, pair tree.Pair) {
	p.word((*string)(&rule.Level), pair, string(Off), string(Warning), string(Error))
}

// lintRule reads the long form: all but its level and reason are options, which the rule itself checks.
func (p *parser) lintRule(rule *Rule, section tree.Pair) {
	for _, pair := range section.Value.Pairs {
		switch pair.Key.Text {
		case "level":
			p.level(rule, pair)
		case "reason":
			p.text(&rule.Reason)(pair)
		default:
			rule.Options = append(rule.Options, p.option(pair))
		}
	}
	if rule.Level == "" && len(rule.Options) == 0 && section.Value.Get("level") == nil {
		p.Report.Add(missing(section.Key, "level"))
	}
}

func (p *parser) option(pair tree.Pair) Option {
	o := Option{Name: Text{Value: pair.Key.Text, Span: pair.Key.Span}}
	if pair.Value.Kind == tree.Scalar {
		o.Values = []Text{{Value: pair.Value.Text, Span: pair.Value.Span}}
		return o
	}
	for _, n := range p.Items(pair.Value, pair.Quoted()) {
		if value, ok := p.Text(n, "an element of "+pair.Quoted()); ok {
			o.Values = append(o.Values, Text{Value: value, Span: n.Span})
		}
	}
	return o
}

func (p *parser) compatibility(c *Compatibility, pair tree.Pair) {
	p.Block(pair.Value, pair.Quoted(), []tree.Key{
		{Name: "mode", Read: func(pair tree.Pair) { p.word(&c.Mode, pair, "backward", "full") }},
		{Name: "reader", Read: func(pair tree.Pair) { p.word(&c.Reader, pair, "tolerant", "strict") }},
		{Name: "enums", Read: func(pair tree.Pair) { p.word(&c.Enums, pair, "open", "closed") }},
		{Name: "suppress", Read: func(pair tree.Pair) {
			for _, n := range p.Items(pair.Value, pair.Quoted()) {
				c.Suppress = append(c.Suppress, p.suppression(n))
			}
		}},
	})
}

func (p *parser) suppression(n *tree.Node) *Suppression {
	s := &Suppression{Span: n.Span}
	p.Block(n, "a suppression", []tree.Key{
		{Name: "rule", Read: p.text(&s.Rule)},
		{Name: "element", Read: p.text(&s.Element)},
		{Name: "reason", Read: p.text(&s.Reason)},
		{Name: "until", Read: func(pair tree.Pair) {
			p.text(&s.Until)(pair)
			if _, err := time.Parse(time.DateOnly, s.Until.Value); s.Until.Value != "" && err != nil {
				p.Report.Add(badDate(pair.Value))
			}
		}},
	})
	for _, key := range []string{"rule", "element", "reason"} {
		if n.Kind == tree.Mapping && n.Get(key) == nil {
			p.Report.Add(missing(n, key))
		}
	}
	return s
}
