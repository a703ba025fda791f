package compat

import "github.com/evgen/evgen/schema/diag"

// choiceRules judge enums and unions.
var choiceRules = []Rule{
	{Inverse: "enum-value-removed", cells: cells{safe, closed, safe, closed}, Rule: diag.Rule{
		ID: "enum-value-added", Severity: diag.Info, Title: "an enum has a new value",
		Meaning: "Consumers with an open enum keep a value that they do not know; those with a closed one refuse it.",
		Why:     "A switch over the values needs a case for what it does not know, from the first day.",
		Bad:     "Origin: {enum: [tool, document, conversation], closed: true}   # conversation is new", Good: "Origin: {enum: [tool, document, conversation]}", Off: offUnread}},
	{Inverse: "enum-value-added", cells: cells{closed, safe, closed, safe}, Rule: diag.Rule{
		ID: "enum-value-removed", Severity: diag.Warning, Title: "an enum lost a value",
		Meaning: "Old facts hold the value. An open enum keeps it as an unknown one; a closed one refuses it.",
		Why:     "Code no longer has a constant for what history holds.",
		Bad:     "Origin: {enum: [tool]}          # document is gone", Good: "Origin: {enum: [tool, {value: document, deprecated: not produced any more}]}", Off: "When no stored fact holds the value."}},
	{Inverse: "enum-value-renamed", cells: cells{breaks, breaks, closed, closed}, Misread: "it is read as a value that the enum does not name", Rule: diag.Rule{
		ID: "enum-value-renamed", Severity: diag.Warning, Title: "a value of an enum was renamed",
		Meaning: "The upcast turns old values into new ones. Older consumers do not know the new name.",
		Why:     "They treat it as a value they have never seen.",
		Bad:     "Origin: {enum: [doc]}   # was document, and nothing says so", Good: "versions:\n  2:\n    enum: [doc]\n    upcast: {enum: {document: doc}}", Off: offUnread}},
	{Inverse: "enum-reordered", Rule: diag.Rule{
		ID: "enum-reordered", Severity: diag.Info, Title: "values of an enum stand in another order", Meaning: "Values are written by name.",
		Why: "Nothing depends on the order but docs.", Bad: "enum: [b, a]", Good: "enum: [a, b]", Off: "Always: it harms nobody."}},
	{Inverse: "enum-fallback-changed", cells: cells{shifts, shifts, safe, safe}, Rule: diag.Rule{
		ID: "enum-fallback-changed", Severity: diag.Warning, Title: "the fallback of an enum changed", Meaning: "Readers take unknown values for another one than before.",
		Why: "History is told differently from one deployment to the next.", Bad: "fallback: tool   # was document", Good: "fallback: document", Off: "When no stored fact holds an unknown value."}},
	{Inverse: "enum-kind-changed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "enum-kind-changed", Severity: diag.Warning, Title: "an enum of strings became one of integers, or back", Meaning: "A number is no text: neither side reads the other.",
		Why: "Every fact breaks, at once.", Bad: "Level: {enum: [1, 2]}   # was [low, high]", Good: "Level2: {enum: [1, 2]}", Off: offUnread}},
	{Inverse: "enum-opened", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "enum-was-closed", Severity: diag.Info, Title: "an enum refuses unknown values now", Meaning: "Values are refused on write, never on read: history replays. Validators refuse old facts with values that the enum does not name.",
		Why: "A closed enum can never grow without breaking those who validate.", Bad: "Origin: {enum: [tool], closed: true}   # was open", Good: "Origin: {enum: [tool]}", Off: "When no consumer validates payloads."}},
	{Inverse: "enum-was-closed", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "enum-opened", Severity: diag.Info, Title: "an enum takes unknown values now", Meaning: "Consumers that validate refuse values that their closed enum does not name.",
		Why: "Opening is right, but helps only once consumers are generated anew.", Bad: "Origin: {enum: [tool]}   # was closed", Good: "Origin: {enum: [tool]}   # open from the start", Off: "When no consumer validates payloads."}},
	{Inverse: "union-branch-removed", cells: cells{safe, breaks, safe, breaks}, Misread: "it is kept as an unknown branch, on which code cannot act", Rule: diag.Rule{
		ID: "union-branch-added", Severity: diag.Warning, Title: "a union has a new branch", Meaning: "Older consumers have no type for the branch. Generated Go keeps it raw and cannot act on it; other readers fail.",
		Why: "Their switch over the branches has no case for it.", Bad: "Payment: {tag: kind, union: {card: Card, cash: Cash, voucher: Voucher}}   # voucher is new", Good: "PaymentVoucherUsed: a new event", Off: offUnread}},
	{Inverse: "union-branch-added", cells: cells{breaks, safe, breaks, safe}, Misread: "it is kept as an unknown branch, on which code cannot act", Rule: diag.Rule{
		ID: "union-branch-removed", Severity: diag.Warning, Title: "a union lost a branch", Meaning: "Old facts hold the branch, and code has no type for it any more.",
		Why: "Replay comes to facts that nothing handles.", Bad: "Payment: {tag: kind, union: {card: Card}}   # cash is gone", Good: "Payment: {tag: kind, union: {card: Card, cash: Cash}}", Off: "When no stored fact holds the branch."}},
	{Inverse: "union-tag-changed", cells: cells{breaks, breaks, breaks, breaks}, Rule: diag.Rule{
		ID: "union-tag-changed", Severity: diag.Warning, Title: "the tag of a union has another name", Meaning: "Readers look for the tag under its name, and find none.",
		Why: "Every fact breaks, at once.", Bad: "Payment: {tag: type, ...}   # was kind", Good: "Payment: {tag: kind, ...}", Off: offUnread}},
	{Inverse: "union-branch-retagged", cells: cells{breaks, breaks, breaks, breaks}, Misread: "it is kept as an unknown branch, on which code cannot act", Rule: diag.Rule{
		ID: "union-branch-retagged", Severity: diag.Warning, Title: "a branch of a union has another tag", Meaning: "Old facts hold the old tag, older consumers know only that.",
		Why: "The type is the same, and neither side finds it.", Bad: "union: {credit_card: Card}   # was card", Good: "union: {card: Card}", Off: offUnread}},
	{Inverse: "union-branches-reordered", Rule: diag.Rule{
		ID: "union-branches-reordered", Severity: diag.Info, Title: "branches of a union stand in another order", Meaning: "Branches are told apart by their tag.",
		Why: "Nothing depends on the order but docs.", Bad: "union: {b: B, a: A}", Good: "union: {a: A, b: B}", Off: "Always: it harms nobody."}},
	{Inverse: "union-opened", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "union-closed", Severity: diag.Info, Title: "a union refuses unknown branches now", Meaning: "They are refused on write, never on read: history replays. Validators refuse old facts with branches that the union does not name.",
		Why: "A closed union can never grow without breaking those who validate.", Bad: "Payment: {tag: kind, closed: true, ...}   # was open", Good: "Payment: {tag: kind, ...}", Off: "When no consumer validates payloads."}},
	{Inverse: "union-closed", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "union-opened", Severity: diag.Info, Title: "a union takes unknown branches now", Meaning: "Consumers that validate refuse branches that their closed union does not name.",
		Why: "Opening is right, but helps only once consumers are generated anew.", Bad: "Payment: {tag: kind, ...}   # was closed", Good: "Payment: {tag: kind, ...}   # open from the start", Off: "When no consumer validates payloads."}},
}

