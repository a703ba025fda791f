package finding

import (
	"fmt"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

func fault(rule string, span source.Span, help, format string, args ...any) Finding {
	return Finding{Diagnostic: diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...), Help: help}}
}

// suppressionUnknownRule: a suppression that can never hold.
func suppressionUnknownRule(s *Suppression, known []string) Finding {
	if s.Rule == "" {
		return fault("suppression-unknown-rule", s.Span, "write `evgen:ignore RULE reason`", "the suppression names no rule")
	}
	return fault("suppression-unknown-rule", s.Span, "", "rule %q cannot be suppressed: there is no such rule%s", s.Rule, diag.DidYouMean(s.Rule, known))
}

// suppressionWithoutReason: whoever reads it next has to know whether it still holds.
func suppressionWithoutReason(s *Suppression) Finding {
	return fault("suppression-without-reason", s.Span, "write why behind the rule", "the suppression of %q has no reason", s.Rule)
}

// suppressionBadDate: an end that is no day.
func suppressionBadDate(s *Suppression) Finding {
	return fault("suppression-bad-date", s.Span, "write a date such as 2027-01-31", "%q is not a date", s.Until)
}

// suppressionExpired: the day until which the team gave itself time.
func suppressionExpired(s *Suppression) Finding {
	return fault("suppression-expired", s.Span, "mend what it covers, or give it a new date and say why", "the suppression of %q ended on %s", s.Rule, s.Until)
}

// suppressionUnused: what it covered is mended, moved or misspelt.
func suppressionUnused(s *Suppression) Finding {
	help := "remove it, or write it beside what it is about or on the line above"
	if s.Line == 0 {
		help = "remove it, or mend its element: memory.MemoryCreated, memory.MemoryCreated@2.text"
	}
	return fault("suppression-unused", s.Span, help, "the suppression of %q covers nothing", s.Rule)
}

// baselineFixed: progress must not be lost again.
func baselineFixed(e Entry) Finding {
	f := fault("baseline-fixed", source.Span{}, "take it out of the baseline, so that it stays mended",
		"%s %s has less to accept than the baseline says: %d too many", e.Rule, e.Element, e.Count)
	f.Severity = diag.Warning
	f.Element = e.Element
	return f
}
