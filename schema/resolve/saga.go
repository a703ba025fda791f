package resolve

import (
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax"
)

// saga binds a saga and its steps.
func (r *resolver) saga(s *scope, d *syntax.SagaDecl) *model.Saga {
	r.checkGoName(d.Go)
	g := &model.Saga{
		Package: s.pkg, Name: d.Name.Value, GoName: d.Go.Value, Doc: d.Doc.Value,
		Timeout: r.duration(d.Timeout), Emits: r.emitted(s, d.Emits), Span: d.Name.Span,
	}
	var key *model.TypeRef
	if d.Start.Value != "" {
		if g.Start = r.event(s, d.Start); g.Start != nil {
			g.Correlate, key = r.correlation(g.Start, d.Correlate)
		}
	}
	w := sagaWork{resolver: r, scope: s, key: key, keyAt: d.Correlate, first: map[string]syntax.Text{}}
	for _, sd := range d.Steps {
		if w.names(sd) {
			g.Steps = append(g.Steps, w.step(sd))
		}
	}
	if len(d.Steps) == 0 {
		r.rep.Add(sagaWithoutSteps(d))
	}
	return g
}

// sagaWork is a saga whose steps are being bound.
type sagaWork struct {
	*resolver
	scope *scope
	key   *model.TypeRef // of the correlation; nil if it is faulty
	keyAt syntax.Text
	first map[string]syntax.Text // of steps and of compensations
}

// names checks the names of a step; it returns false if that of the step is taken.
func (w *sagaWork) names(d *syntax.SagaStepDecl) bool {
	free := true
	for _, name := range []syntax.Text{d.Name, d.Compensate} {
		if name.Value == "" {
			continue
		}
		if !columnName.MatchString(name.Value) {
			w.rep.Add(badName(name, "name of a step", "use the letters a to z, digits and _"))
		}
		if at, twice := w.first[name.Value]; twice {
			w.rep.Add(listedTwice(name, at))
			free = free && name != d.Name
			continue
		}
		w.first[name.Value] = name
	}
	return free
}

func (w *sagaWork) step(d *syntax.SagaStepDecl) *model.SagaStep {
	step := &model.SagaStep{
		Name: d.Name.Value, Waits: d.Do != nil && !d.Do.Value, Compensate: d.Compensate.Value, Timeout: w.duration(d.Timeout),
		Retry: model.Retry{Fixed: d.Backoff.Value == "fixed", Base: w.duration(d.RetryBase), Cap: w.duration(d.RetryCap)},
		Span:  d.Name.Span,
	}
	if d.RetryMax.JSON != nil {
		n, err := strconv.Atoi(string(d.RetryMax.JSON))
		if err != nil {
			w.rep.Add(badValue(d.RetryMax, "max", "must be a whole number"))
		}
		step.Retry.Max = n
	}
	first := map[*model.Event]syntax.Text{}
	step.Await, step.Refuse = w.awaited(d.Await, first), w.awaited(d.Refuse, first)
	switch {
	case step.Waits && len(d.Await) == 0:
		w.rep.Add(stepWithoutDeed(d))
	case len(d.Refuse) > 0 && len(d.Await) == 0:
		w.rep.Add(refusesOnly(d))
	}
	return step
}

// awaited binds events that a step waits for, each once.
func (w *sagaWork) awaited(decls []*syntax.AwaitDecl, first map[*model.Event]syntax.Text) []*model.Awaited {
	var out []*model.Awaited
	for _, d := range decls {
		e := w.event(w.scope, d.Event)
		if e == nil {
			continue
		}
		if at, twice := first[e]; twice {
			w.rep.Add(listedTwice(d.Event, at))
			continue
		}
		first[e] = d.Event
		key, typ := w.correlation(e, d.Key)
		if typ != nil && w.key != nil && family(typ) != family(w.key) {
			w.rep.Add(correlationMisfit(d.Key, typ, w.keyAt, w.key))
		}
		out = append(out, &model.Awaited{Event: e, Key: key, Span: d.Event.Span})
	}
	return out
}

// correlation resolves what the events of a saga have in common: it is always there, and has one text.
func (r *resolver) correlation(e *model.Event, t syntax.Text) (model.Operand, *model.TypeRef) {
	if t.Value == "" {
		return model.Operand{}, nil
	}
	operand, typ := r.operand(e, t)
	switch {
	case typ == nil:
		return operand, nil
	case operand.Envelope == model.EnvStreamID:
		typ = streamIDType([]*model.Event{e})
	case !isKeyColumn(columnType(typ)):
		r.rep.Add(rowKeyType(t, "correlation key", typ))
		return operand, nil
	case operand.Missing():
		r.rep.Add(correlationMayLack(t))
		return operand, nil
	}
	return operand, typ
}

// families are kinds whose values can have the same text.
var families = [][]model.Kind{
	{model.Int32, model.Int64, model.Uint32, model.Uint64}, {model.Bool}, {model.Date}, {model.Timestamp},
}

// family numbers the kinds of keys: texts, UUIDs and enums of texts are 0.
func family(t *model.TypeRef) int {
	kind := t.Kind
	if e, ok := enumOf(t); ok {
		kind = e.Kind
	}
	return 1 + slices.IndexFunc(families, func(kinds []model.Kind) bool { return slices.Contains(kinds, kind) })
}
