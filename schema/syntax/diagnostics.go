package syntax

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

func fault(rule string, span source.Span, help, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...), Help: help}
}

// notASchema: the file's root is a list or a scalar.
func notASchema(n *tree.Node) diag.Diagnostic {
	return fault("not-a-schema", n.Span, "start with `package: name`", "a schema file must be a mapping, not %s", n.Describe())
}

// missingKey: a key without which the construct has no meaning.
func missingKey(span source.Span, what, key string) diag.Diagnostic {
	return fault("missing-key", span, "add `"+key+":`", "%s has no %q", what, key)
}

// ambiguousNumber: forms that YAML 1.1, YAML 1.2 and JSON read differently, and infinities.
func ambiguousNumber(n *tree.Node) diag.Diagnostic {
	return fault("ambiguous-number", n.Span, "write it in decimal as JSON does, or quote it to make it text", "number %q is read differently by different tools", n.Text)
}

// typeSyntax: a type expression that cannot be read.
func typeSyntax(span source.Span, message, help string) diag.Diagnostic {
	return fault("type-syntax", span, help, "%s", message)
}

// noVersions: `versions:` with nothing in it.
func noVersions(span source.Span) diag.Diagnostic {
	return fault("no-versions", span, "start with `1: {fields: {...}}`", "no version is declared")
}

// badVersion: version keys are the numbers 1, 2, 3.
func badVersion(key *tree.Node) diag.Diagnostic {
	return fault("bad-version", key.Span, "versions are numbered 1, 2, 3", "version %q is not a positive whole number", key.Text)
}

// severalShapes: a type cannot be a struct and an enum at once.
func severalShapes(keys []*tree.Node) diag.Diagnostic {
	d := fault("several-shapes", keys[1].Span, "keep one of them", "a type has either %q or %q, not both", keys[0].Text, keys[1].Text)
	d.Related = []diag.Related{{Span: keys[0].Span, Message: "first shape"}}
	return d
}

// noShape: a type that says neither what fields nor what values it has.
func noShape(span source.Span, whose string) diag.Diagnostic {
	return fault("no-shape", span, "add `fields:`, `enum:` or `union:`", "%s has no shape", whose)
}

// badEnumValue: values of an enum are texts or whole numbers.
func badEnumValue(n *tree.Node) diag.Diagnostic {
	help := ""
	if n.Kind == tree.Scalar && n.Tag != tree.Null {
		help = "quote it: " + strconv.Quote(n.Text)
	}
	return fault("bad-enum-value", n.Span, help, "an enum value must be text or a whole number, not %s", n.Describe())
}

// badWord: a key whose value is one of a few words.
func badWord(t Text, key string, words []string) diag.Diagnostic {
	return fault("bad-word", t.Span, "write one of: "+strings.Join(words, ", "), "%q cannot be %q%s", key, t.Value, diag.DidYouMean(t.Value, words))
}

// badCount: lengths and numbers of items.
func badCount(n *tree.Node, key string) diag.Diagnostic {
	what := n.Describe()
	if n.Kind == tree.Scalar && n.Text != "" {
		what = strconv.Quote(n.Text)
	}
	return fault("bad-count", n.Span, "", "%q must be a whole number from 0, not %s", key, what)
}

// emptyList: a choice of nothing allows nothing.
func emptyList(n *tree.Node, key string) diag.Diagnostic {
	return fault("empty-list", n.Span, "leave the key out", "%q must not be empty", key)
}

// badRule: an upcast rule is a mapping, also for the simplest case.
func badRule(pair tree.Pair) diag.Diagnostic {
	help := "write `{from: old_name}`, `{default: value}` or `{go: true}`"
	if n := pair.Value; n.Kind == tree.Scalar && n.Tag == tree.Str {
		help = "write `{from: " + n.Text + "}` or `{value: " + n.Text + "}`"
	}
	return fault("bad-rule", pair.Value.Span, help, "the rule of %q must be a mapping, not %s", pair.Key.Text, pair.Value.Describe())
}

// misplacedInto: `into` belongs to the event, since it ends the event and not a version.
func misplacedInto(key *tree.Node) diag.Diagnostic {
	return fault("misplaced-into", key.Span, "move it to `upcast:` of the event, beside `versions:`", "`into` cannot stand in a version")
}

// missingInto: `upcast:` of an event only says what the event becomes.
func missingInto(key *tree.Node) diag.Diagnostic {
	return fault("missing-into", key.Span, "rules between versions stand under `upcast:` of the newer version", "`upcast:` of an event needs `into: [..]`")
}

// badInto: targets of `into`.
func badInto(n *tree.Node) diag.Diagnostic {
	return fault("bad-into", n.Span, "write `Event`, `Event@2` or `Event: {field: rule}`", "%s is not a target of `into`", describeText(n))
}

// badHandler: what a projection can do on an event.
func badHandler(n *tree.Node) diag.Diagnostic {
	return fault("bad-handler", n.Span, "write `delete`, or `{set: {column: field}}`, or `{add: {column: 1}}`", "%s is not a change of a projection", describeText(n))
}

func describeText(n *tree.Node) string {
	if n.Kind == tree.Scalar && n.Text != "" {
		return strconv.Quote(n.Text)
	}
	return n.Describe()
}

// notDeclaredHere: there is nothing of that name to make another version of.
func notDeclaredHere(root *tree.Node, name string) diag.Diagnostic {
	var names []string
	for _, section := range []string{"events", "types"} {
		for _, p := range entries(root.Get(section)) {
			names = append(names, p.Key.Text)
		}
	}
	return fault("not-declared-here", root.Span, "", "this file declares no event or type %q%s", name, diag.DidYouMean(name, names))
}
