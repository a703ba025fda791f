package otel

import (
	"context"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// Trace writes the span of ctx into the headers that the events of c will have, so
// that what they lead to continues its trace.
func Trace(ctx context.Context, c runtime.Cause) runtime.Cause {
	carrier := propagation.MapCarrier{}
	propagation.TraceContext{}.Inject(ctx, carrier)
	for name, value := range carrier {
		c = c.WithHeader(name, value)
	}
	return c
}

// Context returns ctx with the span that an event was recorded in as its parent, for
// handlers that begin spans of their own. It is ctx if the event names none.
func Context(ctx context.Context, m *runtime.Meta) context.Context {
	if m.Headers["traceparent"] == "" {
		return ctx
	}
	return propagation.TraceContext{}.Extract(ctx, propagation.MapCarrier(m.Headers))
}

// causeOf returns the span that an event was recorded in; not valid if it names none.
func causeOf(m *runtime.Meta) trace.SpanContext {
	return trace.SpanContextFromContext(Context(context.Background(), m))
}

// end ends a span with an outcome.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetAttributes(kind(err))
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// BeforeAppend implements [runtime.AppendObserver].
func (o *Observer) BeforeAppend(ctx context.Context, stream runtime.StreamID, events int) (context.Context, func(runtime.Appended, error)) {
	start := time.Now()
	ctx, span := o.tracer.Start(ctx, "append "+stream.Category(), trace.WithAttributes(
		attribute.String("evgen.stream", stream.String()), attribute.Int("evgen.events", events)))
	return ctx, func(done runtime.Appended, err error) {
		set := []attribute.KeyValue{attribute.String("evgen.category", stream.Category())}
		if err != nil {
			set = append(set, kind(err))
		} else {
			span.SetAttributes(attribute.Int64("evgen.position", int64(done.Position)), attribute.Bool("evgen.duplicate", done.Duplicate))
		}
		o.appended.Record(ctx, seconds(start), metric.WithAttributes(set...))
		end(span, err)
	}
}

// every lets one of a number through.
type every struct {
	of uint64
	n  atomic.Uint64
}

// next reports whether it is the turn of one.
func (e *every) next() bool { return e.of > 0 && e.n.Add(1)%e.of == 0 }

// AfterDecode implements [runtime.DecodeObserver].
func (o *Observer) AfterDecode(m *runtime.Meta, took time.Duration, err error) {
	set := []attribute.KeyValue{attribute.String("evgen.event.type", m.Type)}
	if err != nil {
		set = append(set, kind(err))
	}
	o.decoded.Record(context.Background(), took.Seconds(), metric.WithAttributes(set...))
	if m.Headers["traceparent"] == "" || !o.decodings.next() {
		return
	}
	cause := causeOf(m)
	if !cause.IsSampled() {
		return
	}
	now := time.Now()
	_, span := o.tracer.Start(trace.ContextWithRemoteSpanContext(context.Background(), cause), "decode "+m.Type,
		trace.WithTimestamp(now.Add(-took)), trace.WithAttributes(attribute.Int("evgen.event.version", m.Version)))
	if err != nil {
		span.SetAttributes(kind(err))
		span.SetStatus(codes.Error, "")
	}
	span.End(trace.WithTimestamp(now))
}

// maxLinks bounds the links of a span, as SDKs do.
const maxLinks = 128

// causes are the sampled spans that some events were recorded in.
type causes struct {
	links  []trace.Link
	events int
	single *runtime.Meta // if there is one event
	traces map[trace.TraceID]bool
}

func causesOf(w projection.Work) causes {
	c := causes{traces: map[trace.TraceID]bool{}}
	seen := map[trace.SpanID]bool{}
	for m := range w.Metas {
		c.events++
		c.single = m
		if m.Headers["traceparent"] == "" {
			continue
		}
		cause := causeOf(m)
		if !cause.IsSampled() || seen[cause.SpanID()] {
			continue
		}
		seen[cause.SpanID()], c.traces[cause.TraceID()] = true, true
		if len(c.links) < maxLinks {
			c.links = append(c.links, trace.Link{SpanContext: cause})
		}
	}
	if c.events > 1 {
		c.single = nil
	}
	return c
}

// BeforeWork implements [projection.WorkObserver].
func (o *Observer) BeforeWork(ctx context.Context, w projection.Work) (context.Context, func(error)) {
	start, operation, duration := time.Now(), "process", o.processed
	kindOf := trace.SpanKindConsumer
	if w.Forwards {
		operation, duration, kindOf = "send", o.published, trace.SpanKindProducer
	}
	set := append(o.of(&w.Version), attribute.String("messaging.operation.name", operation))
	ctx, span := o.begin(ctx, w, operation, kindOf, set)
	return ctx, func(err error) {
		if err != nil {
			set = append(set, kind(err))
		}
		duration.Record(ctx, seconds(start), metric.WithAttributes(set...))
		end(span, err)
	}
}

// begin begins the span of some work: in the trace of its cause, if there is one such
// trace, and with links to all causes. Without a sampled cause there is no span.
func (o *Observer) begin(ctx context.Context, w projection.Work, operation string, of trace.SpanKind, set []attribute.KeyValue) (context.Context, trace.Span) {
	c := causesOf(w)
	if len(c.links) == 0 {
		return ctx, trace.SpanFromContext(context.Background())
	}
	attributes := append([]attribute.KeyValue{
		attribute.String("messaging.operation.type", operation), attribute.Int("messaging.batch.message_count", c.events),
		attribute.Int("evgen.shard", w.Shard),
	}, set...)
	opts := []trace.SpanStartOption{trace.WithSpanKind(of), trace.WithLinks(c.links...)}
	if len(c.traces) == 1 {
		ctx = trace.ContextWithRemoteSpanContext(ctx, c.links[0].SpanContext)
	} else {
		opts = append(opts, trace.WithNewRoot())
	}
	if c.single != nil {
		attributes = append(attributes, attribute.String("messaging.message.id", c.single.ID.String()),
			attribute.String("messaging.message.conversation_id", c.single.Correlation.String()), attribute.String("evgen.event.type", c.single.Type))
	}
	return o.tracer.Start(ctx, operation+" "+w.Version.ID, append(opts, trace.WithAttributes(attributes...))...)
}
