// Package jetstream brings events to NATS JetStream and back: it implements
// delivery.Sink and delivery.Source.
//
// # Writing
//
// A stream of JetStream belongs to one shard of one relay. Each message names the
// one that it expects to follow, so that the server itself keeps the order: many
// are under way at once, and if one is not stored, none behind it is. Two owners of a
// shard cannot both write, nor can one event stand there twice, however long ago it
// was written: the server's window of recognised ids is not relied on. Only after
// shards were joined what stands behind their checkpoint is written again, and
// consumers pass over it. If somebody else
// publishes to the stream the relay goes on, more slowly.
//
// # Reading
//
// A partition is a stream, read by a durable pull consumer with explicit
// acknowledgement. What was read is what the database says: whoever takes a
// partition over makes the durable consumer anew behind its checkpoint, so that
// messages which another process still holds are not delivered out of their order.
//
// The package starts nothing before it is opened, and closes no connection of the caller's.
package jetstream
