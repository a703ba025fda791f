package kafka

import (
	"context"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/runtime/delivery"
)

// A mark is kept as the metadata of an offset of the group that has the name of the
// transactional id, at markPartition of the topic. The offset is the position, so
// that Kafka's own tools show it.
const markPartition = 0

// markText also says which slots the mark is about.
func (w *writer) markText(m delivery.Mark) string {
	return fmt.Sprintf("%d-%d %s", w.first, w.last, m)
}

// parseMark returns the zero mark if text is not about all slots of this shard:
// shards were joined since.
func (w *writer) parseMark(text string) (delivery.Mark, error) {
	if text == "" {
		return delivery.Mark{}, nil
	}
	slots, mark, _ := strings.Cut(text, " ")
	var first, last int
	if _, err := fmt.Sscanf(slots, "%d-%d", &first, &last); err != nil {
		return delivery.Mark{}, fmt.Errorf("mark %q: %w", text, err)
	}
	if first > w.first || last < w.last {
		return delivery.Mark{}, nil
	}
	return delivery.ParseMark(mark)
}

// remember makes m part of the transaction.
func (w *writer) remember(ctx context.Context, m delivery.Mark) error {
	id, epoch, err := w.client.ProducerID(ctx)
	if err != nil {
		return fmt.Errorf("remember mark %s: %w", m, err)
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = w.id, id, epoch, w.id
	added, err := add.RequestWith(ctx, w.client)
	if err == nil {
		err = kerr.ErrorForCode(added.ErrorCode)
	}
	if err == nil {
		err = w.commitMark(ctx, id, epoch, m)
	}
	if err != nil {
		return fmt.Errorf("remember mark %s: %w", m, err)
	}
	return nil
}

func (w *writer) commitMark(ctx context.Context, id int64, epoch int16, m delivery.Mark) error {
	text := w.markText(m)
	partition := kmsg.NewTxnOffsetCommitRequestTopicPartition()
	partition.Partition, partition.Offset, partition.Metadata = markPartition, int64(m.Position), &text
	topic := kmsg.NewTxnOffsetCommitRequestTopic()
	topic.Topic, topic.Partitions = w.topic, []kmsg.TxnOffsetCommitRequestTopicPartition{partition}
	req := kmsg.NewPtrTxnOffsetCommitRequest()
	req.TransactionalID, req.Group, req.ProducerID, req.ProducerEpoch = w.id, w.id, id, epoch
	req.Topics = []kmsg.TxnOffsetCommitRequestTopic{topic}
	resp, err := req.RequestWith(ctx, w.client)
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return err
			}
		}
	}
	return nil
}

// recall returns the mark of the last transaction that was committed.
func (w *writer) recall(ctx context.Context) (delivery.Mark, error) {
	resp, err := recallRequest(w.id, w.topic).RequestWith(ctx, w.client)
	if err == nil {
		err = kerr.ErrorForCode(resp.ErrorCode)
	}
	if isOneOf(err, kerr.GroupIDNotFound) {
		return delivery.Mark{}, nil // nothing was ever written, or it was long ago
	}
	if err != nil {
		return delivery.Mark{}, fmt.Errorf("recall mark: %w", err)
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
				return delivery.Mark{}, fmt.Errorf("recall mark: %w", err)
			}
			if p.Metadata != nil {
				return w.parseMark(*p.Metadata)
			}
		}
	}
	return delivery.Mark{}, nil
}

// recallRequest asks for what is certain: a transaction that is about to end fails it.
func recallRequest(group, topic string) *kmsg.OffsetFetchRequest {
	t := kmsg.NewOffsetFetchRequestTopic()
	t.Topic, t.Partitions = topic, []int32{markPartition}
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group, req.Topics, req.RequireStable = group, []kmsg.OffsetFetchRequestTopic{t}, true
	return req
}
