package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// upcastOfFirstVersion: there is nothing before version 1.
func upcastOfFirstVersion(d *syntax.UpcastDecl) diag.Diagnostic {
	return fault("upcast-of-first", d.Span, "move it to the version that follows", "version 1 has no previous version to come from")
}

// newRequired: old facts have no value for the field.
func newRequired(s *step, f *model.Field) diag.Diagnostic {
	help := fmt.Sprintf("add a rule under `upcast:`, such as `%s: {default: ...}`; or make it optional", f.Name)
	if names := s.candidates(f); len(names) > 0 {
		var rules []string
		for _, name := range names {
			rules = append(rules, fmt.Sprintf("`%s: {from: %s}`", f.Name, name))
		}
		help = fmt.Sprintf("add a rule under `upcast:`: %s, or `%s: {default: ...}`", strings.Join(rules, ", "), f.Name)
	}
	d := fault("new-required", f.Span, help, "field %q of %s is new and required", f.Name, s.newName)
	return withRelated(d, s.oldSpan, s.oldName+" has no such field")
}

// becameRequired: old facts may lack it.
func becameRequired(s *step, f *model.Field, src origin) diag.Diagnostic {
	d := fault("became-required", f.Span, fmt.Sprintf("add the rule `%s: {default: ...}` under `upcast:`", f.Name),
		"field %q of %s is required but may be missing in %s", f.Name, s.newName, s.oldName)
	return withRelated(d, src.path.Last().Span, "the old field")
}

// changedType: a change of type that is not a lossless widening.
func changedType(s *step, f *model.Field, src origin) diag.Diagnostic {
	help := fmt.Sprintf("add a rule under `upcast:`, such as `%s: {from: %s, go: true}`", f.Name, src.path)
	if names := conversionsBetween(src.typ, f.Type); len(names) > 0 {
		help = fmt.Sprintf("add the rule `%s: {from: %s, convert: %s}` under `upcast:`", f.Name, src.path, strings.Join(names, "` or `"))
	}
	d := fault("changed-type", f.Type.Span, help, "field %q changes from %s to %s, which is not lossless", f.Name, src.typ, f.Type)
	return withRelated(d, src.path.Last().Span, "the old field")
}

// fieldLost: nothing of an old fact may vanish by silence.
func fieldLost(s *step, p *model.Path) diag.Diagnostic {
	d := fault("field-lost", s.span, fmt.Sprintf("use it in a rule, or write `drop: [%s]` under `upcast:`", p), "field %q of %s has no place in %s", p, s.oldName, s.newName)
	return withRelated(d, p.Last().Span, "the field that is lost")
}

// candidates are the fields of the old version that could become a new field: of a type that widens, and without a
// successor of the same name. The nearest name comes first.
func (s *step) candidates(f *model.Field) []string {
	var names []string
	for _, o := range s.old.Fields {
		if u := s.used.sub[o]; u == nil && widensBare(o.Type, f.Type) && s.target.Field(o.Name) == nil {
			names = append(names, o.Name)
		}
	}
	if near := diag.Nearest(f.Name, names); near != "" {
		return []string{near}
	}
	return names[:min(len(names), 3)]
}

// overlappingRules: two rules for one field, or one for a struct and one inside of it.
func overlappingRules(d *syntax.RuleDecl, first syntax.Text) diag.Diagnostic {
	out := fault("overlapping-rules", d.Target.Span, "keep one of them", "the rules of %q and %q make the same field", d.Target.Value, first.Value)
	return withRelated(out, first.Span, "the other rule")
}

// droppedTwice: `drop:` names a field twice.
func droppedTwice(name syntax.Text) diag.Diagnostic {
	return fault("dropped-twice", name.Span, "remove it", "field %q is dropped already", name.Value)
}

// usedAndDropped: a field cannot be used and dropped.
func usedAndDropped(name syntax.Text, dropped []*model.Path) diag.Diagnostic {
	d := fault("used-and-dropped", name.Span, "remove it from `drop:`", "field %q is used here and dropped", name.Value)
	return withRelated(d, dropped[0].Span, "dropped here")
}

// rulesBesideGo: `go: true` stands for the whole step.
func rulesBesideGo(d *syntax.UpcastDecl) diag.Diagnostic {
	return fault("rules-beside-go", d.Rules[0].Span, "remove the rules, or write `go: true` in the rule of one field", "the whole step is written in Go, so rules have no effect")
}

// rulesNotHere: enums and unions have no fields to make.
func rulesNotHere(d *syntax.RuleDecl) diag.Diagnostic {
	return fault("rules-not-here", d.Span, "write `go: true` for the whole step", "a rule for field %q has no meaning here", d.Target.Value)
}

// emptyRule: a rule that says nothing.
func emptyRule(d *syntax.RuleDecl) diag.Diagnostic {
	return fault("empty-rule", d.Span, "write `{from: old_name}`, `{default: value}` or `{go: true}`", "the rule of %q says nothing", d.Target.Value)
}

