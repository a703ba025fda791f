// Package faults breaks what a store and its read models stand on, and says whether
// they held.
//
// In goes a PostgreSQL server: [Proxy] stands in front of it and cuts links at a
// chosen statement, [Child] is a process to be killed. Out comes a verdict: a
// [Witness] notes what writers were told of each event, a [Reading] what a reader saw,
// and [Truth], read from the table by plain SQL, is compared with both, and with the
// rows of a read model. The judges know nothing of the store that they judge, and
// nothing here is part of any program.
package faults
