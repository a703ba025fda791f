package kafka

import (
	"context"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
)

// partition is one that the group has given to this member.
type partition struct {
	source *Source
	// client is the group's.
	client *kgo.Client
	number int32
	// givenUp says that no more is committed: the group gives the partition on.
	givenUp atomic.Bool
}

var _ delivery.Partition = (*partition)(nil)

// Name implements [delivery.Partition].
func (p *partition) Name() string { return "p" + strconv.Itoa(int(p.number)) }

// What ListOffsets understands by a time.
const (
	earliest = -2
	latest   = -1
)

// Bounds implements [delivery.Partition]. The last offset is that of what is
// committed; Life is the topic's id.
func (p *partition) Bounds(ctx context.Context) (delivery.Bounds, error) {
	life, err := p.life(ctx)
	if err != nil {
		return delivery.Bounds{}, fmt.Errorf("bounds of %s: %w", p, err)
	}
	first, err := p.offsetAt(ctx, earliest)
	if err != nil {
		return delivery.Bounds{}, fmt.Errorf("first offset of %s: %w", p, err)
	}
	next, err := p.offsetAt(ctx, latest)
	if err != nil {
		return delivery.Bounds{}, fmt.Errorf("last offset of %s: %w", p, err)
	}
	return delivery.Bounds{First: delivery.Offset(first + 1), Last: delivery.Offset(next), Life: life}, nil
}

func (p *partition) String() string {
	return fmt.Sprintf("partition %d of topic %s", p.number, p.source.topic)
}

// life tells the topic from another one of its name.
func (p *partition) life(ctx context.Context) (string, error) {
	topic := kmsg.NewMetadataRequestTopic()
	topic.Topic = &p.source.topic
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{topic}
	resp, err := req.RequestWith(ctx, p.client)
	if err != nil {
		return "", err
	}
	if len(resp.Topics) != 1 {
		return "", kerr.UnknownTopicOrPartition
	}
	return fmt.Sprintf("%x", resp.Topics[0].TopicID), kerr.ErrorForCode(resp.Topics[0].ErrorCode)
}

// offsetAt asks the broker, in Kafka's count from 0.
func (p *partition) offsetAt(ctx context.Context, timestamp int64) (int64, error) {
	asked := kmsg.NewListOffsetsRequestTopicPartition()
	asked.Partition, asked.Timestamp = p.number, timestamp
	topic := kmsg.NewListOffsetsRequestTopic()
	topic.Topic, topic.Partitions = p.source.topic, []kmsg.ListOffsetsRequestTopicPartition{asked}
	req := kmsg.NewPtrListOffsetsRequest()
	req.IsolationLevel, req.Topics = 1, []kmsg.ListOffsetsRequestTopic{topic}
	resp, err := req.RequestWith(ctx, p.client)
	if err != nil {
		return 0, err
	}
	if len(resp.Topics) != 1 || len(resp.Topics[0].Partitions) != 1 {
		return 0, kerr.UnknownTopicOrPartition
	}
	answer := resp.Topics[0].Partitions[0]
	return answer.Offset, kerr.ErrorForCode(answer.ErrorCode)
}

// Open implements [delivery.Partition]. Messages behind after that are no longer kept
// are a *[runtime.RetentionGapError]; from 0, a feed begins with what there is.
func (p *partition) Open(ctx context.Context, after delivery.Offset) (delivery.Feed, error) {
	bounds, err := p.Bounds(ctx)
	if err != nil {
		return nil, err
	}
	if after == 0 {
		after = bounds.First - 1
	}
	if bounds.First > after+1 {
		return nil, gap(p, after, bounds)
	}
	client, err := kgo.NewClient(p.source.feedOptions(p.number, int64(after))...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", p, err)
	}
	return &feed{partition: p, client: client, through: after}, nil
}

func gap(p *partition, after delivery.Offset, b delivery.Bounds) error {
	return fmt.Errorf("read %s: %w", p, &runtime.RetentionGapError{
		After: runtime.Position(after), FirstKept: runtime.Position(b.First),
	})
}
