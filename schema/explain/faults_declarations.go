package explain

// declarationFaults are found while names are bound.
func declarationFaults() []fault {
	return []fault{
		{"bad-name", "names survive on their way to Go, SQL and the wire", "Declared names begin with a capital letter, package and column names with a small one; then come letters, digits and `_`. Wire names may be any printable text."},
		{"duplicate-name", "a name is declared once in its package", "Types, aggregates, events and what stands on them become names of one Go package."},
		{"package-key-twice", "files of a package do not contradict each other", "`doc:` and `owner:` of a package stand in one of its files."},
		{"unknown-package", "packages that are named exist", "No schema file declares that package. The nearest name is given."},
		{"import-cycle", "packages do not import each other in a circle", "Go refuses circles of packages. Move what both need to a package of its own."},
		{"unknown-aggregate", "aggregates that are named exist", "`aggregate:` names nothing that is declared under `aggregates:` of the package."},
		{"bad-aggregate-id", "ids of aggregates fit into the name of a stream", "The id becomes part of the stream name, so it is a uuid, a string or an integer."},
		{"unknown-event", "events that are named exist", "No event of that name is declared."},
		{"key-beside-aggregate", "the stream of an aggregate orders its events", "An event of an aggregate has no ordering key of its own."},
		{"bad-key", "an ordering key is there in every event", "The key is a required text, whole number, UUID or enum: an event without it could not be put into any order."},
		{"wire-type-twice", "a wire type has one event", "A stored fact must have exactly one decoder. Former types, given by `was:`, count as well."},
		{"unknown-field", "fields that are named exist", "A path in a key, a rule or a projection leads nowhere. The nearest field is named."},
		{"not-a-struct", "paths end at scalars", "A path goes on behind a field that has no fields of its own."},
		{"no-versions", "events have a version", "`versions:` holds nothing. Start with `1: {fields: {...}}`."},
		{"bad-version", "versions are numbered 1, 2, 3", "The keys under `versions:` are positive whole numbers."},
		{"version-gap", "no version is missing", "Versions count 1, 2, 3 without holes. Facts of a version that was deleted may still be stored, and nothing could read them."},
		{"draft-not-last", "nothing follows a draft", "What comes after a draft would be built on sand: mark it `draft: true` as well, or finish the draft."},
		{"bad-subject", "a person is named by an identifier", "`subject:` names the field that says whose data it is: a text, a whole number or a UUID."},
		{"sealed-misplaced", "what may be erased is no key", "A field with a subject is sealed, and gone when the subject is erased. It names no subject, stream, row or saga, and it is not added up or shown in one column with the data of others."},
		{"subject-without-sensitive", "a subject belongs to sensitive data", "`subject:` says whose sensitive data a field is. Add `sensitive: true`."},
		{"not-declared-here", "what is to evolve is declared", "There is no event or type of that name to make another version of."},
	}
}
