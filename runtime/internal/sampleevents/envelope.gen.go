package sampleevents

import (
	"context"
	"iter"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
)

// Envelope is an event of this package with what is known about it.
type Envelope = runtime.Envelope[Event]

// CategoryOrder is the category of the streams of Order: One purchase.
const CategoryOrder = "Order"

// OrderStream names the stream of one Order.
func OrderStream(id uuid.UUID) runtime.StreamID {
	return runtime.StreamOfUUID(CategoryOrder, id)
}

// Load yields the events of one stream, upcast to their newest versions; see
// [runtime.LoadAs] for the errors.
func Load(ctx context.Context, store runtime.Loader, stream runtime.StreamID, opts ...runtime.LoadOption) iter.Seq2[Envelope, error] {
	return runtime.LoadAs[Event](ctx, store, &schema, stream, opts...)
}

// Decode turns records, all of this package, into events of their newest
// versions; see [runtime.Decode] for the errors.
func Decode(records iter.Seq2[runtime.Record, error]) iter.Seq2[Envelope, error] {
	return runtime.Decode[Event](&schema, records)
}
