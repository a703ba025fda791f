package finding

import (
	"slices"
	"time"
)

// Scope says what a run is about, so that a suppression of a rule that was not run is not taken for a useless one.
type Scope struct {
	Known []string  // ids of all rules that can be suppressed
	Ran   []string  // ids of those that were run
	Today time.Time // only the date counts, in UTC
}

// Filter takes what suppressions cover out of findings of any source, and adds a finding for each suppression that has
// no reason, a rule that does not exist, a date that is over or cannot be read, or that covers nothing. Such findings
// cannot be suppressed. The order of findings is kept.
func Filter(findings []Finding, suppressions []Suppression, scope Scope) []Finding {
	f := filter{scope: scope, byRule: map[string][]int{}, suppressions: suppressions, used: make([]bool, len(suppressions))}
	for i, s := range suppressions {
		f.byRule[s.Rule] = append(f.byRule[s.Rule], i)
	}
	kept := slices.DeleteFunc(slices.Clone(findings), f.covered)
	for i := range suppressions {
		kept = append(kept, f.judge(i)...)
	}
	return kept
}

type filter struct {
	scope        Scope
	suppressions []Suppression
	byRule       map[string][]int
	used         []bool
}

// covered reports whether a finding passes, and marks every suppression that is about it.
func (f *filter) covered(found Finding) bool {
	passes := false
	for _, i := range f.byRule[found.Rule] {
		s := &f.suppressions[i]
		if s.holdsFor(found) {
			f.used[i] = true
			passes = passes || s.Reason != "" && !s.hasBadDate() && !s.expired(f.scope.Today)
		}
	}
	return passes
}

// judge returns what is wrong with a suppression.
func (f *filter) judge(i int) []Finding {
	s := &f.suppressions[i]
	switch {
	case !slices.Contains(f.scope.Known, s.Rule):
		return []Finding{suppressionUnknownRule(s, f.scope.Known)}
	case s.Reason == "":
		return []Finding{suppressionWithoutReason(s)}
	case s.hasBadDate():
		return []Finding{suppressionBadDate(s)}
	case !f.used[i] && slices.Contains(f.scope.Ran, s.Rule):
		return []Finding{suppressionUnused(s)}
	case f.used[i] && s.expired(f.scope.Today):
		return []Finding{suppressionExpired(s)}
	default:
		return nil
	}
}
