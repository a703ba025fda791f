package explain

// processFaults are found in projections, reactions and sagas.
func processFaults() []fault {
	return []fault{
		{"projection-without-key", "rows have an identity", "Add `key: {id: $stream_id}`, or `handler: go` for a read model that is written by hand."},
		{"columns-beside-go", "hand-written read models declare no columns", "With `handler: go` columns would have no effect."},
		{"bad-handler", "handlers change something", "Write `delete`, `{set: {column: field}}` or `{add: {column: 1}}`."},
		{"assigns-key", "the key of a row does not change", "Choose another column."},
		{"column-not-scalar", "columns hold scalars", "A column's value is a field, a member of the envelope or a scalar."},
		{"column-type", "a column has one type", "Two events fill it with values of different types."},
		{"adds-non-number", "only numbers are added up", "Use `set:` for other values."},
		{"unknown-column", "indexed columns exist", "No event fills that column."},
		{"column-without-type", "columns hold something", "Null alone does not tell what a column holds. Set it from a field on some event, or to a literal."},
		{"row-key-type", "keys are the same in every database", "Numbers with a fraction, JSON, lists and times of day differ in how databases compare them. Choose a text, a whole number, a UUID, an enum, a bool, a date or a timestamp."},
		{"index-unordered", "indexed columns can be sorted", "Lists, mappings, bytes and `json` have no order that all databases share, and SQLite keeps decimals as text. Leave the column out of the index."},
		{"too-many-columns", "a table has at most 64 columns besides its key", "Changes of rows are folded in memory with one bit for each column. Split the projection."},
		{"nothing-begins-rows", "some event begins rows", "An event that sets less than another one only changes rows that are there. Where all do, no row comes to be: write `creates: true` at the event with which a row begins."},
		{"adds-to-nullable", "what is added to is never null", "Set the column from a required field or a number, or add to another column."},
		{"reserved-column", "columns have names of their own", "PostgreSQL and SQLite have columns of that name in every table. Choose another name."},
		{"reserved-table", "tables have names of their own", "Read models may share a database with the store and with the versions of each other. Rename the projection."},
		{"table-twice", "each projection has a table of its own", "The names of two projections give the same table, in one package or in two. Rename one of them."},
		{"emits-retired", "retired events are not emitted", "A retired event is decoded but not produced any more. Emit its successor."},
		{"saga-without-steps", "sagas do something", "List the steps."},
		{"step-without-deed", "steps do something, or wait for something", "With `do: false` a step consists of waiting. Say under `await:` for which event."},
		{"refuse-without-await", "what is waited for can come", "Events under `refuse:` make a step fail. Name under `await:` the one that completes it."},
		{"correlation-may-lack", "every event says to which saga it belongs", "The correlation key is what the events of one saga have in common. Choose a field that is neither optional nor nullable, or `$stream_id`."},
		{"correlation-misfit", "the events of a saga have one key", "A saga and an event that it waits for are matched by the texts of their keys. Those of a UUID and a number, say, are never equal."},
		{"bad-duration", "durations are positive and of a known length", "Write 90s, 10m, 2h30m or PT10M. Months and years have no fixed length."},
	}
}
