package compat

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// diffProjections compares what read models hold and how they come about.
func diffProjections(old, new *model.Model) []Change {
	var out []Change
	before := projectionsOf(old)
	for name, p := range projectionsOf(new).inOrder() {
		was := before.named[name]
		if was == nil {
			out = append(out, Change{Kind: "projection-added", Element: name, New: Place{Span: p.Span, Text: name}})
			continue
		}
		out = append(out, diffProjection(name, was, p)...)
	}
	after := projectionsOf(new)
	for name, p := range before.inOrder() {
		if after.named[name] == nil {
			out = append(out, Change{Kind: "projection-removed", Element: name, Old: Place{Span: p.Span, Text: name}, New: Place{Span: packageSpan(new, p.Package.Name)}})
		}
	}
	return out
}

// packageSpan is where a package is declared: findings about what is gone stand there.
func packageSpan(m *model.Model, name string) source.Span {
	if m == nil {
		return source.Span{}
	}
	for _, p := range m.Packages {
		if p.Name == name {
			return p.Span
		}
	}
	if len(m.Packages) > 0 {
		return m.Packages[0].Span
	}
	return source.Span{}
}

type projections struct {
	names []string
	named map[string]*model.Projection
}

func projectionsOf(m *model.Model) projections {
	out := projections{named: map[string]*model.Projection{}}
	if m == nil {
		return out
	}
	for _, p := range m.Packages {
		for _, x := range p.Projections {
			name := p.Name + "." + x.Name
			out.names = append(out.names, name)
			out.named[name] = x
		}
	}
	return out
}

func (p projections) inOrder() func(yield func(string, *model.Projection) bool) {
	return func(yield func(string, *model.Projection) bool) {
		for _, name := range p.names {
			if !yield(name, p.named[name]) {
				return
			}
		}
	}
}

func diffProjection(name string, old, new *model.Projection) []Change {
	var out []Change
	report := func(k Kind, path, oldText, newText string) {
		out = append(out, Change{
			Kind: k, Element: name, Path: path, Table: new.Table,
			Old: Place{Span: old.Span, Text: oldText}, New: Place{Span: new.Span, Text: newText},
		})
	}
	if o, n := keyText(old), keyText(new); o != n {
		report("projection-key-changed", "", o, n)
	}
	before, after := columnsOf(old), columnsOf(new)
	for _, c := range after {
		was, known := typeOfColumn(before, c.name)
		switch {
		case !known:
			report("projection-column-added", c.name, "", c.typ)
		case was != c.typ:
			report("projection-column-type-changed", c.name, was, c.typ)
		}
	}
	for _, c := range before {
		if _, stays := typeOfColumn(after, c.name); !stays {
			report("projection-column-removed", c.name, c.typ, "")
		}
	}
	if o, n := orderText(old), orderText(new); o != n {
		report("projection-order-changed", "", o, n)
	}
	if o, n := beginnersText(old, new), beginnersText(new, old); o != n {
		report("projection-creates-changed", "", o, n)
	}
	if o, n := indexesText(old), indexesText(new); o != n {
		report("projection-indexes-changed", "", o, n)
	}
	if o, n := handlersText(old), handlersText(new); o != n && len(out) == 0 {
		report("projection-changed", "", o, n)
	}
	return out
}

// orderText says within what the facts of a projection are kept in order.
func orderText(p *model.Projection) string {
	if !p.Partitioned {
		return "by row"
	}
	var parts []string
	for _, h := range p.On {
		part := operandText(h.Partition)
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return "by " + strings.Join(parts, ", ")
}

// beginnersText lists the events of p, as far as other has them, that begin rows.
func beginnersText(p, other *model.Projection) string {
	var parts []string
	for _, h := range p.On {
		shared := slices.ContainsFunc(other.On, func(o *model.ProjectionHandler) bool { return o.Event.Wire == h.Event.Wire })
		if shared && h.Creates && !h.Delete {
			parts = append(parts, h.Event.Wire)
		}
	}
	slices.Sort(parts)
	return "begun by " + strings.Join(parts, ", ")
}

// indexesText lists the indexes, each once, in no order of importance.
func indexesText(p *model.Projection) string {
	var parts []string
	for _, columns := range p.Indexes {
		parts = append(parts, "["+strings.Join(columns, ", ")+"]")
	}
	slices.Sort(parts)
	return "indexes " + strings.Join(slices.Compact(parts), " ")
}

// column is a column of a read model and the type that its values have.
type column struct{ name, typ string }

func typeOfColumn(columns []column, name string) (string, bool) {
	i := slices.IndexFunc(columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return "", false
	}
	return columns[i].typ, true
}

// columnsOf lists the columns in the order in which handlers first name them. Where several give one, the type of the
// first that is no literal counts.
func columnsOf(p *model.Projection) []column {
	if len(p.Columns) > 0 {
		return settledColumns(p)
	}
	var out []column
	note := func(name string, from model.Operand) {
		typ := operandType(from)
		i := slices.IndexFunc(out, func(c column) bool { return c.name == name })
		switch {
		case i < 0:
			out = append(out, column{name, typ})
		case strings.HasPrefix(out[i].typ, "literal") && !strings.HasPrefix(typ, "literal"):
			out[i].typ = typ
		}
	}
	for _, c := range p.Key {
		note(c.Name, c.From)
	}
	for _, h := range p.On {
		for _, a := range slices.Concat(h.Set, h.Add) {
			note(a.Column, a.Value)
		}
	}
	return out
}

// settledColumns lists the columns of a table with the types that they were given, or were found to need.
func settledColumns(p *model.Projection) []column {
	var out []column
	for _, c := range p.Columns {
		typ := c.Type.String()
		if c.Null {
			typ += " | null"
		}
		out = append(out, column{c.Name, typ})
	}
	return out
}

func operandType(o model.Operand) string {
	switch {
	case o.Field != nil:
		return typeText(o.Field.Last())
	case o.Literal != nil:
		return literalType(o.Literal)
	}
	return "$" + o.Envelope.String()
}

func literalType(v *model.Value) string {
	switch c := v.JSON[0]; {
	case c == '"':
		return "literal text"
	case c == 't' || c == 'f':
		return "literal bool"
	case c == '-' || c >= '0' && c <= '9':
		return "literal number"
	}
	return "literal"
}

func keyText(p *model.Projection) string {
	var parts []string
	for _, c := range p.Key {
		parts = append(parts, c.Name+" from "+operandText(c.From))
	}
	return strings.Join(parts, ", ")
}

func operandText(o model.Operand) string {
	switch {
	case o.Field != nil:
		return o.Field.String()
	case o.Literal != nil:
		return string(o.Literal.JSON)
	}
	return "$" + o.Envelope.String()
}

// handlersText is what a projection does with each event.
func handlersText(p *model.Projection) string {
	var b strings.Builder
	if p.Go {
		b.WriteString("handler: go\n")
	}
	for _, h := range p.On {
		fmt.Fprintf(&b, "on %s delete=%t\n", h.Event.Wire, h.Delete)
		for _, a := range h.Set {
			fmt.Fprintf(&b, "  set %s = %s\n", a.Column, operandText(a.Value))
		}
		for _, a := range h.Add {
			fmt.Fprintf(&b, "  add %s = %s\n", a.Column, operandText(a.Value))
		}
	}
	return b.String()
}
