package explain

// importFaults are found in schemas of other languages.
func importFaults() []fault {
	return []fault{
		{"import-not-utf8", "imported files are UTF-8", "Anything else would be replaced in silence."},
		{"import-not-json", "imported files are JSON or named as YAML", "Name a YAML file .yaml or .yml."},
		{"import-not-yaml", "imported YAML can be read", "The file is named as YAML, or cannot be JSON, and is not YAML either."},
		{"import-not-schema", "imported values are schemas", "A JSON Schema is an object, or true or false within one."},
		{"import-not-object", "imported events are objects", "An event is a struct. Wrap the value in an object with one property."},
		{"import-duplicate-version", "a version is imported once", "Two files claim to be the same version of the same event."},
		{"import-bad-package", "the package name can be one", "It becomes the name of a Go package: lower-case letters and digits."},
		{"import-bad-event-name", "an event gets the name that was asked for", "A name is for one event, in the form OrderPlaced; import one event at a time."},
		{"import-nothing", "there is something to import", "No input holds an event."},
		{"import-loss", "what an import cannot keep is said", "What the language of the source can say and that of evgen cannot is reported loss by loss, never dropped in silence."},
	}
}
