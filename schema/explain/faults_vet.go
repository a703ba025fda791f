package explain

// vetFaults keep evgen vet from judging.
func vetFaults() []fault {
	return []fault{
		{"not-judged", "what is to be judged can be judged", "A package does not compile, imports what is not there, needs such a package, or does not exist. In it nothing was looked for, so nothing was found. It cannot be suppressed."},
	}
}
