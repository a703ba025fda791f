// Package mind is the domain of the example: what memories are, and what may
// become of them.
//
// In go commands and an event store; out come events, and memories folded from
// them. State follows from events alone: the package reads no clock and draws no
// id but through what [New] was given, prints nothing, and knows of no file.
package mind