// ruleConflict: keys of a rule that exclude each other.
func ruleConflict(d *syntax.RuleDecl, key, other string, span source.Span) diag.Diagnostic {
	return fault("rule-conflict", span, "keep one of them", "%q and %q exclude each other in the rule of %q", key, other, d.Target.Value)
}

// ruleWithoutSource: there is no field of the same name to take from.
func ruleWithoutSource(s *step, d *syntax.RuleDecl) diag.Diagnostic {
	return fault("rule-without-source", d.Span, "add `from:`", "%s has no field %q to take from", s.oldName, d.Target.Value)
}

// envelopeNotHere: only plain rules of events reach the envelope.
func envelopeNotHere(d *syntax.RuleDecl) diag.Diagnostic {
	if _, known := envelopeField(d.From.Value); !known {
		return unknownEnvelope(d.From)
	}
	return fault("envelope-not-here", d.From.Span, "", "%q cannot be used here: only events have an envelope, and it is taken as it is", d.From.Value)
}

// unknownEnvelope: a member that the envelope does not have.
func unknownEnvelope(t syntax.Text) diag.Diagnostic {
	var names []string
	for _, e := range model.EnvelopeFields() {
		names = append(names, "$"+e.String())
	}
	return fault("unknown-envelope", t.Span, "write one of: "+strings.Join(names, ", "), "the envelope has no %q%s", t.Value, diag.DidYouMean(t.Value, names))
}

// envelopeOfOtherType: a member of the envelope of another type than the field.
func envelopeOfOtherType(f *model.Field, d *syntax.RuleDecl, kinds []model.Kind) diag.Diagnostic {
	out := fault("rule-misfit", d.From.Span, "make the field "+kindList(kinds), "%q does not fit into field %q, which is %s", d.From.Value, f.Name, f.Type)
	return withRelated(out, f.Span, "the field")
}

// fromOtherType: the source does not fit into the field.
func fromOtherType(f *model.Field, d *syntax.RuleDecl, src origin) diag.Diagnostic {
	help := "write it in Go: `go: true`"
	if names := conversionsBetween(src.typ, f.Type); len(names) > 0 {
		help = "add `convert: " + strings.Join(names, "` or `convert: ") + "`"
	}
	out := fault("rule-misfit", d.From.Span, help, "%q is %s and does not fit into field %q, which is %s", src.path, src.typ, f.Name, f.Type)
	return withRelated(out, src.path.Last().Span, "the old field")
}

// sourceMayLack: a required field needs a value also where the source has none.
func sourceMayLack(s *step, f *model.Field, d *syntax.RuleDecl, src origin) diag.Diagnostic {
	span, help := d.From.Span, "add `default: ...` to the rule"
	if span.IsZero() {
		span = d.Span
	}
	if d.Unwrap.Value != "" || d.Convert.Value != "" {
		help = "add `else: ...` to the rule"
	}
	out := fault("source-may-lack", span, help, "%q may have no value for the required field %q", src.path, f.Name)
	return withRelated(out, src.path.Last().Span, "the old field of "+s.oldName)
}

// cannotWrap: wrapping makes a list of one.
func cannotWrap(f *model.Field, d *syntax.RuleDecl, src origin) diag.Diagnostic {
	return fault("rule-misfit", d.Wrap.Span, "", "%s cannot become the only element of %s", src.typ, f.Type)
}

// cannotUnwrap: unwrapping takes the first of a list.
func cannotUnwrap(f *model.Field, d *syntax.RuleDecl, src origin) diag.Diagnostic {
	return fault("rule-misfit", d.Unwrap.Span, "", "the first element of %s cannot become %s", src.typ, f.Type)
}

// unknownConversion: a conversion that is not in the table.
func unknownConversion(t syntax.Text, from, to *model.TypeRef) diag.Diagnostic {
	var names []string
	for _, c := range conversions {
		names = append(names, c.name)
	}
	return fault("unknown-conversion", t.Span, conversionHelp(from, to), "conversion %q is not known%s", t.Value, diag.DidYouMean(t.Value, names))
}

// conversionMisfit: a conversion between other types.
func conversionMisfit(t syntax.Text, from, to *model.TypeRef) diag.Diagnostic {
	return fault("conversion-misfit", t.Span, conversionHelp(from, to), "conversion %q does not make %s from %s", t.Value, to, from)
}

func conversionHelp(from, to *model.TypeRef) string {
	if names := conversionsBetween(from, to); len(names) > 0 {
		return "from " + from.String() + " to " + to.String() + ": " + strings.Join(names, ", ")
	}
	return "none makes " + to.String() + " from " + from.String() + "; write it in Go: `go: true`"
}

// conversionNeedsElse: old facts may hold what cannot be converted, and must still be readable.
func conversionNeedsElse(t syntax.Text) diag.Diagnostic {
	return fault("conversion-needs-else", t.Span, "add `else: ...` for facts that cannot be converted", "conversion %q can fail", t.Value)
}

// layoutNotHere: only conversions of timestamps and text have a layout.
func layoutNotHere(d *syntax.RuleDecl) diag.Diagnostic {
	return fault("layout-not-here", d.Layout.Span, "remove `layout:`", "conversion %q takes no layout", d.Convert.Value)
}

