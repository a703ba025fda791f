package otel

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// scope names this package to OpenTelemetry.
const scope = "github.com/evgen/evgen/runtime/otel"

// Observer is the observer of a store's appends, of decoding, and of runners, consumers
// and workers of sagas: give it to as many of them as there are. It may be used concurrently.
type Observer struct {
	config
	tracer trace.Tracer
	meter  metric.Meter
	counters
}

var (
	_ runtime.AppendObserver   = (*Observer)(nil)
	_ runtime.DecodeObserver   = (*Observer)(nil)
	_ projection.WorkObserver  = (*Observer)(nil)
	_ projection.RetryObserver = (*Observer)(nil)
)

// Option configures an [Observer].
type Option func(*config)

type config struct {
	system string
	decode int
}

// WithSystem sets the attribute messaging.system of what relays and consumers do:
// "kafka", "nats". Without it that of the convention for others is set: "evgen".
func WithSystem(name string) Option { return func(c *config) { c.system = name } }

// WithDecodeSpans sets of how many decoded events, among those whose trace was
// sampled, one is told in a span; 100 is the default, and 0 tells none. Their
// durations are counted all.
func WithDecodeSpans(oneOf int) Option { return func(c *config) { c.decode = oneOf } }

// counters are the instruments of what happens.
type counters struct {
	appended, decoded, published, processed metric.Float64Histogram
	facts, letters, retries, stops          metric.Int64Counter
	delay, steps                            metric.Float64Histogram
	transitions, stepRetries                metric.Int64Counter
	decodings                               *every
}

// New returns an observer that tells spans and metrics to these providers: those of an
// SDK, or the global ones of OpenTelemetry. It returns an error if the provider of
// metrics refuses an instrument.
func New(spans trace.TracerProvider, metrics metric.MeterProvider, opts ...Option) (*Observer, error) {
	o := &Observer{config: config{system: "evgen", decode: 100}}
	for _, opt := range opts {
		opt(&o.config)
	}
	o.tracer, o.meter = spans.Tracer(scope), metrics.Meter(scope)
	o.decodings = &every{of: uint64(max(o.decode, 0))}
	m := making{meter: o.meter}
	o.appended = m.seconds("evgen.append.duration", "How long appends take.")
	o.decoded = m.seconds("evgen.decode.duration", "How long it takes to read an event, upcasts included.")
	o.published = m.seconds("messaging.client.operation.duration", "How long relays take for a batch.")
	o.processed = m.seconds("messaging.process.duration", "How long handlers of projections and consumers take for a batch.")
	o.delay = m.seconds("evgen.delay", "How old the newest event of a batch was when it had its effect: of a relay, when it was published.")
	o.facts = m.count("evgen.facts", "{event}", "Events that had their effect.")
	o.letters = m.count("evgen.letters", "{event}", "Events that were put aside.")
	o.retries = m.count("evgen.retries", "{attempt}", "Attempts to give events that were put aside their effect.")
	o.stops = m.count("evgen.stops", "{stop}", "How often a shard came to a stand.")
	o.steps = m.seconds("evgen.saga.step.duration", "How long attempts of steps of sagas take.")
	o.transitions = m.count("evgen.saga.transitions", "{transition}", "Transitions of sagas: what attempts, events and operators led to.")
	o.stepRetries = m.count("evgen.saga.retries", "{attempt}", "Attempts of steps and compensations that failed and will be made again.")
	return o, m.err
}

// making makes instruments, and keeps the first error.
type making struct {
	meter metric.Meter
	err   error
}

func (m *making) seconds(name, description string) metric.Float64Histogram {
	h, err := m.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description), metric.WithExplicitBucketBoundaries(
		.0001, .0005, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 60, 600))
	m.err = errors.Join(m.err, err)
	return h
}

func (m *making) count(name, unit, description string) metric.Int64Counter {
	c, err := m.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	m.err = errors.Join(m.err, err)
	return c
}

// kind names an error by its type, as error.type has it: no text, which may repeat payload.
func kind(err error) attribute.KeyValue {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			break
		}
		err = next
	}
	return attribute.String("error.type", strings.TrimPrefix(fmt.Sprintf("%T", err), "*"))
}

// of are the attributes of a version: which projection, or which consumer and partition.
func (o *Observer) of(v *projection.Version) []attribute.KeyValue {
	if !v.Consumes() {
		return []attribute.KeyValue{attribute.String("evgen.projection", v.ID), attribute.Int("evgen.projection.version", v.Number)}
	}
	consumer, partition := v.Partition()
	return []attribute.KeyValue{
		attribute.String("messaging.system", o.system),
		attribute.String("messaging.consumer.group.name", consumer),
		attribute.String("messaging.destination.partition.id", partition),
	}
}

// Applied implements [projection.Observer].
func (o *Observer) Applied(a projection.Applied) {
	ctx, set := context.Background(), metric.WithAttributes(o.of(&a.Version)...)
	o.facts.Add(ctx, int64(a.Facts), set)
	if a.Letters > 0 {
		o.letters.Add(ctx, int64(a.Letters), set)
	}
	if a.Facts > 0 && a.Age > 0 {
		o.delay.Record(ctx, a.Age.Seconds(), set)
	}
}

// Stopped implements [projection.Observer].
func (o *Observer) Stopped(v projection.Version, _ int, err error) {
	o.stops.Add(context.Background(), 1, metric.WithAttributes(append(o.of(&v), kind(err))...))
}

// Retried implements [projection.RetryObserver].
func (o *Observer) Retried(r projection.Retried) {
	outcome := string(r.State)
	if outcome == "" {
		outcome = "settled"
	}
	o.retries.Add(context.Background(), 1, metric.WithAttributes(append(o.of(&r.Version), attribute.String("evgen.outcome", outcome))...))
}

func seconds(since time.Time) float64 { return time.Since(since).Seconds() }
