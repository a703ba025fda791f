package resolve

import (
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// listedTwice: a name that stands twice in a list of distinct things.
func listedTwice(name, first syntax.Text) diag.Diagnostic {
	d := fault("listed-twice", name.Span, "remove one of them", "%q is listed twice", name.Value)
	return withRelated(d, first.Span, "first listed here")
}

// emitsRetired: a retired event is not produced any more.
func emitsRetired(name syntax.Text, e *model.Event) diag.Diagnostic {
	d := fault("emits-retired", name.Span, "emit its successor", "event %q is retired and cannot be emitted", e.Name)
	return withRelated(d, e.Span, "declared here")
}

// sagaWithoutSteps: a process that does nothing.
func sagaWithoutSteps(d *syntax.SagaDecl) diag.Diagnostic {
	return fault("saga-without-steps", d.Name.Span, "list its steps", "saga %q has no steps", d.Name.Value)
}

// stepWithoutDeed: waiting needs something to wait for.
func stepWithoutDeed(d *syntax.SagaStepDecl) diag.Diagnostic {
	return fault("step-without-deed", d.Name.Span, "say what it waits for, such as `await: {PaymentReceived: order_id}`, or remove `do: false`",
		"step %q neither does nor awaits anything", d.Name.Value)
}

// refusesOnly: a step that nothing completes would wait for ever.
func refusesOnly(d *syntax.SagaStepDecl) diag.Diagnostic {
	return fault("refuse-without-await", d.Refuse[0].Event.Span, "add `await:` with the event that completes the step",
		"step %q waits for events that make it fail, and for none that completes it", d.Name.Value)
}

// correlationMayLack: an event without the key would belong to no saga, or all of them to one.
func correlationMayLack(t syntax.Text) diag.Diagnostic {
	return fault("correlation-may-lack", t.Span, "name a field that is always there, or `$stream_id`", "correlation key %q may be absent or null", t.Value)
}

// correlationMisfit: keys of kinds whose texts differ never meet.
func correlationMisfit(t syntax.Text, typ *model.TypeRef, key syntax.Text, keyType *model.TypeRef) diag.Diagnostic {
	d := fault("correlation-misfit", t.Span, "name the field that holds the correlation key", "%q is %s, but the correlation key is %s", t.Value, typ, keyType)
	return withRelated(d, key.Span, "the correlation key")
}

// badDuration: a timeout that cannot be read or is not positive.
func badDuration(t syntax.Text) diag.Diagnostic {
	return fault("bad-duration", t.Span, "write 90s, 10m, 2h30m or PT10M", "%q is not a positive duration", t.Value)
}

// projectionWithoutKey: rows need an identity.
func projectionWithoutKey(d *syntax.ProjectionDecl) diag.Diagnostic {
	return fault("projection-without-key", d.Name.Span, "add `key: {id: $stream_id}`, or `handler: go`", "projection %q has no key", d.Name.Value)
}

// columnsBesideGo: a hand-written read model declares no columns.
func columnsBesideGo(d *syntax.ProjectionDecl, span source.Span) diag.Diagnostic {
	return fault("columns-beside-go", span, "remove it, or remove `handler: go`", "projection %q is written in Go, so columns have no effect", d.Name.Value)
}

// emptyHandler: an event that changes nothing.
func emptyHandler(d *syntax.OnDecl) diag.Diagnostic {
	return fault("bad-handler", d.Event.Span, "write `delete`, or `{set: {column: field}}`", "event %q changes nothing", d.Event.Value)
}

// assignsKey: a row's identity does not change.
func assignsKey(name, key syntax.Text) diag.Diagnostic {
	d := fault("assigns-key", name.Span, "choose another column", "column %q is the key and cannot be set", name.Value)
	return withRelated(d, key.Span, "the key")
}

// columnNotScalar: a column's value is a field, a member of the envelope, or a scalar.
func columnNotScalar(c *syntax.ColumnDecl) diag.Diagnostic {
	return fault("column-not-scalar", c.From.Span, "name a field, or write `{value: text}`", "column %q cannot hold this list or mapping", c.Name.Value)
}

// columnTypeChanges: one column, two types.
func columnTypeChanges(c *syntax.ColumnDecl, t *model.TypeRef, known column) diag.Diagnostic {
	d := fault("column-type", c.From.Span, "use another column", "column %q is %s here and %s elsewhere", c.Name.Value, t, known.typ)
	return withRelated(d, known.at.Span, "first used here")
}

// addsNonNumber: only numbers can be summed.
func addsNonNumber(a model.Assignment) diag.Diagnostic {
	return fault("adds-non-number", a.Span, "use `set:`", "column %q adds what is not a number", a.Column)
}

// unknownColumn: an index over a column that nothing fills.
func unknownColumn(c syntax.Text, names []string) diag.Diagnostic {
	return fault("unknown-column", c.Span, "columns: "+strings.Join(names, ", "), "column %q does not exist%s", c.Value, diag.DidYouMean(c.Value, names))
}

// columnWithoutType: null alone says nothing of what a column holds.
func columnWithoutType(name syntax.Text) diag.Diagnostic {
	return fault("column-without-type", name.Span, "set it from a field, or to a literal, on some event", "column %q is never anything but null", name.Value)
}

// rowKeyType: what identifies must be the same in Go and in every database.
func rowKeyType(name syntax.Text, what string, t *model.TypeRef) diag.Diagnostic {
	of := "null"
	if t != nil {
		of = t.String()
	}
	return fault("row-key-type", name.Span, "choose a text, a whole number, a UUID, an enum, a bool, a date or a timestamp",
		"%q cannot be the %s: it is %s", name.Value, what, of)
}

// indexOfUnordered: an index sorts.
func indexOfUnordered(c syntax.Text, t *model.TypeRef) diag.Diagnostic {
	return fault("index-unordered", c.Span, "leave it out of the index", "column %q cannot be indexed: it is %s", c.Value, t)
}

// tooManyColumns: a change of a row has a bit for each.
func tooManyColumns(name syntax.Text, limit int) diag.Diagnostic {
	return fault("too-many-columns", name.Span, "split the projection", "column %q is one more than the %d that a table may have besides its key", name.Value, limit)
}

// nothingBeginsRows: rows that are only changed never come to be.
func nothingBeginsRows(p *model.Projection) diag.Diagnostic {
	return fault("nothing-begins-rows", p.Span, "write `creates: true` at the event with which a row begins",
		"no event of projection %q begins a row: each changes what another one sets", p.Name)
}

// addsToNullable: nothing can be added to NULL.
func addsToNullable(a model.Assignment, h *model.ProjectionHandler) diag.Diagnostic {
	return fault("adds-to-nullable", a.Span, "set it from a required field or a number, or use another column",
		"column %q is added to, so event %q cannot set it from what may be missing", a.Column, h.Event.Name)
}

// reservedColumn: a name that some database keeps for itself.
func reservedColumn(name syntax.Text) diag.Diagnostic {
	return fault("reserved-column", name.Span, "choose another name", "%q names a system column of PostgreSQL or SQLite", name.Value)
}

// reservedTable: a name under which stores or read models keep something else.
func reservedTable(name syntax.Text, table, why string) diag.Diagnostic {
	return fault("reserved-table", name.Span, "rename the projection", "projection %q would have the table %q, which %s", name.Value, table, why)
}

// tableTwice: read models share a database.
func tableTwice(name syntax.Text, table string, first syntax.Text) diag.Diagnostic {
	d := fault("table-twice", name.Span, "rename one of them", "projection %q would have the table %q, as %q has", name.Value, table, first.Value)
	return withRelated(d, first.Span, "first declared here")
}
