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
func assignsKey(c *syntax.ColumnDecl, k model.Column) diag.Diagnostic {
	d := fault("assigns-key", c.Name.Span, "choose another column", "column %q is the key and cannot be set", c.Name.Value)
	return withRelated(d, k.Span, "the key")
}

// columnNotScalar: a column's value is a field, a member of the envelope, or a scalar.
func columnNotScalar(c *syntax.ColumnDecl) diag.Diagnostic {
	return fault("column-not-scalar", c.From.Span, "", "column %q cannot hold a list or a mapping", c.Name.Value)
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
