package otel_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	natsjs "github.com/nats-io/nats.go/jetstream"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/jetstream"
	"github.com/evgen/evgen/runtime/memstore"
	"github.com/evgen/evgen/runtime/otel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// world is a service that is watched: a store, a relay, JetStream, a consumer.
type world struct {
	*otel.Observer
	spans    *tracetest.InMemoryExporter
	tracer   trace.Tracer
	metrics  *metric.ManualReader
	store    *memstore.Store
	db       *sqlitemodel.DB
	registry *runtime.Registry
	js       natsjs.JetStream
	handled  atomic.Int64
	before   atomic.Pointer[func(ctx context.Context, f *projection.Fact) error]
}

func newWorld(t testing.TB, opts ...otel.Option) *world {
	t.Helper()
	w := &world{spans: tracetest.NewInMemoryExporter(), metrics: metric.NewManualReader()}
	tracing := sdktrace.NewTracerProvider(sdktrace.WithSyncer(w.spans))
	w.tracer = tracing.Tracer("program")
	var err error
	w.Observer, err = otel.New(tracing, metric.NewMeterProvider(metric.WithReader(w.metrics)), append([]otel.Option{otel.WithSystem("nats")}, opts...)...)
	check(t, "new observer", err)
	w.store = memstore.New(memstore.WithObserver(w))
	w.db, err = sqlitemodel.Open(context.Background(), filepath.Join(t.TempDir(), "x.db"))
	check(t, "open", err)
	t.Cleanup(func() { _ = w.db.Close() })
	w.registry, err = runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	w.serve(t)
	return w
}

// serve starts NATS, with the stream EVENTS.
func (w *world) serve(t testing.TB) {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	check(t, "new server", err)
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(await.Patience) {
		t.Fatal("the server does not start")
	}
	conn, err := nats.Connect(s.ClientURL())
	check(t, "connect", err)
	t.Cleanup(conn.Close)
	w.js, err = natsjs.New(conn)
	check(t, "jetstream", err)
	_, err = w.js.CreateStream(context.Background(), natsjs.StreamConfig{Name: "EVENTS", Subjects: []string{"orders.>"}})
	check(t, "create stream", err)
}

func background(t testing.TB, run func(ctx context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); check(t, "run", <-done) })
	t.Cleanup(stop)
	return stop
}

func quick() []projection.Option {
	return []projection.Option{
		projection.WithPoll(3 * time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)),
		projection.WithRetries(projection.Retries{Attempts: 1000, Base: time.Millisecond, Max: 5 * time.Millisecond}),
	}
}

type tx = *sqlitemodel.Tx

func (w *world) relay(t testing.TB) (stop func()) {
	t.Helper()
	sink := jetstream.NewSink(w.js, "EVENTS")
	r, err := projection.NewRunner(w.store, projection.Database[tx](w.db), w.registry,
		[]projection.Projection[tx]{delivery.Relay[tx]("outgoing", sink, delivery.Binary{Source: "/orders"})}, append(quick(), projection.WithObserver(w))...)
	check(t, "new runner", err)
	return background(t, r.Run)
}

func (w *world) consumer(t testing.TB) *delivery.Consumer[tx] {
	t.Helper()
	source, err := jetstream.NewSource(w.js, "mailer", []string{"EVENTS"})
	check(t, "new source", err)
	c, err := delivery.NewConsumer(source, projection.Database[tx](w.db), w.registry, projection.Projection[tx]{
		ID: "mailer", Types: []string{orders.TypeOrderShipped}, Handler: sqlitemodel.Handwritten{
			Make: func(context.Context, tx) error { return nil }, One: w.handle,
		},
	}, delivery.WithObserver(w), delivery.WithLogger(slog.New(slog.DiscardHandler)), delivery.WithRunner(quick()...))
	check(t, "new consumer", err)
	return c
}

// handle begins a span of the program's, as a handler would.
func (w *world) handle(ctx context.Context, _ tx, f *projection.Fact) error {
	if before := w.before.Load(); before != nil {
		if err := (*before)(ctx, f); err != nil {
			return err
		}
	}
	_, span := w.tracer.Start(ctx, "send mail")
	span.End()
	w.handled.Add(1)
	return nil
}

// order appends under a span of the program's.
func (w *world) order(t testing.TB, id string) trace.SpanContext {
	t.Helper()
	ctx, span := w.tracer.Start(context.Background(), "request "+id)
	defer span.End()
	_, err := w.store.Append(ctx, runtime.StreamOf(orders.CategoryOrder, id), runtime.ExpectAny(), otel.Trace(ctx, runtime.Root()), orders.OrderShipped{Carrier: "secret"})
	check(t, "append", err)
	return span.SpanContext()
}

func (w *world) named(name string) (found []tracetest.SpanStub) {
	for _, s := range w.spans.GetSpans() {
		if s.Name == name {
			found = append(found, s)
		}
	}
	return found
}

