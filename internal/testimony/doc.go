// Package testimony says whether a store, and a read model of it, held under faults.
//
// In goes what a [Witness] noted of each event that a writer intended, and what it was
// told of it, what a [Reading] saw, and the [Truth]: all that is there, read by whatever
// way a test trusts. Out comes a [Verdict]. The judges know nothing of the store that
// they judge, open no file and no connection, and nothing here is part of any program.
package testimony
