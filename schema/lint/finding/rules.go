package finding

import "github.com/evgen/evgen/schema/diag"

// Rules describes the rules of this package, which none can suppress.
func Rules() []diag.Rule {
	return []diag.Rule{
		{
			ID: "suppression-unknown-rule", Title: "a suppression names a rule that exists", Severity: diag.Error,
			Meaning: "Looks at the rule id of each `evgen:ignore` comment and of each suppression in evgen.yaml.",
			Why:     "A misspelt rule id suppresses nothing, and the one who wrote it believes that it does.",
			Bad:     "price: float64 # evgen:ignore float-for-mony estimates only\n", Good: "price: float64 # evgen:ignore float-for-money estimates only\n",
		},
		{
			ID: "suppression-without-reason", Title: "a suppression says why", Severity: diag.Error,
			Meaning: "Looks for text behind the rule id of an `evgen:ignore` comment, and for `reason:` in evgen.yaml.",
			Why:     "Whoever meets the suppression later has to decide whether it still holds. Without its reason nobody dares to remove it.",
			Bad:     "price: float64 # evgen:ignore float-for-money\n", Good: "price: float64 # evgen:ignore float-for-money an estimate, never charged\n",
		},
		{
			ID: "suppression-bad-date", Title: "a suppression ends on a day that exists", Severity: diag.Error,
			Meaning: "Reads the date behind `until`, written as year, month and day.",
			Why:     "A date that cannot be read would keep the suppression for ever, which is the opposite of what was meant.",
			Bad:     "price: float64 # evgen:ignore float-for-money until the rewrite until 2027-02-30\n", Good: "price: float64 # evgen:ignore float-for-money until the rewrite until 2027-02-28\n",
		},
		{
			ID: "suppression-expired", Title: "a suppression that is over is renewed or removed", Severity: diag.Error,
			Meaning: "Compares the date behind `until`, the last day on which the suppression holds, with today. The finding that it covered comes back beside this one.",
			Why:     "A date is a promise to look again. Passing over it in silence would make the date decoration.",
			Bad:     "price: float64 # evgen:ignore float-for-money mended with the new ledger until 2020-01-31\n", Good: "price: decimal\n",
		},
		{
			ID: "suppression-unused", Title: "a suppression covers something", Severity: diag.Error,
			Meaning: "Looks for suppressions that covered no finding of a rule that was run. A rule that is off or was not run is passed over.",
			Why:     "A suppression without a finding waits for the next mistake and hides it: the element was mended, renamed or moved away from its comment.",
			Bad:     "price: decimal # evgen:ignore float-for-money an estimate, never charged\n", Good: "price: decimal\n",
		},
		{
			ID: "baseline-fixed", Title: "the baseline shrinks with what is mended", Severity: diag.Warning,
			Meaning: "Compares the findings of a run with those that the baseline accepts, by rule and element; line numbers do not matter.",
			Why:     "A baseline lets an old schema in without a thousand repairs. It works as a ratchet only when what was mended leaves it: otherwise the fault may come back unseen.",
		},
	}
}
