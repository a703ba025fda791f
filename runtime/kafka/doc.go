// Package kafka brings events to Kafka and back: it implements delivery.Sink and
// delivery.Source with franz-go.
//
// # Writing
//
// A message's key is its stream, so that a stream has one partition and keeps its
// order for as long as the topic keeps its number of partitions. Each call of Write
// is a transaction, under an id that belongs to the shard of the relay: the broker
// fences whoever wrote under it before. In the same transaction the mark of the last
// message is committed, as an offset of a group that has the id's name and no
// members. So the broker knows how far a shard has come, to the message: after a
// crash nothing is sent twice and nothing is passed over. Readers see messages when
// their transaction is committed, if they read committed ones only, as [Source] does.
//
// The credentials must be allowed to write to the topic, and to use transactional ids
// and groups whose names begin with "evgen.". Brokers forget a group that rests for
// offsets.retention.minutes, 7 days by default; then the relay's checkpoint alone counts.
//
// # Reading
//
// The group decides who reads which partition; where reading begins is what the
// database says. The group's committed offsets follow, for tools that show lag, and
// are never read. A partition that is taken away is given on when what is in flight
// has been finished or rolled back: nothing of it is committed afterwards.
//
// The package starts nothing before it is opened, and what it starts ends with it.
package kafka
