// Package resolve binds the names of a schema tree.
//
// In: Documents, in any order. Out: a Model in which every name is bound, every version chain is
// whole, every literal fits its type and every upcast step has a rule for each field; or a report
// of all that stands against it. It never reads files and never changes a Document.
package resolve