// badLayout: a layout that reads no time.
func badLayout(t syntax.Text) diag.Diagnostic {
	return fault("bad-layout", t.Span, "write Go's reference time: 2006-01-02T15:04:05Z07:00", "layout %q is not a time layout", t.Value)
}

// enumRuleOfOtherType: `enum:` maps values of enums.
func enumRuleOfOtherType(f *model.Field, d *syntax.RuleDecl, src origin) diag.Diagnostic {
	return fault("rule-misfit", d.Span, "use `convert:` between an enum and other types", "`enum:` needs enums of one kind, not %s and %s", src.typ, f.Type)
}

// notInEnum: a value in a map of values that the enum does not have.
func notInEnum(l syntax.Literal, e *model.Enum, whose string) diag.Diagnostic {
	return fault("not-in-enum", l.Span, "", "%s is not a value in %s%s", l.JSON, whose, nearLiteral(l, e))
}

// enumValueLost: old facts with that value would have none.
func enumValueLost(s *step, v *model.EnumValue, from, to *model.Enum, span source.Span) diag.Diagnostic {
	d := fault("enum-value-lost", span, fmt.Sprintf("add `%s: ...` under `enum:` of the upcast", strings.Trim(string(enumJSON(from, v)), `"`)),
		"value %s of %s has no place in %s", enumJSON(from, v), s.oldName, s.newName)
	return withRelated(d, v.Span, "the value that is lost")
}

// branchLost: old facts with that branch would have none.
func branchLost(s *step, b *model.Branch) diag.Diagnostic {
	d := fault("branch-lost", s.span, "keep the branch, or write the step in Go: `upcast: {go: true}`", "branch %q of %s has no place in %s", b.Tag, s.oldName, s.newName)
	return withRelated(d, b.Span, "the branch that is lost")
}

// shapeChanged: rules do not make an enum of a struct.
func shapeChanged(s *step, v *model.TypeVersion) diag.Diagnostic {
	d := fault("shape-changed", v.Span, "write the step in Go: `upcast: {go: true}`", "%s is of another sort than %s", s.newName, s.oldName)
	return withRelated(d, s.oldSpan, "the previous version")
}

// templateOfOtherType: templates make text.
func templateOfOtherType(f *model.Field, d *syntax.RuleDecl) diag.Diagnostic {
	return fault("rule-misfit", d.Template.Span, "", "a template makes text, not %s", f.Type)
}

// badTemplate: braces that do not pair.
func badTemplate(t syntax.Text) diag.Diagnostic {
	return fault("bad-template", t.Span, "write {field} for a field and {{ or }} for a brace", "template %q has a brace without its partner", t.Value)
}

// placeholderNotScalar: only scalars have a text.
func placeholderNotScalar(name syntax.Text, src origin) diag.Diagnostic {
	return fault("placeholder-misfit", name.Span, "use text, whole numbers, true or false, enums or times", "{%s} is %s, which has no obvious text", name.Value, src.typ)
}

// placeholderMayLack: a template with holes.
func placeholderMayLack(name syntax.Text) diag.Diagnostic {
	return fault("placeholder-may-lack", name.Span, "give the field a `default:`, or write the rule in Go", "{%s} may have no value", name.Value)
}

// unknownEventVersion: a target version that does not exist.
func unknownEventVersion(d *syntax.IntoDecl, e *model.Event) diag.Diagnostic {
	out := fault("unknown-version", d.Span, "", "event %q has no version %d", e.Name, d.Version)
	return withRelated(out, e.Span, "declared here")
}

// intoTwice: one fact becomes one of each.
func intoTwice(d, first *syntax.IntoDecl) diag.Diagnostic {
	out := fault("listed-twice", d.Span, "remove one of them", "%q is listed twice", d.Event.Value)
	return withRelated(out, first.Span, "first listed here")
}

// intoCycle: an event that becomes itself never ends.
func intoCycle(e *model.Event, t *model.IntoTarget) diag.Diagnostic {
	d := fault("into-cycle", t.Span, "", "event %q becomes %q, which becomes it again", e.Name, t.Version.Event.Name)
	return withRelated(d, t.Version.Event.Span, "the other event")
}

// ruleKeys returns the keys that a rule has, with their places.
func ruleKeys(d *syntax.RuleDecl) map[string]source.Span {
	keys := map[string]source.Span{}
	for name, t := range map[string]syntax.Text{
		"from": d.From, "convert": d.Convert, "layout": d.Layout, "template": d.Template, "wrap": d.Wrap, "unwrap": d.Unwrap,
	} {
		if t.Value != "" {
			keys[name] = t.Span
		}
	}
	for name, l := range map[string]syntax.Literal{"default": d.Default, "value": d.Value, "else": d.Else} {
		if l.JSON != nil {
			keys[name] = l.Span
		}
	}
	if d.Enum != nil {
		keys["enum"] = d.Enum[0].Span
	}
	if d.Go.Value {
		keys["go"] = d.Go.Span
	}
	return keys
}

func sortedRuleKeys(keys map[string]source.Span) []string {
	var names []string
	for name := range keys {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
