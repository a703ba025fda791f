package runtime_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/memstore"
)

// tick is an event whose codec costs nothing, so that what is measured is the runtime.
type tick struct{ N int64 }

func (tick) EventType() string                     { return "bench.Tick" }
func (tick) EventVersion() int                     { return 1 }
func (tick) Validate() error                       { return nil }
func (tick) AppendJSON(dst []byte) ([]byte, error) { return append(dst, `{}`...), nil }
func decodeTick([]byte) (runtime.Event, error)     { return tick{}, nil }
func tickSchema() *runtime.Schema {
	return &runtime.Schema{Events: []runtime.EventSchema{{
		Type: "bench.Tick", Versions: []runtime.VersionSchema{{Number: 1, Decode: decodeTick}},
	}}}
}

func BenchmarkLoadAs(b *testing.B) {
	store, schema, stream := memstore.New(), tickSchema(), runtime.StreamOfUUID("Bench", uuid.New())
	for range 1000 {
		if _, err := store.Append(b.Context(), stream, runtime.ExpectAny(), runtime.Root(), tick{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		for _, err := range runtime.LoadAs[tick](b.Context(), store, schema, stream) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "events/s")
}

func BenchmarkNewBatch(b *testing.B) {
	stream, events, cause := runtime.StreamOfUUID("Bench", uuid.New()), []runtime.Event{tick{}}, runtime.Root()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := runtime.NewBatch(b.Context(), stream, runtime.ExpectNew(), cause, events); err != nil {
			b.Fatal(err)
		}
	}
}