// From the request over append, relay and JetStream to the handler and what it does:
// one trace.
func TestAnEventIsOneTraceFromItsCauseToItsEffect(t *testing.T) {
	w := newWorld(t, otel.WithDecodeSpans(1))
	w.relay(t)
	background(t, w.consumer(t).Run)
	request := w.order(t, "1")
	await.Until(t, "the spans", func() bool { return len(w.named("send mail")) == 1 && len(w.named("process mailer.EVENTS")) == 1 })
	for name, parent := range map[string]string{
		"append Order": "request 1", "send outgoing": "request 1", "process mailer.EVENTS": "request 1", "send mail": "process mailer.EVENTS",
	} {
		found := w.named(name)
		if len(found) != 1 || found[0].SpanContext.TraceID() != request.TraceID() || found[0].Parent.SpanID() != w.named(parent)[0].SpanContext.SpanID() {
			t.Errorf("%d spans %q, want one in the trace of the request, below %q", len(found), name, parent)
		}
	}
	processed := w.named("process mailer.EVENTS")[0]
	if len(processed.Links) != 1 || processed.SpanKind != trace.SpanKindConsumer || processed.Links[0].SpanContext.SpanID() != request.SpanID() {
		t.Errorf("span %+v", processed)
	}
	want := map[string]string{"messaging.system": "nats", "messaging.operation.name": "process", "messaging.consumer.group.name": "mailer",
		"messaging.destination.partition.id": "EVENTS", "messaging.batch.message_count": "1", "evgen.event.type": orders.TypeOrderShipped}
	for name, value := range want {
		if got := attributes(processed.Attributes)[name]; got != value {
			t.Errorf("attribute %s is %q, want %q", name, got, value)
		}
	}
	for _, s := range w.spans.GetSpans() {
		if text := fmt.Sprint(s.Attributes, s.Status, s.Events); strings.Contains(text, "secret") {
			t.Errorf("span %s repeats payload: %s", s.Name, text)
		}
	}
}

func attributes(set []attribute.KeyValue) map[string]string {
	out := map[string]string{}
	for _, kv := range set {
		out[string(kv.Key)] = kv.Value.Emit()
	}
	return out
}

// A batch of several traces is a trace of its own, with a link to each.
func TestBatchOfManyTracesLinksToAll(t *testing.T) {
	w := newWorld(t)
	var requests []trace.SpanID
	for i := range 3 {
		requests = append(requests, w.order(t, fmt.Sprint(i)).SpanID())
	}
	w.relay(t)
	await.Until(t, "the span", func() bool { return len(w.named("send outgoing")) > 0 })
	sent := w.named("send outgoing")[0]
	if sent.Parent.IsValid() || len(sent.Links) != 3 {
		t.Fatalf("parent %v, %d links", sent.Parent, len(sent.Links))
	}
	for i, link := range sent.Links {
		if link.SpanContext.SpanID() != requests[i] {
			t.Errorf("link %d leads elsewhere", i)
		}
	}
}

// What was not sampled, or has no trace, costs no span.
func TestWorkWithoutSampledCauseHasNoSpan(t *testing.T) {
	w := newWorld(t, otel.WithDecodeSpans(1))
	silent := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{1}})
	ctx := trace.ContextWithSpanContext(context.Background(), silent)
	for _, cause := range []runtime.Cause{runtime.Root(), otel.Trace(ctx, runtime.Root())} {
		_, err := w.store.Append(context.Background(), runtime.StreamOf(orders.CategoryOrder, "1"), runtime.ExpectAny(), cause, orders.OrderShipped{Carrier: "x"})
		check(t, "append", err)
	}
	stop := w.relay(t)
	background(t, w.consumer(t).Run)
	await.Until(t, "the effects", func() bool { return w.handled.Load() == 2 })
	stop()
	for _, s := range w.spans.GetSpans() {
		if s.Name != "append Order" && s.Name != "send mail" {
			t.Errorf("span %s", s.Name)
		}
	}
}

// Decoding is told by its durations, and now and then by a span.
func TestDecodingIsToldCheaply(t *testing.T) {
	w := newWorld(t, otel.WithDecodeSpans(4))
	for range 8 {
		w.order(t, "1")
	}
	decoder := runtime.ObserveDecode(w.registry, w)
	for rec, err := range w.store.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, "read", err)
		_, err = decoder.AppendEvents(nil, &rec)
		check(t, "decode", err)
	}
	if n := len(w.named("decode " + orders.TypeOrderShipped)); n != 2 {
		t.Errorf("%d spans, want 2", n)
	}
	if n := w.counted(t)["evgen.decode.duration evgen.event.type="+orders.TypeOrderShipped]; n != 8 {
		t.Errorf("%v durations, want 8", n)
	}
}

// counted returns the values of all instruments, histograms by their counts, by name
// and attributes.
func (w *world) counted(t testing.TB) map[string]float64 {
	t.Helper()
	var all metricdata.ResourceMetrics
	check(t, "collect", w.metrics.Collect(context.Background(), &all))
	out := map[string]float64{}
	for _, scope := range all.ScopeMetrics {
		for _, m := range scope.Metrics {
			maps.Copy(out, points(m))
		}
	}
	return out
}

