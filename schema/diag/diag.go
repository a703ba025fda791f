// Package diag holds what evgen has to say about a schema: diagnostics with a
// rule id, a severity, places and help, gathered in a report.
//
// In: findings of any phase, in any order. Out: the same findings in file
// order, printed in one of several formats. It never decides the exit status.
package diag

import (
	"fmt"
	"slices"

	"github.com/evgen/evgen/schema/source"
)

// Severity says how bad a diagnostic is.
type Severity uint8

// The severities, from mild to fatal.
const (
	Info Severity = iota
	Warning
	Error
)

func (s Severity) String() string { return [...]string{"info", "warning", "error"}[s] }

// Diagnostic is one finding: the place, the cause and the way out.
type Diagnostic struct {
	Rule     string // stable id, kebab-case: "unknown-field"
	Severity Severity
	Span     source.Span // where; zero for a finding that has no file
	Message  string      // lower case, quotes the user's text, no full stop
	Help     string      // names the fix; may be empty
	Related  []Related   // other places that matter: the first definition, the previous version
}

// Related is another place that a diagnostic points to.
type Related struct {
	Span    source.Span
	Message string
}

// MaxFindings is how many diagnostics a report holds; further ones are only counted. A file of megabytes can
// be wrong a million times, and nobody reads that.
const MaxFindings = 10_000

// Report gathers diagnostics. The zero Report is ready to use; it is not safe for concurrent use.
type Report struct {
	all     []Diagnostic
	errors  int
	dropped int // not held: the report was full
}

// Add appends diagnostics.
func (r *Report) Add(ds ...Diagnostic) {
	for _, d := range ds {
		if d.Severity == Error {
			r.errors++
		}
		if r.Full() {
			r.dropped++
			continue
		}
		r.all = append(r.all, d)
	}
}

// Full reports whether further diagnostics are only counted, so that their messages need not be made.
func (r *Report) Full() bool { return len(r.all) >= MaxFindings }

// HasErrors reports whether any diagnostic is an error.
func (r *Report) HasErrors() bool { return r.errors > 0 }

// Len returns the number of diagnostics, those included that are only counted.
func (r *Report) Len() int { return len(r.all) + r.dropped }

// Sorted returns the diagnostics in file order; those of one place keep the order in which they were added.
// Exact repetitions are dropped. When the report was full, the last one says how many are left out.
func (r *Report) Sorted() []Diagnostic {
	out := slices.Clone(r.all)
	slices.SortStableFunc(out, func(a, b Diagnostic) int { return source.Compare(a.Span, b.Span) })
	out = slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Rule == b.Rule && a.Span == b.Span && a.Message == b.Message
	})
	if r.dropped > 0 {
		out = append(out, tooManyFindings(r.dropped))
	}
	return out
}

// tooManyFindings: the rest shows once the first ones are fixed.
func tooManyFindings(dropped int) Diagnostic {
	return Diagnostic{
		Rule: "too-many-findings", Severity: Error, Message: fmt.Sprintf("%d more findings are not shown", dropped),
		Help: "fix the first ones: many findings often have one cause",
	}
}
