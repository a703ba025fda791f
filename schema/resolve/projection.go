package resolve

import (
	"encoding/json"
	"slices"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

func (r *resolver) projection(s *scope, d *syntax.ProjectionDecl) *model.Projection {
	p := &model.Projection{
		Package: s.pkg, Name: d.Name.Value, Table: r.tableName(d.Name), Doc: d.Doc.Value, Go: d.Handler.Value == "go", Partitioned: d.PartitionBy.Value != "",
		Span: d.Name.Span,
	}
	events := r.handledEvents(s, d)
	if p.Go {
		r.refuseColumns(d)
	} else if len(d.Key) == 0 {
		r.rep.Add(projectionWithoutKey(d))
	}
	t := newTable(r, p, events)
	for i, on := range d.On {
		if events[i] != nil {
			p.On = append(p.On, t.handler(on, events[i]))
		}
	}
	t.key(d)
	r.partition(d, p)
	t.settle(d)
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
		if on.Delete.Value || on.Creates != nil || len(on.Set)+len(on.Add) > 0 {
			r.rep.Add(columnsBesideGo(d, on.Event.Span))
			return
		}
	}
}

// handler resolves what happens on one event. What the literals are worth is known when all columns have a type.
func (t *table) handler(d *syntax.OnDecl, e *model.Event) *model.ProjectionHandler {
	h := &model.ProjectionHandler{Event: e, Delete: d.Delete.Value, Span: d.Event.Span}
	t.decls[h] = d
	if !t.p.Go && !h.Delete && len(d.Set)+len(d.Add) == 0 && (d.Creates == nil || !d.Creates.Value) {
		t.r.rep.Add(emptyHandler(d))
	}
	h.Set = t.assignments(e, d.Set)
	for _, c := range d.Set {
		for _, a := range d.Add {
			if a.Name.Value == c.Name.Value {
				t.r.rep.Add(listedTwice(a.Name, c.Name))
			}
		}
	}
	h.Add = t.assignments(e, d.Add)
	for _, a := range h.Add {
		t.checkSummand(a)
	}
	return h
}

func (t *table) assignments(e *model.Event, decls []*syntax.ColumnDecl) []model.Assignment {
	var out []model.Assignment
	for _, c := range decls {
		operand, typ := t.operand(e, c)
		t.use(c, typ)
		out = append(out, model.Assignment{Column: c.Name.Value, Value: operand, Span: c.Name.Span})
	}
	return out
}

// operand resolves the right side of a column: a text is a field or a member of the envelope; other scalars are
// literals, and so is whatever stands under `value:`.
func (t *table) operand(e *model.Event, c *syntax.ColumnDecl) (model.Operand, *model.TypeRef) {
	var text string
	if err := json.Unmarshal(c.From.JSON, &text); err == nil && c.From.JSON[0] == '"' {
		operand, typ := t.r.operand(e, syntax.Text{Value: text, Span: c.From.Span})
		if operand.Envelope == model.EnvStreamID {
			typ = t.streamID
		}
		return operand, columnType(typ)
	}
	literal, ok := literalOf(c.From)
	if !ok {
		t.r.rep.Add(columnNotScalar(c))
		return model.Operand{}, nil
	}
	return model.Operand{Literal: &model.Value{JSON: literal, Span: c.From.Span}}, nil
}

// literalOf unpacks {value: v}; other lists and mappings are no literals of columns.
func literalOf(l syntax.Literal) ([]byte, bool) {
	if l.JSON[0] == '{' {
		var members map[string]json.RawMessage
		if json.Unmarshal(l.JSON, &members) != nil || len(members) != 1 || members["value"] == nil {
			return nil, false
		}
		l.JSON = members["value"]
	}
	return l.JSON, l.JSON[0] != '{' && l.JSON[0] != '['
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

// partition resolves `partition_by:`, which every handled event must have.
func (r *resolver) partition(d *syntax.ProjectionDecl, p *model.Projection) {
	if !p.Partitioned {
		return
	}
	for _, h := range p.On {
		operand, typ := r.operand(h.Event, d.PartitionBy)
		if typ == nil {
			return
		}
		if !isKeyColumn(columnType(typ)) {
			r.rep.Add(rowKeyType(d.PartitionBy, "ordering key", typ))
			return
		}
		h.Partition = operand
	}
}

// keyColumn finds a column of the key.
func keyColumn(p *model.Projection, name string) *model.Column {
	i := slices.IndexFunc(p.Key, func(k model.Column) bool { return k.Name == name })
	if i < 0 {
		return nil
	}
	return &p.Key[i]
}
