package plan

import (
	"fmt"
	"slices"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Home is a Go package beside that of the events: read models need more than events do.
type Home struct {
	Name string
	Path string // import path
	Dir  string // slash-separated, relative to the module root
}

// beside names a package below that of the events.
func (p *Package) beside(suffix string) *Home {
	name := p.Name + suffix
	return &Home{Name: name, Path: p.Path + "/" + name, Dir: p.Dir + "/" + name}
}

// Read is the home of what read models are in any database, PG and SQLite of what they are in one.
func (p *Package) Read() *Home   { return p.beside("read") }
func (p *Package) PG() *Home     { return p.beside("pg") }
func (p *Package) SQLite() *Home { return p.beside("sqlite") }

// Projection is a read model.
type Projection struct {
	Package  *Package
	Model    *model.Projection
	Name     string // "MemoryList"
	File     string // "memory_list"; endings differ
	Row      string // struct of a row; "" if written in Go
	Key      string // struct of a key of several columns; "" if one column is the key
	Columns  []*Column
	Keys     int // columns of the key, which come first
	Indexes  [][]*Column
	Handlers []*Handler
	Erasures []*Erasure
	Digest   string
}

// Column is a column of a table.
type Column struct {
	Model *model.TableColumn
	Name  string // of the Go field
	Kind  string // of the column: "Text", "Timestamp"; a constant and a method of package projection
	Value *Type  // what is there when something is there
	Type  *Type  // as it stands in the row
	Doc   string // of the field that it shows
}

// Handler is what a projection does on one event.
type Handler struct {
	Model    *model.ProjectionHandler
	Event    *Event
	Subjects []*Whose // whose values it sets
}

// Column finds a column by its name in the table.
func (p *Projection) Column(name string) (bit int, c *Column) {
	i := slices.IndexFunc(p.Columns, func(c *Column) bool { return c.Model.Name == name })
	return i - p.Keys, p.Columns[i]
}

// columnKinds are the column types of kinds.
var columnKinds = map[model.Kind]string{
	model.String: "Text", model.Bool: "Bool", model.Int64: "Int", model.Float64: "Float", model.Decimal: "Decimal", model.UUID: "UUID",
	model.Timestamp: "Timestamp", model.Date: "Date", model.Time: "Text", model.Duration: "Text", model.Bytes: "Bytes",
}

// columnKind is the column type that holds values of t: JSON if there is no other.
func columnKind(t *model.TypeRef) string {
	if kind, ok := columnKinds[t.Kind]; ok {
		return kind
	}
	if e, ok := enumShape(t); ok {
		return columnKinds[e.Kind]
	}
	return "JSON"
}

func enumShape(t *model.TypeRef) (*model.Enum, bool) {
	if t.Kind != model.Named {
		return nil, false
	}
	e, ok := t.Named.Shape.(*model.Enum)
	return e, ok
}

func (b *builder) projections(p *Package) {
	p.wrappers = newWrappers(p)
	for _, m := range p.Model.Projections {
		x := b.projection(p, m)
		p.wrappers.collect(x)
		p.Projections = append(p.Projections, x)
	}
}

// projection names a read model.
func (b *builder) projection(p *Package, m *model.Projection) *Projection {
	x := &Projection{Package: p, Model: m, Name: goname.Exported(m.Name), File: goname.File(m.Table)}
	for _, h := range m.On {
		x.Handlers = append(x.Handlers, &Handler{Model: h, Event: b.index.versions[h.Event.Latest()].Event})
	}
	if !m.Go {
		x.Row, x.Keys = x.Name+"Row", len(m.Key)
		for _, c := range m.Columns {
			column := p.column(c)
			column.Doc = docOf(m, c.Name)
			x.Columns = append(x.Columns, column)
		}
		for _, index := range m.Indexes {
			x.Indexes = append(x.Indexes, x.index(index))
		}
		b.erasures(x)
		if x.Keys > 1 {
			x.Key = x.Name + "Key"
		}
	}
	x.Digest = digestOf(x, b.index)
	return x
}

func (p *Package) column(m *model.TableColumn) *Column {
	c := &Column{Model: m, Name: goname.Exported(m.Name), Kind: columnKind(m.Type), Value: p.ValueType(m.Type)}
	switch c.Kind {
	case "JSON":
		c.Value = &Type{Ident: Ident{CodecPath, "JSON"}}
	case "Text":
		if m.Type.Kind != model.Named {
			c.Value = &Type{Ident: Ident{Name: "string"}}
		}
	}
	c.Type = c.Value
	if m.Null && !c.HasNil() {
		c.Type = &Type{Form: Pointer, Elem: c.Value}
	}
	return c
}

// docOf is the doc text of the first field that a column shows.
func docOf(m *model.Projection, column string) string {
	for _, h := range m.On {
		for i, k := range m.Key {
			if k.Name == column && i < len(h.Key) && h.Key[i].Field != nil {
				return h.Key[i].Field.Last().Doc
			}
		}
		for _, a := range h.Set {
			if a.Column == column && a.Value.Field != nil && a.Value.Field.Last().Doc != "" {
				return a.Value.Field.Last().Doc
			}
		}
	}
	return ""
}

// HasNil reports whether Go's own nil says NULL.
func (c *Column) HasNil() bool { return c.Kind == "JSON" || c.Kind == "Bytes" }

func (p *Projection) index(names []string) []*Column {
	var out []*Column
	for _, name := range names {
		_, c := p.Column(name)
		out = append(out, c)
	}
	return out
}

// checkProjection reports the names of a read model that Go could not tell apart.
func (b *builder) checkProjection(s *scope, p *Projection) {
	own := owner{fmt.Sprintf("projection %q", p.Model.Name), p.Model.Span}
	if p.Name == "" {
		b.rep.Add(noGoName("projection", p.Model.Name, p.Model.Span))
		return
	}
	for _, name := range []string{p.Name, p.Name + "Row", p.Name + "Rows", p.Name + "Key", p.Name + "Reader", p.Name + "Handler", "Read" + p.Name, "Apply" + p.Name, "New" + p.Name} {
		s.claim(b.rep, name, own, "rename the projection")
	}
	for _, l := range p.Lists() {
		s.claim(b.rep, l.Var, own, "index other columns, or rename the projection")
	}
	fields := newScope("struct "+p.Row, nil)
	for _, c := range p.Columns {
		if c.Name == "" {
			b.rep.Add(noGoName("column", c.Model.Name, c.Model.Span))
			continue
		}
		fields.claim(b.rep, c.Name, owner{fmt.Sprintf("column %q", c.Model.Name), c.Model.Span}, "rename the column")
	}
}
