package delivery

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func sample(version int) runtime.Record {
	at := time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC)
	rec := runtime.Record{Data: []byte(`{}`)}
	rec.ID, rec.Type, rec.Version = uuid.New(), "orders.OrderShipped", 1
	rec.Stream, rec.StreamVersion = runtime.StreamOf("Order", "a"), runtime.StreamVersion(version)
	rec.Position = runtime.Position(1000 + version)
	rec.Correlation, rec.Causation, rec.OccurredAt, rec.RecordedAt = uuid.New(), uuid.New(), at, at
	return rec
}

func deliveryOf(t testing.TB, rec runtime.Record, at Offset) Delivery {
	t.Helper()
	m, err := Binary{Source: "/orders"}.Encode(&rec)
	if err != nil {
		t.Fatal(err)
	}
	return Delivery{m, at}
}

// batchOf is a batch of n messages behind an offset.
func batchOf(t testing.TB, after Offset, n int) Batch {
	t.Helper()
	b := Batch{Through: after + Offset(n)}
	for i := range n {
		at := after + Offset(i) + 1
		b.Deliveries = append(b.Deliveries, deliveryOf(t, sample(int(at)), at))
	}
	return b
}

// newInflow is an open one that is fed by hand.
func newInflow(opts ...Option) *inflow {
	c := newConfig(opts)
	return &inflow{config: &c, open: true, carrier: carrier{format: Binary{}, partition: "events"}}
}

// offsets reads what there is up to where the log ends.
func offsets(t testing.TB, f *inflow) (all []Offset) {
	t.Helper()
	f.mu.Lock()
	end := f.shown
	f.mu.Unlock()
	for rec, err := range f.Subscribe(context.Background(), 0, runtime.Filter{Until: runtime.Position(end)}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, Offset(rec.Position))
	}
	return all
}

func expectOffsets(t testing.TB, f *inflow, when string, want ...Offset) {
	t.Helper()
	if got := offsets(t, f); !reflect.DeepEqual(got, want) {
		t.Errorf("%s there are messages %v, want %v", when, got, want)
	}
}

func TestWhatComesDuringATransactionWaitsForTheNextOne(t *testing.T) {
	f := newInflow(WithWindow(4))
	f.enqueue(batchOf(t, 0, 1))
	expectOffsets(t, f, "at first", 1)
	f.enqueue(batchOf(t, 1, 2))
	expectOffsets(t, f, "during a transaction")
	f.enqueue(Batch{Through: 9}) // what is not delivered
	f.Applied(projection.Applied{Position: 1})
	expectOffsets(t, f, "after it", 2, 3)
	f.enqueue(batchOf(t, 9, 3))
	expectOffsets(t, f, "during the next one")
	f.enqueue(batchOf(t, 12, 1))
	expectOffsets(t, f, "when there is enough for a full one", 10, 11, 12, 13)
	f.Applied(projection.Applied{Position: 13})
	f.enqueue(Batch{Through: 20})
	f.enqueue(batchOf(t, 20, 1))
	expectOffsets(t, f, "behind what is not delivered", 21)
}

func TestConsumerThatStopsTakesWhatHasCome(t *testing.T) {
	f := newInflow(WithWindow(4))
	f.enqueue(batchOf(t, 0, 1))
	f.enqueue(batchOf(t, 1, 1))
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	f.drain(ended)
	expectOffsets(t, f, "at the end", 1, 2)
}

func TestCarriedRecordsComeBackAsTheyWere(t *testing.T) {
	c := carrier{format: Binary{}, partition: "events"}
	traced := sample(3)
	traced.Headers = map[string]string{AttrTraceParent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", headerPosition: "mine"}
	jump := sample(4)
	jump.Position += 100
	for i, rec := range []runtime.Record{sample(1), sample(2), traced, jump, sample(5)} {
		d := deliveryOf(t, rec, Offset(i+1))
		carried := c.carry(&d)
		if carried.Position != runtime.Position(i+1) {
			t.Errorf("record %d is carried at %d", i+1, carried.Position)
		}
		back, err := restored(Binary{}, carried)
		if err != nil || !reflect.DeepEqual(back, rec) {
			t.Errorf("record %d came back as %+v (%v), want %+v", i+1, back, err, rec)
		}
	}
}

func TestLetterOfAFormerReleaseStandsWhereItStoodInItsStore(t *testing.T) {
	letter := sample(7)
	want := letter
	letter.Position, letter.Headers = 3, map[string]string{headerPosition: "1007"}
	if got, err := restored(Binary{}, letter); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("restored as %+v (%v), want %+v", got, err, want)
	}
}

func TestOnlyWhatWasCommittedIsRecalled(t *testing.T) {
	f, stream := newInflow(), runtime.StreamOf("Order", "a")
	note := func(v runtime.StreamVersion) {
		f.recall.begin()
		f.recall.noted = map[runtime.StreamID]projection.Taken{stream: {Version: v}}
	}
	expect := func(when string, want runtime.StreamVersion) {
		t.Helper()
		f.recall.begin()
		if got := f.recall.known[stream].Version; got != want {
			t.Errorf("%s version %d is known, want %d", when, got, want)
		}
	}
	note(1)
	f.Applied(projection.Applied{Facts: 1})
	expect("after a commit", 1)
	note(2)
	note(2) // tried again
	f.Applied(projection.Applied{Facts: 1})
	expect("after a commit at the second attempt", 2)
	note(3)
	expect("after a transaction that was rolled back", 0)
	note(3)
	f.Applied(projection.Applied{}) // of letters, or of nothing
	expect("after a transaction that was rolled back, and another one", 0)
}
