package explain

// generationFaults are found while Go names are chosen and files are compared.
func generationFaults() []fault {
	return []fault{
		{"go-name-collision", "names differ in Go", "Two names of the schema become one Go name, such as `+1` and `plus_1`. Set `go:` at one of them."},
		{"go-name-missing", "names have a form in Go", "A name without a letter or digit has none. Set `go:`."},
		{"go-package-name", "packages have a name that Go can import", "Keywords, main and names that Go reserves cannot be imported."},
		{"not-generated", "what is asked for can be made", "This version does not generate it, and says so where others would do nothing."},
		{"stale-file", "generated files are what the schemas say", "Somebody changed the schema and did not generate, or edited what is generated. Run `evgen generate`."},
	}
}
