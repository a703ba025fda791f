package jetstream

import (
	"context"

	"github.com/evgen/evgen/runtime/delivery"
)

// OpenLate opens a partition as Open does, and calls between when the durable consumer
// is made and nothing was asked of it yet.
func OpenLate(ctx context.Context, p delivery.Partition, after delivery.Offset, between func()) (delivery.Feed, error) {
	own := p.(*partition)
	consumer, err := own.consumer(ctx, after)
	if err != nil {
		return nil, err
	}
	between()
	f := newFeed(own.js, consumer, after, own.config.signs())
	return f, f.start()
}

// Replace makes the durable consumer of a partition anew, behind an offset.
func Replace(ctx context.Context, p delivery.Partition, after delivery.Offset) error {
	_, err := p.(*partition).consumer(ctx, after)
	return err
}
