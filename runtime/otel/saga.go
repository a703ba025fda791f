package otel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/evgen/evgen/runtime/saga"
)

var _ saga.StepObserver = (*Observer)(nil)

// stepOf are the attributes of a step of a saga.
func stepOf(name, step string, kind saga.Kind) []attribute.KeyValue {
	return []attribute.KeyValue{
		attribute.String("evgen.saga", name), attribute.String("evgen.saga.step", step), attribute.String("evgen.saga.kind", string(kind)),
	}
}

// BeforeStep implements [saga.StepObserver]: an attempt is a span in the trace of the
// event that began the saga.
func (o *Observer) BeforeStep(ctx context.Context, b saga.Beginning) (context.Context, func(error)) {
	start, set, span := time.Now(), stepOf(b.Saga, b.Step, b.Kind), trace.SpanFromContext(context.Background())
	if cause := causeOf(b.Start); cause.IsSampled() {
		name := "step "
		if b.Kind == saga.Compensate {
			name = "compensate "
		}
		ctx, span = o.tracer.Start(trace.ContextWithRemoteSpanContext(ctx, cause), name+b.Saga+"."+b.Step,
			trace.WithLinks(trace.Link{SpanContext: cause}), trace.WithAttributes(set...), trace.WithAttributes(
				attribute.String("evgen.saga.id", b.ID), attribute.Int("evgen.saga.attempt", b.Attempt),
				attribute.String("messaging.message.conversation_id", b.Start.Correlation.String()), attribute.String("evgen.event.type", b.Start.Type)))
	}
	return ctx, func(err error) {
		if err != nil {
			set = append(set, kind(err))
		}
		o.steps.Record(ctx, seconds(start), metric.WithAttributes(set...))
		end(span, err)
	}
}

// Moved implements [saga.Observer].
func (o *Observer) Moved(m saga.Moved) {
	ctx, set := context.Background(), stepOf(m.Saga, m.Entry.Step, m.Entry.Kind)
	if m.Entry.Outcome == saga.Failed {
		o.stepRetries.Add(ctx, 1, metric.WithAttributes(set...))
	}
	o.transitions.Add(ctx, 1, metric.WithAttributes(append(set,
		attribute.String("evgen.outcome", string(m.Entry.Outcome)), attribute.String("evgen.saga.state", string(m.To)))...))
}

// WatchSagas tells, each time metrics are collected, how many sagas are open, or could
// not be undone, by their states, and for how long that one has been due which is due
// longest. One process of a service is enough. It reads those sagas then; an error is
// given to the SDK's handler of errors. The registration ends it.
func (o *Observer) WatchSagas(db saga.Control) (metric.Registration, error) {
	m := making{meter: o.meter}
	sagas := m.gauge("evgen.sagas", "{saga}", "Sagas that are open, or could not be undone, by state.")
	late := m.gaugeOf("evgen.saga.late", "s", "For how long a saga has been due that no worker has taken up.")
	if m.err != nil {
		return nil, m.err
	}
	return o.meter.RegisterCallback(func(ctx context.Context, out metric.Observer) error {
		all, err := db.Backlog(ctx)
		for _, b := range all {
			set := metric.WithAttributes(attribute.String("evgen.saga", b.Saga), attribute.String("evgen.saga.state", string(b.State)))
			out.ObserveInt64(sagas, int64(b.Sagas), set)
			out.ObserveFloat64(late, b.Late.Seconds(), set)
		}
		return err
	}, sagas, late)
}
