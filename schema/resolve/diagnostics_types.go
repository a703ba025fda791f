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

// foreignNames are what other languages call our types.
var foreignNames = map[string]string{
	"int": "int64", "integer": "int64", "long": "int64", "short": "int32", "uint": "uint64", "number": "float64", "double": "float64", "float": "float64",
	"str": "string", "text": "string", "boolean": "bool", "datetime": "timestamp", "date-time": "timestamp", "object": "json", "any": "json",
	"array": "list<string>", "dict": "map<string>", "guid": "uuid", "url": "uri", "binary": "bytes", "money": "decimal",
}

// unknownType: a name that is neither built in nor declared.
func (r *resolver) unknownType(from, in *scope, e *syntax.TypeExpr, name string) diag.Diagnostic {
	if s, ok := in.symbols[name]; ok {
		d := fault("not-a-type", e.Span, "", "%q is %s, not a type", name, article(s.what))
		return withRelated(d, s.span, "declared here")
	}
	var names []string
	for _, t := range in.pkg.Types {
		names = append(names, t.Name)
	}
	if from == in {
		names = append(names, builtinNames()...)
	}
	near := diag.DidYouMean(name, names)
	if ours, ok := foreignNames[strings.ToLower(name)]; ok {
		near = ` (did you mean "` + ours + `"?)`
	}
	return fault("unknown-type", e.Span, "declare it under `types:`", "type %q is not declared%s", e.Name, near)
}

func builtinNames() []string {
	names := []string{"list", "map", "one_or_many"}
	for k := model.String; k <= model.JSON; k++ {
		names = append(names, k.String())
	}
	return names
}

// builtinVersion: only declared types have versions.
func builtinVersion(e *syntax.TypeExpr) diag.Diagnostic {
	return fault("unknown-version", e.Span, "remove `@"+strconv.Itoa(e.Version)+"`", "built-in type %q has no versions", e.Name)
}

// unknownVersion: a pin to a version that does not exist.
func unknownVersion(e *syntax.TypeExpr, t *model.Type) diag.Diagnostic {
	d := fault("unknown-version", e.Span, "write one of "+pins(e.Name, t), "type %q has no version %d", t.Name, e.Version)
	return withRelated(d, t.Span, "declared here")
}

// unpinnedVersion: with several versions, a released event must say which one it means.
func unpinnedVersion(e *syntax.TypeExpr, t *model.Type) diag.Diagnostic {
	d := fault("unpinned-version", e.Span, "write one of "+pins(e.Name, t), "type %q has %d versions and none is chosen", t.Name, len(t.Versions))
	return withRelated(d, t.Span, "declared here")
}

func pins(name string, t *model.Type) string {
	var out []string
	for _, v := range t.Versions {
		out = append(out, name+"@"+strconv.Itoa(v.Number))
	}
	return strings.Join(out, ", ")
}

// draftUsed: a released shape must not change with a draft.
func draftUsed(e *syntax.TypeExpr, v *model.TypeVersion) diag.Diagnostic {
	d := fault("draft-used", e.Span, "mark what uses it `draft: true` too", "%s is a draft, which only drafts may use", typeLabel(v))
	return withRelated(d, v.Span, "declared here")
}

// ambiguousOneOrMany: one of many and many must be told apart by their first character.
func ambiguousOneOrMany(e *syntax.TypeExpr, t *model.TypeRef) diag.Diagnostic {
	return fault("ambiguous-one-or-many", e.Span, "use list<...>, or json", "one_or_many<%s> cannot tell one from many", t)
}

// sumOfNonScalar: `A | B` is for scalars.
func sumOfNonScalar(e *syntax.TypeExpr, t *model.TypeRef) diag.Diagnostic {
	return fault("sum-of-non-scalar", e.Span, "declare a type with `union:` and `tag:`, or use one_or_many<T> or json", "%s is not a scalar, so it cannot stand in a sum", t)
}

// ambiguousSum: alternatives that look alike in JSON.
func ambiguousSum(e, first *syntax.TypeExpr, form string) diag.Diagnostic {
	d := fault("ambiguous-sum", e.Span, "keep one of them", "%s and %s are both %s in JSON and cannot be told apart", first.Name, e.Name, form)
	return withRelated(d, first.Span, "the other one")
}

// infiniteType: a type that requires itself.
func infiniteType(cycle []need, at *model.TypeVersion) diag.Diagnostic {
	names := []string{at.Type.Name}
	span := at.Span
	for i, n := range cycle {
		names = append(names, n.to.Type.Name)
		if i == 0 && n.field != nil {
			span = n.field.Type.Span
		}
	}
	return fault("infinite-type", span, "make a field on the way optional or nullable, or a list", "every value of %q would be infinite: %s", at.Type.Name, strings.Join(names, " -> "))
}

// wireNameTwice: two fields under one JSON key.
func wireNameTwice(d *syntax.FieldDecl, f, first *model.Field) diag.Diagnostic {
	span := d.JSON.Span
	if span.IsZero() {
		span = d.Name.Span
	}
	out := fault("wire-name-twice", span, "set another `json:`", "wire name %q belongs to field %q already", f.JSON, first.Name)
	return withRelated(out, first.Span, "first used here")
}

// unknownEncoding: `encoding:` knows few words.
func unknownEncoding(name syntax.Text) diag.Diagnostic {
	names := []string{"string", "unix_s", "unix_ms", "unix_us"}
	return fault("unknown-encoding", name.Span, "write one of: "+strings.Join(names, ", "), "encoding %q is not known%s", name.Value, diag.DidYouMean(name.Value, names))
}

