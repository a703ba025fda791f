// Package environment is the rule environment: deterministic code does not look at its machine.
package environment

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "environment", Severity: diag.Error,
	Title:   "deterministic code does not look at its machine",
	Meaning: `Looks for environment variables, host names, users, flags, numbers of processors and the local time zone in evolvers, upcasters, projection handlers and reactions, in all that they call, and in what their fields and the variables of the package were filled with.`,
	Why:     `Two machines that handle the same events must write the same. A setting belongs into an event, or into the code, where a change shows as a change.`,
	Bad: `if os.Getenv("REGION") == "eu" {
	return nil
}
`,
	Good: `if e.Data.Region == memory.RegionEU {
	return nil
}
`,
	Off: `Where the value is the same on all machines for as long as the read model lives.`,
}, effect.Environment, "looks at the environment", nil)
