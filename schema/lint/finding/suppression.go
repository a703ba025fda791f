package finding

import (
	"time"

	"github.com/evgen/evgen/schema/source"
)

// Suppression lets findings of a rule pass, for a reason, for good or until a day.
//
// One from a comment holds for the line of its element. One from evgen.yaml holds for an element and all below it.
type Suppression struct {
	Rule    string
	Reason  string
	Until   string      // the last day on which it holds, as 2027-01-31; empty for no end
	Element string      // of one from evgen.yaml
	Line    int         // of one from a comment: the line for which it holds
	Span    source.Span // where it is written
}

// holdsFor reports whether the suppression is about a finding, whatever the date.
func (s *Suppression) holdsFor(f Finding) bool {
	switch {
	case s.Rule != f.Rule:
		return false
	case s.Line > 0:
		return f.Span.File == s.Span.File && f.Span.Position().Line == s.Line
	default:
		return covers(s.Element, f.Element)
	}
}

// expired reports whether its last day is over. A date that cannot be read never comes.
func (s *Suppression) expired(today time.Time) bool {
	until, err := time.Parse(time.DateOnly, s.Until)
	return err == nil && today.UTC().Truncate(24*time.Hour).After(until)
}

// hasBadDate reports whether the date cannot be read.
func (s *Suppression) hasBadDate() bool {
	_, err := time.Parse(time.DateOnly, s.Until)
	return s.Until != "" && err != nil
}
