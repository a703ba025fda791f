package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/evgen/evgen/runtime/delivery"
)

// feed reads a partition with a client of its own, which fetches ahead. Kafka
// delivers nothing again while a member is alive, however long a message takes.
type feed struct {
	partition *partition
	client    *kgo.Client
	through   delivery.Offset
	// failed is an error that came with the last messages.
	failed error
}

var _ delivery.Feed = (*feed)(nil)

// Fetch implements [delivery.Feed].
func (f *feed) Fetch(ctx context.Context, limit int) (delivery.Batch, error) {
	if f.failed != nil {
		return delivery.Batch{}, f.explain(ctx, f.failed)
	}
	fetches := f.client.PollRecords(ctx, limit)
	if ctx.Err() != nil {
		return delivery.Batch{}, ctx.Err()
	}
	for _, e := range fetches.Errors() {
		f.failed = errors.Join(f.failed, e.Err)
	}
	records := fetches.Records()
	if len(records) == 0 && f.failed != nil {
		return delivery.Batch{}, f.explain(ctx, f.failed)
	}
	return f.batch(records), nil
}

// batch leaves out what is not for us: the ends of transactions.
func (f *feed) batch(records []*kgo.Record) delivery.Batch {
	deliveries := make([]delivery.Delivery, 0, len(records))
	for _, r := range records {
		f.through = delivery.Offset(r.Offset + 1)
		if !r.Attrs.IsControl() {
			deliveries = append(deliveries, delivery.Delivery{Message: message(r), Offset: f.through})
		}
	}
	return delivery.Batch{Deliveries: deliveries, Through: f.through}
}

// explain tells messages that were dropped before they were read from other reasons.
func (f *feed) explain(ctx context.Context, err error) error {
	if errors.Is(err, kerr.OffsetOutOfRange) {
		if b, failed := f.partition.Bounds(ctx); failed == nil && b.First > f.through+1 {
			return gap(f.partition, f.through, b)
		}
	}
	return fmt.Errorf("read %s: %w", f.partition, err)
}

// Settle implements [delivery.Feed]. The broker refuses what is no longer this
// member's, as we do from the moment that work has returned: [ErrGivenUp]. Parked
// messages are in the database; Kafka need not know.
func (f *feed) Settle(ctx context.Context, through delivery.Offset, _ []delivery.Offset) error {
	if f.partition.givenUp.Load() {
		return fmt.Errorf("settle %s: %w", f.partition, ErrGivenUp)
	}
	topic := f.partition.source.topic
	next := kgo.EpochOffset{Epoch: -1, Offset: int64(through)}
	var failed error
	f.partition.client.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{topic: {f.partition.number: next}},
		func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, err error) {
			failed = commitError(resp, err)
		})
	if failed != nil {
		return fmt.Errorf("settle %s up to %d: %w", f.partition, through, failed)
	}
	return nil
}

func commitError(resp *kmsg.OffsetCommitResponse, err error) error {
	if err != nil {
		return err
	}
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			err = errors.Join(err, kerr.ErrorForCode(p.ErrorCode))
		}
	}
	return err
}

// Close implements [delivery.Feed].
func (f *feed) Close() error {
	f.client.Close()
	return nil
}