func points(m metricdata.Metrics) map[string]float64 {
	out := map[string]float64{}
	name := func(set attribute.Set) string {
		text := m.Name
		for _, kv := range set.ToSlice() {
			text += " " + string(kv.Key) + "=" + kv.Value.Emit()
		}
		return text
	}
	switch data := m.Data.(type) {
	case metricdata.Histogram[float64]:
		for _, p := range data.DataPoints {
			out[name(p.Attributes)] = float64(p.Count)
		}
	case metricdata.Sum[int64]:
		for _, p := range data.DataPoints {
			out[name(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Gauge[int64]:
		for _, p := range data.DataPoints {
			out[name(p.Attributes)] = float64(p.Value)
		}
	case metricdata.Gauge[float64]:
		for _, p := range data.DataPoints {
			out[name(p.Attributes)] = p.Value
		}
	}
	return out
}

const (
	ofRelay    = " evgen.projection=outgoing evgen.projection.version=1"
	ofConsumer = " messaging.consumer.group.name=mailer messaging.destination.partition.id=EVENTS messaging.system=nats"
)

func TestMetricsSayHowFarEverythingIs(t *testing.T) {
	w := newWorld(t)
	var cured atomic.Bool
	poison := func(_ context.Context, f *projection.Fact) error {
		if f.Stream.ID() == "bad" && !cured.Load() {
			return errors.New("secret")
		}
		return nil
	}
	w.before.Store(&poison)
	c := w.consumer(t)
	for _, register := range []func() error{
		func() error { _, err := w.Watch(w.db, w.store); return err },
		func() error { _, err := w.WatchConsumer("mailer", c); return err },
	} {
		check(t, "watch", register())
	}
	check(t, "set up", w.db.Setup(context.Background()))
	background(t, c.Run)
	stop := w.relay(t)
	for _, id := range []string{"good", "bad", "bad"} {
		w.order(t, id)
	}
	await.Until(t, "the metrics", func() bool {
		now := w.counted(t)
		return now["evgen.facts"+ofRelay] == 3 && now["evgen.facts"+ofConsumer] == 1 && now["evgen.letters"+ofConsumer] == 2 &&
			now["evgen.projection.lag"+ofRelay+" evgen.shard=0"] == 0 && now["evgen.consumer.letters"+ofConsumer] == 2 &&
			now["evgen.retries evgen.outcome=retrying"+ofConsumer] > 0 &&
			now["evgen.append.duration evgen.category=Order"] == 3 && now["evgen.delay"+ofRelay] > 0
	})
	cured.Store(true)
	await.Until(t, "the letters are gone", func() bool {
		now := w.counted(t)
		return now["evgen.retries evgen.outcome=settled"+ofConsumer] == 2 && now["evgen.consumer.letters"+ofConsumer] == 0
	})
	stop()
	w.order(t, "good")
	if now := w.counted(t); now["evgen.projection.lag"+ofRelay+" evgen.shard=0"] != 1 {
		t.Errorf("metrics %v", now)
	}
}

// The keys of a projection that wait, and how fast it is built.
func TestMetricsOfAProjection(t *testing.T) {
	w := newWorld(t)
	for _, id := range []string{"a", "b", "a", "b", "c"} {
		w.order(t, id)
	}
	handler := sqlitemodel.Handwritten{Make: func(context.Context, tx) error { return nil }, One: func(_ context.Context, _ tx, f *projection.Fact) error {
		if f.Stream.ID() == "c" {
			return nil
		}
		return errors.New("no")
	}}
	p := projection.Projection[tx]{ID: "list", Digest: "a", Types: []string{orders.TypeOrderShipped}, Handler: handler}
	r, err := projection.NewRunner(w.store, projection.Database[tx](w.db), w.registry, []projection.Projection[tx]{p}, append(quick(), projection.WithObserver(w))...)
	check(t, "new runner", err)
	check(t, "set up", w.db.Setup(context.Background()))
	_, err = w.Watch(w.db, w.store)
	check(t, "watch", err)
	background(t, r.Run)
	const of = " evgen.projection=list evgen.projection.version=1 evgen.shard=0"
	await.Until(t, "the metrics", func() bool {
		now := w.counted(t)
		return now["evgen.projection.letters"+of] == 4 && now["evgen.projection.parked_keys"+of] == 2 && now["evgen.projection.lag"+of] == 0
	})
}

// building is a runner that builds.
type building []projection.Progress

func (b building) Progress() []projection.Progress { return b }

func TestMetricsOfARebuild(t *testing.T) {
	w := newWorld(t)
	_, err := w.WatchRebuilds(building{{Version: projection.Version{ID: "list", Number: 2}, Rate: 100, Left: time.Minute}, {Version: projection.Version{ID: "list", Number: 3}, Left: -1}})
	check(t, "watch", err)
	now := w.counted(t)
	const second, third = " evgen.projection=list evgen.projection.version=2 evgen.shard=0", " evgen.projection=list evgen.projection.version=3 evgen.shard=0"
	if _, known := now["evgen.rebuild.left"+third]; known || now["evgen.rebuild.rate"+second] != 100 || now["evgen.rebuild.left"+second] != 60 {
		t.Errorf("metrics %v", now)
	}
}
