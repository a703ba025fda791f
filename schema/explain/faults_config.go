package explain

// configFaults are found in evgen.yaml.
func configFaults() []fault {
	return []fault{
		{"path-outside", "paths stay within the module", "evgen reads and writes below the directory of go.mod only."},
		{"no-schema-dirs", "some schema directory is named", "Leave `schemas:` out for the default, schema/."},
		{"no-database", "some database is named", "Write `projections: [postgres]` or `[sqlite]`, leave the key out for both, or write `projections: false`."},
		{"no-such-directory", "schema directories exist", "Create it, or set `schemas:`."},
		{"unknown-word", "settings are among those that are known", "The message lists the words."},
		{"missing-setting", "entries are whole", "The entry has no meaning without that key."},
		{"bad-date", "dates exist", "Write a date such as 2027-01-31."},
		{"unknown-rule", "rules that are set exist", "A setting for a rule that does not exist sets nothing. The nearest id is named."},
		{"unknown-option", "options that are set exist", "The rule has no such option. The message lists those that it has."},
		{"bad-option", "options have a value that fits", "Limits are whole numbers from 0; lists hold names, in which `*` stands for any letters."},
	}
}
