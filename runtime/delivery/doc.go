// Package delivery brings stored events to a broker, and from a broker into a
// database.
//
// A [Relay] is a projection whose effect is a message: a runner of
// runtime/projection leases its shards, remembers how far it has come and keeps
// others from interfering. What goes out is the record as it is stored; nothing
// is decoded on the way. A [Consumer] is the opposite: it reads the partitions of
// a broker as a runner reads a store, so that its effects, what it remembers of
// streams and its offset are one transaction, and what fails becomes a dead letter
// in the same ledger.
//
// The package knows no broker: runtime/jetstream and runtime/kafka implement
// [Sink] and [Source]. It starts nothing before Run.
//
// # What is promised
//
//   - A record is in the broker before the relay's checkpoint passes it. Records of
//     one stream stand there in their order, each once: a relay that takes over
//     goes on behind the [Mark] of the last message, not only behind its checkpoint.
//   - The effect of a message takes place once, however often the broker delivers
//     it, and in the order of its stream's versions.
//   - A broker that cannot be reached delays; it never makes a dead letter.
package delivery
