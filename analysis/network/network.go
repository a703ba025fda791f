// Package network is the rule network: deterministic code calls no services.
package network

import (
	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is the rule.
var Rule = rule.Reaching(diag.Rule{
	ID: "network", Severity: diag.Error,
	Title:   "deterministic code calls no services",
	Meaning: `Looks for connections, requests and look-ups of names in evolvers, upcasters, projection handlers and reactions, and in all that they call.`,
	Why:     `A rebuild would call the service again for every event of the past, and get today's answers. While the service is down, no event can be handled, and the transaction stays open as long as the service takes. Calls belong into consumers and the steps of sagas, and their answers into events.`,
	Bad: `rate, err := http.Get("https://rates.example.com/" + e.Data.Currency)
`,
	Good: `amount := e.Data.Amount.Mul(e.Data.Rate) // whoever appended the event asked for the rate
`,
	Off: `Hardly ever; a handler that has effects outside is a consumer.`,
}, effect.Network, "talks to the network", nil)
