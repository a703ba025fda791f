// Package saga runs processes of several steps that are undone if they cannot be
// finished.
//
// In go definitions, as generated code declares them, and the events that begin
// sagas; out come steps that were taken in order, or compensated in reverse, and a
// ledger that says which. One row per saga is the state machine and the work
// queue: workers claim rows that are due, run one step outside any transaction,
// and commit its outcome in one transaction: the new state, a line of the ledger,
// the events that the step emits, and the claim of the next step. A version that
// every transition raises is the fence: whoever was paused while another one took
// over cannot commit.
//
// A step runs at least once and is committed once: it must be idempotent by
// [Run.Key]. Times are the database's.
//
// The package knows no SQL: [Database] is implemented by runtime/pgsaga and
// runtime/sqlitesaga. It starts nothing before [Worker.Run].
package saga