// encodingOfWrongType: an encoding that the type does not have.
func encodingOfWrongType(name syntax.Text, t *model.TypeRef, kinds []model.Kind) diag.Diagnostic {
	return fault("encoding-misfit", name.Span, "it fits: "+kindList(kinds), "%s has no encoding %q", t, name.Value)
}

// emptyEnum: an enum without values allows nothing.
func emptyEnum(d *syntax.EnumDecl) diag.Diagnostic {
	return fault("empty-enum", d.Span, "list its values", "the enum has no values")
}

// emptyUnion: a union without branches allows nothing.
func emptyUnion(d *syntax.UnionDecl) diag.Diagnostic {
	return fault("empty-union", d.Span, "list its branches", "the union has no branches")
}

// mixedEnum: values are all text or all numbers.
func mixedEnum(l syntax.Literal, before []*model.EnumValue) diag.Diagnostic {
	d := fault("mixed-enum", l.Span, "quote the numbers, or number the texts", "an enum holds text or whole numbers, not both")
	return withRelated(d, before[0].Span, "the first value")
}

// duplicateEnumValue: a value that stands twice.
func duplicateEnumValue(l syntax.Literal, first *model.EnumValue) diag.Diagnostic {
	d := fault("duplicate-enum-value", l.Span, "remove one of them", "enum value %s stands twice", l.JSON)
	return withRelated(d, first.Span, "first given here")
}

// enumOutOfRange: integer enums are 64 bits wide.
func enumOutOfRange(l syntax.Literal) diag.Diagnostic {
	return fault("enum-out-of-range", l.Span, "quote it", "enum value %s does not fit into 64 bits", l.JSON)
}

// fallbackNotInEnum: what unknown values are taken for must be a value itself.
func fallbackNotInEnum(l syntax.Literal, e *model.Enum) diag.Diagnostic {
	return fault("fallback-not-in-enum", l.Span, "", "fallback %s is not a value of the enum%s", l.JSON, nearLiteral(l, e))
}

func nearLiteral(l syntax.Literal, e *model.Enum) string {
	var texts []string
	for _, v := range e.Values {
		texts = append(texts, v.Text)
	}
	return diag.DidYouMean(strings.Trim(string(l.JSON), `"`), texts)
}

// branchTwice: a tag or a type that stands twice in a union.
func branchTwice(at syntax.Text, what string, first source.Span) diag.Diagnostic {
	d := fault("branch-twice", at.Span, "declare a type of its own for each branch", "%s stands in the union already", what)
	return withRelated(d, first, "first given here")
}

// branchNotStruct: branches are objects, or there would be no place for the tag.
func branchNotStruct(d *syntax.BranchDecl, t *model.TypeRef) diag.Diagnostic {
	return fault("branch-not-struct", d.Type.Span, "name a type with `fields:`", "%s is not a struct, so it cannot be a branch", t)
}

// foreignBranch: Go seals an interface within one package.
func foreignBranch(d *syntax.BranchDecl, pkg *model.Package) diag.Diagnostic {
	return fault("foreign-branch", d.Type.Span, "declare it in package "+quote(pkg.Name), "branch %q belongs to another package", d.Type.Name)
}

// tagCollision: a field under the key of the tag.
func tagCollision(d *syntax.BranchDecl, f *model.Field, tag syntax.Text) diag.Diagnostic {
	out := fault("tag-collision", d.Type.Span, "remove the field: the tag is written for you", "field %q of %q has the wire name of the tag", f.Name, d.Type.Name)
	out = withRelated(out, f.Span, "the field")
	return withRelated(out, tag.Span, "the tag")
}

// badValue: a literal that is not a value of its type.
func badValue(l syntax.Literal, what string, bad misfit) diag.Diagnostic {
	return fault("bad-value", l.Span, "", "%s %s", what, bad)
}

// limitOfWrongType: a constraint that means nothing for a type.
func limitOfWrongType(name string, span source.Span, t *model.TypeRef, kinds []model.Kind) diag.Diagnostic {
	help := "it fits: " + kindList(kinds)
	if t.Elem != nil && !slices.Equal(kinds, countedKinds) {
		help += "; constraints on the elements stand under `each:`"
	}
	return fault("constraint-misfit", span, help, "constraint %q means nothing for %s", name, t)
}

// emptyRange: bounds that no value can meet.
func emptyRange(low, high, lowValue, highValue string, at, lowAt source.Span) diag.Diagnostic {
	d := fault("empty-range", at, "", "no value meets both %s %s and %s %s", low, lowValue, high, highValue)
	return withRelated(d, lowAt, "the other bound")
}

// badPattern: patterns are RE2, which has neither look-around nor back-references.
func badPattern(p syntax.Text, err error) diag.Diagnostic {
	return fault("bad-pattern", p.Span, "patterns are in RE2 syntax: no look-around, no back-references", "pattern %q does not compile: %s",
		p.Value, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
}

// subjectWithoutSensitive: a subject says whose sensitive data it is.
func subjectWithoutSensitive(d *syntax.FieldDecl) diag.Diagnostic {
	return fault("subject-without-sensitive", d.Subject.Span, "add `sensitive: true`", "field %q names a subject but is not sensitive", d.Name.Value)
}

// badSubject: a person is named by an identifier.
func badSubject(d *syntax.FieldDecl, p *model.Path) diag.Diagnostic {
	out := fault("bad-subject", d.Subject.Span, "name a field that is text, a whole number or a UUID", "%q cannot name a subject", d.Subject.Value)
	return withRelated(out, p.Last().Span, fmt.Sprintf("it is %s", p.Last().Type))
}
