package resolve

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

func fault(rule string, span source.Span, help, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...), Help: help}
}

func withRelated(d diag.Diagnostic, span source.Span, message string) diag.Diagnostic {
	if !span.IsZero() {
		d.Related = append(d.Related, diag.Related{Span: span, Message: message})
	}
	return d
}

func quote(s string) string { return strconv.Quote(s) }

func contains[T comparable](list []T, x T) bool { return slices.Contains(list, x) }

func kindList(kinds []model.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.String()
	}
	return strings.Join(names, ", ")
}

// badName: a name that would not survive on its way to Go, SQL or the wire.
func badName(name syntax.Text, what, help string) diag.Diagnostic {
	return fault("bad-name", name.Span, help, "%q cannot be the %s", name.Value, what)
}

// duplicateName: types, aggregates, events and what stands on them share the namespace of a Go package.
func duplicateName(what string, name syntax.Text, first symbol) diag.Diagnostic {
	d := fault("duplicate-name", name.Span, "rename one of them", "%s %q is declared already, as %s", what, name.Value, article(first.what))
	return withRelated(d, first.span, "first declared here")
}

// packageKeyTwice: two files of a package must not disagree about it.
func packageKeyTwice(t syntax.Text, key string, first source.Span) diag.Diagnostic {
	d := fault("package-key-twice", t.Span, "keep it in one file of the package", "%q of the package is given in two files", key)
	return withRelated(d, first, "first given here")
}

// unknownPackage: a reference to a package that no file declares.
func (r *resolver) unknownPackage(name string, span source.Span) diag.Diagnostic {
	var names []string
	for _, s := range r.order {
		names = append(names, s.pkg.Name)
	}
	return fault("unknown-package", span, "", "package %q is not declared%s", name, diag.DidYouMean(name, names))
}

// importCycle: Go packages cannot import each other.
func importCycle(cycle []*model.Package, closing use) diag.Diagnostic {
	names := make([]string, 0, len(cycle)+1)
	for _, p := range append(slices.Clone(cycle), cycle[0]) {
		names = append(names, p.Name)
	}
	return fault("import-cycle", closing.span, "move what both need to a package of its own",
		"%q closes a circle of packages: %s", closing.name, strings.Join(names, " -> "))
}

// versionGap: versions count 1, 2, 3, so that a missing one is seen.
func versionGap(whose string, l link, want int) diag.Diagnostic {
	return fault("version-gap", l.span, fmt.Sprintf("number it %d, or restore version %d", want, want), "version %d of %s is missing", want, whose)
}

// draftNotLast: what follows a draft would be built on sand.
func draftNotLast(whose string, l, draft link) diag.Diagnostic {
	d := fault("draft-not-last", l.span, "mark it `draft: true`, or finish the draft before it", "version %d of %s follows a draft", l.number, whose)
	return withRelated(d, draft.span, "the draft")
}

// unknownAggregate: `aggregate:` names nothing.
func unknownAggregate(s *scope, name syntax.Text) diag.Diagnostic {
	var names []string
	for _, a := range s.pkg.Aggregates {
		names = append(names, a.Name)
	}
	return fault("unknown-aggregate", name.Span, "declare it under `aggregates:`", "aggregate %q is not declared in package %q%s",
		name.Value, s.pkg.Name, diag.DidYouMean(name.Value, names))
}

// unknownEvent: a reference to an event that does not exist.
func unknownEvent(s *scope, name syntax.Text, bare string) diag.Diagnostic {
	var names []string
	for _, e := range s.pkg.Events {
		names = append(names, e.Name)
	}
	return fault("unknown-event", name.Span, "", "event %q is not declared in package %q%s", bare, s.pkg.Name, diag.DidYouMean(bare, names))
}

// keyBesideAggregate: the stream of an aggregate orders its events already.
func keyBesideAggregate(key, aggregate syntax.Text) diag.Diagnostic {
	d := fault("key-beside-aggregate", key.Span, "remove `key:`", "an event of an aggregate has no ordering key of its own")
	return withRelated(d, aggregate.Span, "the aggregate")
}

// badKey: an ordering key must be there in every event.
func badKey(key syntax.Text, p *model.Path) diag.Diagnostic {
	d := fault("bad-key", key.Span, "choose a required text, whole number, UUID or enum", "%q cannot be the ordering key", key.Value)
	return withRelated(d, p.Last().Span, "it is "+presence(p))
}

func presence(p *model.Path) string {
	o := sourceOf(p)
	switch {
	case o.absent:
		return "optional"
	case o.typ.Nullable:
		return "nullable"
	default:
		return o.typ.String()
	}
}

// wireTypeTwice: a stored fact must have exactly one decoder.
func wireTypeTwice(wire string, at syntax.Text, first wireUse) diag.Diagnostic {
	d := fault("wire-type-twice", at.Span, "set another `type:`", "wire type %q belongs to event %q already", wire, first.event.Name)
	return withRelated(d, first.name.Span, "first used here")
}

// badAggregateID: identifiers must fit into the name of a stream.
func badAggregateID(d *syntax.AggregateDecl) diag.Diagnostic {
	return fault("bad-aggregate-id", d.ID.Span, "use uuid, string, int64, uint64, int32 or uint32", "the id of an aggregate cannot be %q", describeExpr(d.ID))
}

func describeExpr(e *syntax.TypeExpr) string {
	switch {
	case e.Optional:
		return "optional"
	case e.Nullable:
		return "nullable"
	case e.Name == "":
		return "a sum"
	default:
		return e.Name
	}
}

// unknownField: a path that leads nowhere.
func unknownField(text syntax.Text, rest string, skipped int, s *model.Struct, whose string) diag.Diagnostic {
	name, _, _ := strings.Cut(rest, ".")
	span := text.Span
	if span.End-span.Start == len(text.Value) {
		span.Start += skipped
		span.End = span.Start + len(name)
	}
	return fault("unknown-field", span, "", "field %q is not declared in %s%s", name, whose, diag.DidYouMean(name, fieldNames(s)))
}

// notAStruct: a path goes on where there is nothing inside.
func notAStruct(text syntax.Text, p *model.Path, f *model.Field) diag.Diagnostic {
	d := fault("not-a-struct", text.Span, "", "%q goes on behind %q, which is %s and has no fields", text.Value, p.String(), f.Type)
	return withRelated(d, f.Span, "declared here")
}