// limitRules judge constraints, which hold when events are written and never when history is read.
var limitRules = []Rule{
	{Inverse: "constraint-loosened", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "constraint-tightened", Severity: diag.Info, Title: "a constraint became tighter",
		Meaning: "Old facts that violate it still decode: constraints hold on write. Validators refuse them.",
		Why:     "In public registries, one change in seven would break replay for no reason but this.",
		Bad:     "text: {type: string, max_length: 100}   # was 8000, and consumers validate history", Good: "text: {type: string, max_length: 8000}", Off: "When no consumer validates payloads."}},
	{Inverse: "constraint-tightened", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "constraint-loosened", Severity: diag.Info, Title: "a constraint became looser",
		Meaning: "Consumers that validate refuse values that the old constraint did not allow.", Why: "Validators stand at the borders of teams.",
		Bad: "text: {type: string, max_length: 9000}   # was 8000", Good: "text: {type: string, max_length: 8000}, long_text: string?", Off: "When no consumer validates payloads."}},
	{Inverse: "constraint-changed", cells: cells{safe, safe, breaks, breaks}, Rule: diag.Rule{
		ID: "constraint-changed", Severity: diag.Info, Title: "a constraint allows other values than before",
		Meaning: "Each side allows what the other does not. Validators of either side refuse values of the other.", Why: "A constant that names the version of a schema is the usual case.",
		Bad: "schema: {type: string, const: \"2\"}   # was \"1\"", Good: "the version stands in the envelope, not in the payload", Off: "When no consumer validates payloads."}},
	{Inverse: "pattern-removed", cells: cells{safe, safe, breaks, safe}, Rule: diag.Rule{
		ID: "pattern-added", Severity: diag.Info, Title: "a string has to match a pattern now", Meaning: "Old facts that do not match still decode. Validators refuse them.",
		Why: "Patterns describe what people think the data looks like.", Bad: "sku: {type: string, pattern: \"^[A-Z]+$\"}", Good: "sku: string", Off: "When no consumer validates payloads."}},
	{Inverse: "pattern-added", cells: cells{safe, safe, safe, breaks}, Rule: diag.Rule{
		ID: "pattern-removed", Severity: diag.Info, Title: "a string no longer has to match a pattern", Meaning: "Consumers that validate refuse texts that do not match.",
		Why: "Validators stand at the borders of teams.", Bad: "sku: string   # had a pattern", Good: "sku: {type: string, pattern: \"^[A-Z]+$\"}", Off: "When no consumer validates payloads."}},
	{Inverse: "pattern-changed", cells: cells{safe, safe, breaks, breaks}, Rule: diag.Rule{
		ID: "pattern-changed", Severity: diag.Info, Title: "a pattern changed", Meaning: "Whether one pattern includes the other is not proved, so each side is taken to refuse some texts of the other.",
		Why: "Validators stand at the borders of teams.", Bad: "sku: {type: string, pattern: \"^[A-Z]{3}$\"}   # was {2}", Good: "sku: {type: string, pattern: \"^[A-Z]{2,3}$\"}", Off: "When the new pattern includes the old one; say so."}},
	{Inverse: "decimal-scale-changed", cells: cells{breaks, breaks, breaks, breaks}, Misread: "the digits that one side counts on are rounded or missing", Rule: diag.Rule{
		ID: "decimal-scale-changed", Severity: diag.Warning, Title: "the scale of a decimal changed",
		Meaning: "Decimals decode with any scale. Sums, columns and read models that were made for one scale round the other.",
		Why:     "Money disappears in roundings that nobody wrote.",
		Bad:     "amount: {type: decimal, scale: 4}   # was 2", Good: "2:\n  fields: {amount: {type: decimal, scale: 2}, amount_exact: {type: decimal?, scale: 4}}", Off: "When every consumer computes with any scale."}},
}
