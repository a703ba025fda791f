package kafka

import (
	"context"
	"fmt"
	"slices"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/evgen/evgen/runtime/delivery"
)

// Sink writes to one topic, which must exist.
type Sink struct {
	topic string
	opts  []kgo.Opt
}

var _ delivery.Sink = (*Sink)(nil)

// NewSink checks opts and connects to nothing yet. They say where the brokers are,
// who we are, how batches are compressed and how long a transaction may take
// (kgo.TransactionTimeout: 40 s by default; until then a relay that died in the
// middle of one holds up those who read committed messages, unless another takes over
// before). Delivery, partitioning and the transactional id are settled here.
func NewSink(topic string, opts ...kgo.Opt) (*Sink, error) {
	s := &Sink{topic: topic, opts: opts}
	if err := kgo.ValidateOpts(s.options("evgen")...); err != nil {
		return nil, fmt.Errorf("sink to topic %s: %w", topic, err)
	}
	return s, nil
}

func (s *Sink) options(id string) []kgo.Opt {
	return append(slices.Clone(s.opts),
		kgo.DefaultProduceTopic(s.topic),
		kgo.RecordPartitioner(kgo.StickyKeyPartitioner(nil)), // that of Kafka's own clients
		kgo.RequiredAcks(kgo.AllISRAcks()),
		kgo.TransactionalID(id),
	)
}

// Open implements [delivery.Sink]. It blocks until the broker has ended what the
// owner before left open, fences it, and has said how far it had come.
func (s *Sink) Open(ctx context.Context, owner delivery.Owner) (delivery.Writer, error) {
	id := transactionalID(s.topic, owner)
	client, err := kgo.NewClient(s.options(id)...)
	if err != nil {
		return nil, fmt.Errorf("open topic %s: %w", s.topic, err)
	}
	w := &writer{client: client, topic: s.topic, id: id, first: owner.First, last: owner.Last}
	if err := w.begin(ctx); err != nil {
		client.Close()
		return nil, fmt.Errorf("open topic %s as %s: %w", s.topic, id, err)
	}
	return w, nil
}

// transactionalID is stable, so that whoever owns the shard next fences its predecessor.
func transactionalID(topic string, o delivery.Owner) string {
	return fmt.Sprintf("evgen.%s.%s.%d", topic, o.Relay, o.Shard)
}
