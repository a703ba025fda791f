package compat

import "github.com/evgen/evgen/schema/diag"

const offUnvalidated = "When no consumer validates payloads."

// uncheckedRules judge what a schema says for other validators alone. Nothing here decodes otherwise for it.
var uncheckedRules = []Rule{
	{Inverse: "unchecked-removed", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "unchecked-added", Severity: diag.Info, Title: "keywords that nothing here checks were added",
		Meaning: "Validators that know them may refuse old facts. No payload is looked for: it is taken for granted that one exists.",
		Why:     "What evgen does not enforce, the other readers of a schema do.",
		Bad:     "1: {unchecked: {minProperties: 2}, fields: {by_mail: bool?, by_phone: bool?}}", Good: "1: {fields: {by_mail: bool?, by_phone: bool?}}", Off: offUnvalidated}},
	{Inverse: "unchecked-added", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "unchecked-removed", Severity: diag.Info, Title: "keywords that nothing here checks were removed",
		Meaning: "Consumers that validate by an older version may refuse new facts. That such a fact exists is not proved.",
		Why:     "Validators stand at the borders of teams.",
		Bad:     "1: {fields: {by_mail: bool?, by_phone: bool?}}   # asked for one of them", Good: "1: {unchecked: {minProperties: 1}, fields: {by_mail: bool?, by_phone: bool?}}", Off: offUnvalidated}},
	{Inverse: "unchecked-loosened", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "unchecked-tightened", Severity: diag.Info, Title: "keywords that nothing here checks allow less",
		Meaning: "All that the new keywords allow, the old ones did. Validators may refuse old facts; that one exists is not proved.",
		Why:     "What evgen does not enforce, the other readers of a schema do.",
		Bad:     "1: {unchecked: {minProperties: 2}, fields: {by_mail: bool?, by_phone: bool?}}   # was 1", Good: "1: {unchecked: {minProperties: 1}, fields: {by_mail: bool?, by_phone: bool?}}", Off: offUnvalidated}},
	{Inverse: "unchecked-tightened", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "unchecked-loosened", Severity: diag.Info, Title: "keywords that nothing here checks allow more",
		Meaning: "All that the old keywords allowed, the new ones do. Consumers that validate by an older version may refuse new facts; that one exists is not proved.",
		Why:     "Validators stand at the borders of teams.",
		Bad:     "1: {unchecked: {maxProperties: 9}, fields: {labels: json}}   # was 5", Good: "1: {unchecked: {maxProperties: 5}, fields: {labels: json}}", Off: offUnvalidated}},
	{Inverse: "unchecked-changed", cells: cells{safe, safe, breaks, breaks}, Rule: diag.Rule{
		ID: "unchecked-changed", Severity: diag.Info, Title: "keywords that nothing here checks changed",
		Meaning: "Neither side is proved to include the other, so validators of each are taken to refuse facts of the other.",
		Why:     "Validators stand at the borders of teams.",
		Bad:     "1: {unchecked: {not: {required: [phone]}}, fields: {mail: string?, phone: string?}}   # was mail", Good: "1: {unchecked: {not: {required: [mail]}}, fields: {mail: string?, phone: string?}}", Off: "When the new keywords include the old ones; say so."}},
	{Inverse: "unchecked-respelled", Rule: diag.Rule{
		ID: "unchecked-respelled", Severity: diag.Info, Title: "keywords that nothing here checks are written otherwise",
		Meaning: "Each side is proved to allow what the other allows.", Why: "Only the text differs.",
		Bad: "1: {unchecked: {minProperties: 1.0}, fields: {labels: json}}   # was 1", Good: "1: {unchecked: {minProperties: 1}, fields: {labels: json}}", Off: "Always: it harms nobody."}},
}
