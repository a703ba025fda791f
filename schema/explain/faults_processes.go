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
		{"emits-retired", "retired events are not emitted", "A retired event is decoded but not produced any more. Emit its successor."},
		{"saga-without-steps", "sagas do something", "List the steps."},
		{"bad-duration", "durations are positive", "Write 90s, 10m, 2h30m or PT10M."},
	}
}
