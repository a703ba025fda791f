package diag

// Rule describes a rule id for people: the one source of `evgen explain`, of docs/rules.md and of SARIF's rule help.
type Rule struct {
	ID       string // stable, kebab-case: "event-past-tense"
	Title    string // one line, lower case: "event names are facts in the past tense"
	Severity Severity
	Meaning  string // what the rule looks at, a paragraph
	Why      string // why it matters to people who run event systems, a paragraph
	Code     string // the language of Bad and Good: "go"; schemas if empty
	Bad      string // a schema, or an edit of one, that the rule finds
	Good     string // the same, mended
	Off      string // when it is right to suppress it; empty where it cannot be suppressed
}
