package finding

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// Finding is a diagnostic and the element of the schema that it is about.
type Finding struct {
	diag.Diagnostic

	// Element is a stable path that line numbers do not change: "memory", "memory.MemoryCreated",
	// "memory.MemoryCreated@2.source.uri", "memory.Origin.tool". It is empty for what has no place in a schema.
	Element string
}

// Diagnostics returns the findings as the printers take them, in the same order.
func Diagnostics(fs []Finding) []diag.Diagnostic {
	out := make([]diag.Diagnostic, len(fs))
	for i, f := range fs {
		out[i] = f.Diagnostic
	}
	return out
}

// Sort returns the findings in file order; those of one place keep their order.
func Sort(fs []Finding) []Finding {
	out := slices.Clone(fs)
	slices.SortStableFunc(out, func(a, b Finding) int { return source.Compare(a.Span, b.Span) })
	return out
}

// covers reports whether an element stands at or below another one. A pattern that names no version means all of them:
// "memory.MemoryCreated.text" covers "memory.MemoryCreated@2.text".
func covers(pattern, element string) bool {
	if !strings.Contains(pattern, "@") {
		element = withoutVersions(element)
	}
	rest, ok := strings.CutPrefix(element, pattern)
	return ok && pattern != "" && (rest == "" || rest[0] == '.' || rest[0] == '@')
}

// withoutVersions takes "@2" out of an element.
func withoutVersions(element string) string {
	for {
		at := strings.IndexByte(element, '@')
		if at < 0 {
			return element
		}
		rest := strings.TrimLeft(element[at+1:], "0123456789")
		element = element[:at] + rest
	}
}
