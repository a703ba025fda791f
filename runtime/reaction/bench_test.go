package reaction_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
)

// Reactions against bare appends: one event each, every one in a stream of its own, or
// over a hundred streams.

func BenchmarkReactionsOnPostgres(b *testing.B) { reactions(b, onPostgres(b)) }
func BenchmarkReactionsOnSQLite(b *testing.B)   { reactions(b, onSQLite(b)) }
func BenchmarkAppendsOnPostgres(b *testing.B)   { appends(b, onPostgres(b)) }
func BenchmarkAppendsOnSQLite(b *testing.B)     { appends(b, onSQLite(b)) }

// into names the stream of emission n, of so many.
func into(streams, n int) runtime.StreamID {
	if streams > 0 {
		n %= streams
	}
	return runtime.StreamOf("Shipment", fmt.Sprint(n))
}

func reactions[T any](b *testing.B, w *world[T]) {
	for _, streams := range []int{0, 100} {
		b.Run(fmt.Sprint("streams=", streams), func(b *testing.B) {
			before := len(w.all(orders.TypeOrderShipped))
			w.lots(b.N)
			id := fmt.Sprintf("shipping_%d_%d", streams, b.N)
			handle := func(_ context.Context, f *projection.Fact) ([]reaction.Emission, error) {
				return []reaction.Emission{{Stream: into(streams, int(f.Position)), Event: orders.OrderShipped{Carrier: "post"}}}, nil
			}
			head, _, err := w.store.Head(w.ctx)
			check(b, err)
			b.ResetTimer()
			stop := w.run(w.db, []projection.Projection[T]{
				reaction.New(id, []string{orders.TypeOrderPlaced}, w.append, handle, reaction.From(head-runtime.Position(b.N))),
			})
			w.until("the reaction is at the end", func() bool {
				at, err := w.position(id)
				return err == nil && at >= head
			})
			b.StopTimer()
			stop()
			if n := len(w.all(orders.TypeOrderShipped)) - before; n != b.N {
				b.Fatalf("%d events follow from %d", n, b.N)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func appends[T any](b *testing.B, w *world[T]) {
	b.Run("one after the other", func(b *testing.B) {
		for n := range b.N {
			_, err := w.store.Append(w.ctx, into(0, n), runtime.ExpectAny(), runtime.Root().WithCommand(uuid.New()), orders.OrderShipped{Carrier: "post"})
			check(b, err)
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("64 at once", func(b *testing.B) {
		b.SetParallelism(32) // times two processors
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				_, err := w.store.Append(w.ctx, orders.OrderStream(uuid.New()), runtime.ExpectAny(), runtime.Root().WithCommand(uuid.New()), orders.OrderShipped{Carrier: "post"})
				if err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
	})
}

// lots appends n orders.
func (w *world[T]) lots(n int) {
	for n > 0 {
		some := min(n, 500)
		events := make([]runtime.Event, some)
		for i := range events {
			events[i] = orders.OrderPlaced{Customer: "Ada", AmountCents: 1, Currency: "EUR"}
		}
		_, err := w.store.Append(w.ctx, orders.OrderStream(uuid.New()), runtime.ExpectAny(), runtime.Root(), events...)
		check(w.t, err)
		n -= some
	}
}
