package config

import (
	"fmt"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

func fault(rule string, span source.Span, help, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...), Help: help}
}

// pathOutside: evgen reads and writes within the module only.
func pathOutside(n *tree.Node) diag.Diagnostic {
	return fault("path-outside", n.Span, "write a slash-separated path below the directory of go.mod", "path %q leaves the module", n.Text)
}

// noSchemas: without directories there is nothing to generate.
func noSchemas(n *tree.Node) diag.Diagnostic {
	return fault("no-schema-dirs", n.Span, "leave the key out for the default, schema/", "no schema directory is named")
}

// noDatabase: an empty list may mean none or be a slip.
func noDatabase(n *tree.Node) diag.Diagnostic {
	return fault("no-database", n.Span, "write postgres or sqlite, or `projections: false`", "no database is named")
}

// noSuchDirectory: a schema directory that does not exist.
func noSuchDirectory(dir Text) diag.Diagnostic {
	return fault("no-such-directory", dir.Span, "create it, or set `schemas:` in "+FileName, "schema directory %q does not exist", dir.Value)
}

// unknownWord: a setting with a few possible values.
func unknownWord(pair tree.Pair, words []string) diag.Diagnostic {
	return fault("unknown-word", pair.Value.Span, "write one of: "+strings.Join(words, ", "), "%q cannot be %q%s",
		pair.Key.Text, pair.Value.Text, diag.DidYouMean(pair.Value.Text, words))
}

// missing: a key without which an entry has no meaning.
func missing(n *tree.Node, key string) diag.Diagnostic {
	return fault("missing-setting", n.Span, "add `"+key+":`", "%q is missing here", key)
}

// badDate: an end that is no date.
func badDate(n *tree.Node) diag.Diagnostic {
	return fault("bad-date", n.Span, "write a date such as 2026-12-31", "%q is not a date", n.Text)
}

// unknownPackage: an override that overrides nothing.
func unknownPackage(name Text, declared []string) diag.Diagnostic {
	return fault("unknown-package", name.Span, "", "no schema declares package %q%s", name.Value, diag.DidYouMean(name.Value, declared))
}

// unknownRule: a setting for a rule that does not exist.
func unknownRule(id Text, known []string) diag.Diagnostic {
	return fault("unknown-rule", id.Span, "", "rule %q does not exist%s", id.Value, diag.DidYouMean(id.Value, known))
}
