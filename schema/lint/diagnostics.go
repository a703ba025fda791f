package lint

import (
	"fmt"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

func fault(rule string, span source.Span, help, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Rule: rule, Severity: diag.Error, Span: span, Message: fmt.Sprintf(format, args...), Help: help}
}

// unknownRule: a setting that sets nothing.
func unknownRule(e Entry, rules []Rule) diag.Diagnostic {
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
	}
	return fault("unknown-rule", e.Span, "", "rule %q does not exist%s", e.Rule, diag.DidYouMean(e.Rule, ids))
}

// unknownOption: an option that the rule does not have.
func unknownOption(r Rule, given OptionEntry) diag.Diagnostic {
	var names []string
	for _, o := range r.Options {
		names = append(names, o.Name)
	}
	help := "the rule has no options"
	if len(names) > 0 {
		help = "options: " + strings.Join(names, ", ")
	}
	return fault("unknown-option", given.Span, help, "rule %q has no option %q%s", r.ID, given.Name, diag.DidYouMean(given.Name, names))
}

// badLimit: a limit that is not a count.
func badLimit(given OptionEntry) diag.Diagnostic {
	return fault("bad-option", given.Span, "write a number such as 20", "%q must be a whole number from 0", given.Name)
}

// badPattern: a name pattern that cannot match.
func badPattern(given OptionEntry, pattern string) diag.Diagnostic {
	return fault("bad-option", given.Span, "write a name; `*` stands for any letters", "%q of %q is not a pattern", pattern, given.Name)
}
