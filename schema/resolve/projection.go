package resolve

import (
	"encoding/json"
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

func (r *resolver) projection(s *scope, d *syntax.ProjectionDecl) *model.Projection {
	p := &model.Projection{Package: s.pkg, Name: d.Name.Value, Doc: d.Doc.Value, Go: d.Handler.Value == "go", Span: d.Name.Span}
	events := r.handledEvents(s, d)
	if p.Go {
		r.refuseColumns(d)
	} else if len(d.Key) == 0 {
		r.rep.Add(projectionWithoutKey(d))
	}
	t := &table{r: r, columns: map[string]column{}}
	p.Key = t.key(d, events)
	for i, on := range d.On {
		if events[i] != nil {
			p.On = append(p.On, t.handler(on, events[i], p))
		}
	}
	p.PartitionBy = r.partition(d, events)
	p.Indexes = t.indexes(d)
	return p
}

// handledEvents binds the event of each handler; nil for those with a fault.
func (r *resolver) handledEvents(s *scope, d *syntax.ProjectionDecl) []*model.Event {
	events := make([]*model.Event, len(d.On))
	first := map[*model.Event]syntax.Text{}
	for i, on := range d.On {
		e := r.event(s, on.Event)
		if at, twice := first[e]; e != nil && twice {
			r.rep.Add(listedTwice(on.Event, at))
			continue
		}
		events[i] = e
		first[e] = on.Event
	}
	return events
}

// refuseColumns: a hand-written read model has its own tables.
func (r *resolver) refuseColumns(d *syntax.ProjectionDecl) {
	for _, c := range d.Key {
		r.rep.Add(columnsBesideGo(d, c.Name.Span))
		return
	}
	for _, on := range d.On {
		if on.Delete.Value || len(on.Set)+len(on.Add) > 0 {
			r.rep.Add(columnsBesideGo(d, on.Event.Span))
			return
		}
	}
}

// table gathers the columns of a projection and the type that each has.
type table struct {
	r       *resolver
	columns map[string]column
}

type column struct {
	at  syntax.Text
	typ *model.TypeRef // nil: only literals so far
}

// key resolves the key against the events that the projection handles: each must be able to name its row.
func (t *table) key(d *syntax.ProjectionDecl, events []*model.Event) []model.Column {
	var key []model.Column
	for _, c := range d.Key {
		t.r.checkColumnName(c.Name)
		col := model.Column{Name: c.Name.Value, Span: c.Name.Span}
		for _, e := range events {
			if e == nil {
				continue
			}
			operand, typ := t.operand(e, c)
			if typ == nil {
				break
			}
			if col.From.Field == nil && col.From.Envelope == 0 {
				col.From = operand
			}
			t.use(c, typ)
		}
		key = append(key, col)
	}
	return key
}

// operand resolves the right side of a column: a text is a field or a member of the envelope; the rest are literals.
func (t *table) operand(e *model.Event, c *syntax.ColumnDecl) (model.Operand, *model.TypeRef) {
	var text string
	if err := json.Unmarshal(c.From.JSON, &text); err == nil && c.From.JSON[0] == '"' {
		return t.r.operand(e, syntax.Text{Value: text, Span: c.From.Span})
	}
	if kind := c.From.JSON[0]; kind == '{' || kind == '[' {
		t.r.rep.Add(columnNotScalar(c))
		return model.Operand{}, nil
	}
	return model.Operand{Literal: &model.Value{JSON: c.From.JSON, Span: c.From.Span}}, nil
}

func (t *table) handler(d *syntax.OnDecl, e *model.Event, p *model.Projection) *model.ProjectionHandler {
	h := &model.ProjectionHandler{Event: e, Delete: d.Delete.Value, Span: d.Event.Span}
	if !p.Go && !h.Delete && len(d.Set)+len(d.Add) == 0 {
		t.r.rep.Add(emptyHandler(d))
	}
	h.Set = t.assignments(e, d.Set, p)
	for _, c := range d.Set {
		for _, a := range d.Add {
			if a.Name.Value == c.Name.Value {
				t.r.rep.Add(listedTwice(a.Name, c.Name))
			}
		}
	}
	h.Add = t.assignments(e, d.Add, p)
	for _, a := range h.Add {
		t.checkSummand(a)
	}
	return h
}

func (t *table) assignments(e *model.Event, decls []*syntax.ColumnDecl, p *model.Projection) []model.Assignment {
	var out []model.Assignment
	for _, c := range decls {
		t.r.checkColumnName(c.Name)
		if i := slices.IndexFunc(p.Key, func(k model.Column) bool { return k.Name == c.Name.Value }); i >= 0 {
			t.r.rep.Add(assignsKey(c, p.Key[i]))
			continue
		}
		operand, typ := t.operand(e, c)
		if typ != nil || t.columns[c.Name.Value].at.Value == "" {
			t.use(c, typ)
		}
		out = append(out, model.Assignment{Column: c.Name.Value, Value: operand, Span: c.Name.Span})
	}
	return out
}

// use gives a column its type, or checks that it keeps the one it has.
func (t *table) use(c *syntax.ColumnDecl, typ *model.TypeRef) {
	known, declared := t.columns[c.Name.Value]
	switch {
	case !declared || known.typ == nil:
		t.columns[c.Name.Value] = column{syntax.Text{Value: c.Name.Value, Span: c.Name.Span}, typ}
	case typ == nil || widensBare(typ, known.typ):
	case widensBare(known.typ, typ):
		t.columns[c.Name.Value] = column{known.at, typ}
	default:
		t.r.rep.Add(columnTypeChanges(c, typ, known))
	}
}

// checkSummand: only numbers can be added up.
func (t *table) checkSummand(a model.Assignment) {
	number := true
	switch v := a.Value; {
	case v.Literal != nil:
		c := v.Literal.JSON[0]
		number = c == '-' || c >= '0' && c <= '9'
	case v.Field != nil:
		number = contains(numericKinds, v.Field.Last().Type.Kind)
	case v.Envelope != 0:
		number = false
	}
	if !number {
		t.r.rep.Add(addsNonNumber(a))
	}
}

func (t *table) indexes(d *syntax.ProjectionDecl) [][]string {
	var out [][]string
	for _, index := range d.Indexes {
		var names []string
		for _, c := range index {
			if _, known := t.columns[c.Value]; !known {
				t.r.rep.Add(unknownColumn(c, t.names()))
				continue
			}
			names = append(names, c.Value)
		}
		out = append(out, names)
	}
	return out
}

func (t *table) names() []string {
	m := map[string]any{}
	for name := range t.columns {
		m[name] = nil
	}
	return sortedKeys(m)
}

// partition resolves `partition_by:`, which every handled event must have.
func (r *resolver) partition(d *syntax.ProjectionDecl, events []*model.Event) *model.Operand {
	if d.PartitionBy.Value == "" {
		return nil
	}
	var out *model.Operand
	for _, e := range events {
		if e == nil {
			continue
		}
		operand, typ := r.operand(e, d.PartitionBy)
		if typ == nil {
			return nil
		}
		if out == nil {
			out = &operand
		}
	}
	return out
}
