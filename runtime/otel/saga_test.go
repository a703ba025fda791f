package otel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/codes"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// shipping is a saga that charges, calls a bank for it, and cannot ship: "asleep" tries
// again in an hour.
func (w *world) shipping() saga.Definition {
	return saga.Definition{
		ID: "shipping", Digest: "1", Start: orders.TypeOrderShipped, Key: func(f *projection.Fact) string { return f.Stream.ID() },
		Steps: []saga.Step{
			{Name: "charge", Do: func(ctx context.Context, _ *saga.Run) error {
				_, span := w.tracer.Start(ctx, "call bank")
				span.End()
				return nil
			}, Compensate: func(context.Context, *saga.Run) error { return nil }},
			{Name: "ship", Retry: saga.Retry{Attempts: 2, Base: time.Hour, Backoff: saga.Fixed}, Do: func(_ context.Context, r *saga.Run) error {
				err := errors.New("secret")
				if r.ID != "asleep" {
					err = saga.Permanent(err)
				}
				return err
			}},
		},
	}
}

// ships runs the saga for what is ordered.
func (w *world) ships(t *testing.T) *sqlitesaga.DB {
	t.Helper()
	db, nowhere := sqlitesaga.New(w.db), func(context.Context, tx, []runtime.Appending) ([]runtime.Appended, error) { return nil, nil }
	worker, err := saga.NewWorker(w.store, db, w.registry, nowhere, w.shipping(), saga.WithObserver(w), saga.WithLogger(slog.New(slog.DiscardHandler)))
	check(t, "new worker", err)
	r, err := projection.NewRunner(w.store, projection.Database[tx](w.db), w.registry, []projection.Projection[tx]{worker.Starter()}, quick()...)
	check(t, "new runner", err)
	check(t, "set up", w.db.Setup(t.Context()))
	check(t, "set up sagas", db.Setup(t.Context()))
	background(t, r.Run)
	background(t, worker.Run)
	return db
}

func TestStepsOfASagaContinueTheTraceOfItsStart(t *testing.T) {
	w := newWorld(t)
	w.ships(t)
	request := w.order(t, "1")
	await.Until(t, "the spans", func() bool { return len(w.named("compensate shipping.charge")) == 1 })
	for name, parent := range map[string]string{
		"step shipping.charge": "request 1", "step shipping.ship": "request 1", "compensate shipping.charge": "request 1", "call bank": "step shipping.charge",
	} {
		found := w.named(name)
		if len(found) != 1 || found[0].SpanContext.TraceID() != request.TraceID() || found[0].Parent.SpanID() != w.named(parent)[0].SpanContext.SpanID() {
			t.Errorf("%d spans %q, want one in the trace of the request, below %q", len(found), name, parent)
		}
	}
	failed := w.named("step shipping.ship")[0]
	if len(failed.Links) != 1 || failed.Links[0].SpanContext.SpanID() != request.SpanID() || failed.Status.Code != codes.Error {
		t.Errorf("span %+v", failed)
	}
	want := map[string]string{"evgen.saga": "shipping", "evgen.saga.id": "1", "evgen.saga.step": "ship", "evgen.saga.kind": "forward", "evgen.saga.attempt": "1",
		"evgen.event.type": orders.TypeOrderShipped, "error.type": "errors.errorString"}
	for name, value := range want {
		if got := attributes(failed.Attributes)[name]; got != value {
			t.Errorf("attribute %s is %q, want %q", name, got, value)
		}
	}
	if all := fmt.Sprint(w.spans.GetSpans()); strings.Contains(all, "secret") {
		t.Error("a span tells what an error says, or a payload")
	}
}

func TestMetricsOfSagas(t *testing.T) {
	w := newWorld(t)
	db := w.ships(t)
	_, err := w.WatchSagas(db)
	check(t, "watch", err)
	w.order(t, "1")
	w.order(t, "asleep")
	const ship = " evgen.saga=shipping evgen.saga.kind=forward"
	await.Until(t, "the metrics", func() bool {
		now := w.counted(t)
		_, late := now["evgen.saga.late evgen.saga=shipping evgen.saga.state=running"]
		return late && now["evgen.sagas evgen.saga=shipping evgen.saga.state=running"] == 1 &&
			now["evgen.saga.retries"+ship+" evgen.saga.step=ship"] == 1 &&
			now["evgen.saga.transitions evgen.outcome=done"+ship+" evgen.saga.state=running evgen.saga.step=charge"] == 2 &&
			now["evgen.saga.transitions evgen.outcome=gave_up"+ship+" evgen.saga.state=compensating evgen.saga.step=ship"] == 1 &&
			now["evgen.saga.step.duration"+ship+" evgen.saga.step=charge"] == 2 &&
			now["evgen.saga.step.duration error.type=errors.errorString"+ship+" evgen.saga.step=ship"] == 2
	})
}
