package resolve

import (
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// maxColumns is the number of columns, besides the key, that a table may have: changes of rows hold a bit for each.
const maxColumns = 64

// table gathers the columns of a projection and the type that each has.
type table struct {
	r        *resolver
	p        *model.Projection
	streamID *model.TypeRef // of `$stream_id`
	columns  map[string]*column
	order    []*column // as first named
	decls    map[*model.ProjectionHandler]*syntax.OnDecl
}

type column struct {
	at    syntax.Text
	typ   *model.TypeRef // nil: only literals so far
	first []byte         // the first literal that is not null
}

func newTable(r *resolver, p *model.Projection, events []*model.Event) *table {
	return &table{r: r, p: p, streamID: streamIDType(events), columns: map[string]*column{}, decls: map[*model.ProjectionHandler]*syntax.OnDecl{}}
}

// streamIDType is the type of the aggregates' ids if all events have the same one, else text.
func streamIDType(events []*model.Event) *model.TypeRef {
	var typ *model.TypeRef
	for _, e := range events {
		switch {
		case e == nil:
		case e.Aggregate == nil || e.Aggregate.ID == nil || typ != nil && typ.Kind != e.Aggregate.ID.Kind:
			return &model.TypeRef{Kind: model.String}
		default:
			typ = e.Aggregate.ID
		}
	}
	if typ == nil {
		return &model.TypeRef{Kind: model.String}
	}
	return typ
}

// columnKinds are the kinds that columns hold in a wider one.
var columnKinds = map[model.Kind]model.Kind{
	model.Int32: model.Int64, model.Uint32: model.Int64, model.Uint64: model.Int64, model.Float32: model.Float64,
	model.URI: model.String, model.Email: model.String,
}

// columnType is the type of a column that holds values of t.
func columnType(t *model.TypeRef) *model.TypeRef {
	if t == nil {
		return nil
	}
	c := *t
	c.Nullable, c.Encoding = false, model.EncodingDefault
	if wide, ok := columnKinds[c.Kind]; ok {
		c.Kind = wide
	}
	return &c
}

// columnHolds reports whether a column of one type can hold values of the other.
func columnHolds(t, from *model.TypeRef) bool {
	e, isEnum := enumOf(from)
	return t.Equal(from) || isEnum && e.Kind == t.Kind
}

// use gives a column its type, or checks that it keeps the one it has.
func (t *table) use(c *syntax.ColumnDecl, typ *model.TypeRef) {
	known := t.columns[c.Name.Value]
	if known == nil {
		t.r.checkColumnName(c.Name)
		known = &column{at: c.Name}
		t.columns[c.Name.Value] = known
		t.order = append(t.order, known)
	}
	switch {
	case typ == nil:
		if l, ok := literalOf(c.From); ok && known.first == nil && string(l) != "null" && l[0] != '"' {
			known.first = l
		}
	case known.typ == nil, columnHolds(typ, known.typ):
		known.typ = typ
	case !columnHolds(known.typ, typ):
		t.r.rep.Add(columnTypeChanges(c, typ, *known))
	}
}

// key resolves the key against the events that the projection handles: each must be able to name its row.
func (t *table) key(d *syntax.ProjectionDecl) {
	for _, c := range d.Key {
		if other := t.columns[c.Name.Value]; other != nil {
			t.r.rep.Add(assignsKey(other.at, c.Name))
			delete(t.columns, c.Name.Value)
			t.order = slices.DeleteFunc(t.order, func(o *column) bool { return o == other })
		}
	}
	others := t.order
	t.order = nil
	for _, c := range d.Key {
		t.p.Key = append(t.p.Key, t.keyColumn(c))
	}
	t.order = append(t.order, others...)
}

func (t *table) keyColumn(c *syntax.ColumnDecl) model.Column {
	col := model.Column{Name: c.Name.Value, Span: c.Name.Span}
	for i, h := range t.p.On {
		operand, typ := t.operand(h.Event, c)
		if typ == nil && operand.Literal == nil {
			return col // reported, and the other events would fail likewise
		}
		if i == 0 {
			col.From = operand
		}
		h.Key = append(h.Key, operand)
		t.use(c, typ)
		if known := t.columns[c.Name.Value]; known.typ == nil || !isKeyColumn(known.typ) {
			t.r.rep.Add(rowKeyType(syntax.Text{Value: c.Name.Value, Span: c.From.Span}, "key of a row", known.typ))
			return col
		}
	}
	return col
}

// isKeyColumn reports whether equal values of the type are the same in Go and in every database.
func isKeyColumn(t *model.TypeRef) bool {
	return isKeyKind(t) || t.Kind == model.Bool || t.Kind == model.Date || t.Kind == model.Timestamp
}

// settle makes the columns of the table, once every use of each is known.
func (t *table) settle(d *syntax.ProjectionDecl) {
	for i, c := range t.order {
		if i-len(t.p.Key) == maxColumns {
			t.r.rep.Add(tooManyColumns(c.at, maxColumns))
		}
		if c.typ == nil {
			c.typ = t.literalType(c)
		}
		t.p.Columns = append(t.p.Columns, &model.TableColumn{Name: c.at.Value, Type: c.typ, Span: c.at.Span})
	}
	for _, h := range t.p.On {
		t.literals(h.Set)
		t.literals(h.Add)
	}
	t.p.Indexes = t.indexes(d)
	if !t.p.Go && !t.r.rep.HasErrors() {
		t.begin()
		t.presence()
	}
}

// literalType is the type of a column that only literals fill.
func (t *table) literalType(c *column) *model.TypeRef {
	kind := model.String
	switch {
	case c.first == nil:
		if !t.hasText(c.at.Value) {
			t.r.rep.Add(columnWithoutType(c.at))
		}
	case c.first[0] == 't' || c.first[0] == 'f':
		kind = model.Bool
	case slices.ContainsFunc(c.first, func(b byte) bool { return b == '.' || b == 'e' || b == 'E' }):
		kind = model.Float64
	default:
		kind = model.Int64
	}
	return &model.TypeRef{Kind: kind, Span: c.at.Span}
}

// hasText reports whether a text is among the literals of a column. A column whose operands are at fault counts, too.
func (t *table) hasText(name string) bool {
	for _, h := range t.p.On {
		for _, a := range h.Set {
			if a.Column == name && (a.Value.Literal == nil || a.Value.Literal.JSON[0] == '"') {
				return true
			}
		}
	}
	return false
}

// literals brings literals into the form of their column's type.
func (t *table) literals(list []model.Assignment) {
	for i, a := range list {
		c := t.columns[a.Column]
		if a.Value.Literal == nil || c == nil || string(a.Value.Literal.JSON) == "null" {
			continue
		}
		l := syntax.Literal{JSON: a.Value.Literal.JSON, Span: a.Value.Literal.Span}
		if v := t.r.value(l, c.typ, a.Column); v != nil {
			list[i].Value.Literal = v
		}
	}
}

func (t *table) indexes(d *syntax.ProjectionDecl) [][]string {
	var out [][]string
	for _, index := range d.Indexes {
		var names []string
		for i, c := range index {
			switch known := t.columns[c.Value]; {
			case known == nil:
				t.r.rep.Add(unknownColumn(c, t.names()))
			case slices.Contains(names, c.Value):
				t.r.rep.Add(listedTwice(c, index[slices.IndexFunc(index[:i], func(o syntax.Text) bool { return o.Value == c.Value })]))
			case !isOrdered(known.typ):
				t.r.rep.Add(indexOfUnordered(c, known.typ))
			default:
				names = append(names, c.Value)
			}
		}
		out = append(out, names)
	}
	return out
}

// isOrdered reports whether every database sorts values of the type. SQLite keeps decimals as text.
func isOrdered(t *model.TypeRef) bool { return isKeyColumn(t) || t.Kind == model.Float64 }

func (t *table) names() []string {
	m := map[string]any{}
	for name := range t.columns {
		m[name] = nil
	}
	return sortedKeys(m)
}
