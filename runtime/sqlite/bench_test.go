package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/sqlite"
)

// placed has about 300 bytes of payload.
func placed() runtime.Event {
	return sampleevents.OrderPlaced{Customer: strings.Repeat("Ada ", 60), AmountCents: 4200, Currency: "EUR"}
}

func batchOf(n int) []runtime.Event {
	events := make([]runtime.Event, n)
	for i := range events {
		events[i] = placed()
	}
	return events
}

func BenchmarkAppend(b *testing.B) {
	for _, sync := range []sqlite.Synchronous{sqlite.Full, sqlite.Normal} {
		for _, size := range []int{1, 100} {
			b.Run(fmt.Sprintf("%s/batch=%d", sync, size), func(b *testing.B) {
				s := open(b, filepath.Join(b.TempDir(), "events.db"), sqlite.WithSynchronous(sync))
				events := batchOf(size)
				b.ReportAllocs()
				for b.Loop() {
					appendNew(b, s, events)
				}
				b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "events/s")
			})
		}
		b.Run(string(sync)+"/writers=16", func(b *testing.B) {
			s := open(b, filepath.Join(b.TempDir(), "events.db"), sqlite.WithSynchronous(sync))
			events := batchOf(1)
			b.SetParallelism(8)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					appendNew(b, s, events)
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		})
	}
}

func appendNew(b *testing.B, s runtime.Store, events []runtime.Event) {
	_, err := s.Append(context.Background(), sampleevents.OrderStream(uuid.New()), runtime.ExpectNew(), runtime.Root(), events...)
	if err != nil {
		b.Error(err)
	}
}

func BenchmarkReadAll(b *testing.B) {
	const total = 50_000
	s := open(b, filepath.Join(b.TempDir(), "events.db"), sqlite.WithSynchronous(sqlite.Normal))
	for range total / 100 {
		appendNew(b, s, batchOf(100))
	}
	b.ReportAllocs()
	var n atomic.Int64
	for b.Loop() {
		for _, err := range s.ReadAll(context.Background(), 0, runtime.Filter{}) {
			if err != nil {
				b.Fatal(err)
			}
			n.Add(1)
		}
	}
	b.ReportMetric(float64(n.Load())/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkLoad(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "events.db"), sqlite.WithSynchronous(sqlite.Normal))
	stream := sampleevents.OrderStream(uuid.New())
	if _, err := s.Append(context.Background(), stream, runtime.ExpectNew(), runtime.Root(), batchOf(20)...); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, err := range s.Load(context.Background(), stream) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
