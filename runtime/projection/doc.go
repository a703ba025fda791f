// Package projection keeps read models up to date with a store of events.
//
// In go a store, a database for read models, and projections as generated code
// declares them; out come tables in which every event has had its effect exactly
// once. A batch of events is one transaction: it moves the checkpoint first,
// fenced by the epoch of the owner's lease, and then writes rows, dead letters
// and whatever else the handler writes. Whoever was paused and lost the lease
// cannot commit; whoever crashes goes on where the last transaction ended.
//
// Handlers must be deterministic: what they write follows from the events alone,
// so that a replay from zero gives the same rows. A new version of a projection
// is built beside the old one and swapped in by one transaction.
//
// The package knows no SQL: [Database] is implemented by runtime/pgmodel and
// runtime/sqlitemodel. It starts nothing before [Runner.Run].
package projection
