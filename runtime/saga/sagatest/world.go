package sagatest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
)

// patience bounds every wait of the suite.
const patience = 30 * time.Second

// world is one in which a story takes place.
type world[T any] struct {
	World[T]
	t       *testing.T
	ctx     context.Context
	decoder *runtime.Registry
	*stage
}

func newWorld[T any](t *testing.T, target Target[T]) *world[T] {
	ctx, cancel := context.WithTimeout(context.Background(), 4*patience)
	t.Cleanup(cancel)
	decoder, err := runtime.NewRegistry(orders.Schema())
	check(t, "registry", err)
	w := &world[T]{World: target.New(t), t: t, ctx: ctx, decoder: decoder, stage: newStage()}
	check(t, "set up the ledger", w.Models.Setup(ctx))
	check(t, "set up sagas", w.Sagas.Setup(ctx))
	return w
}

func check(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// stage is what steps do in a story, and what was done.
type stage struct {
	mu    sync.Mutex
	calls []string
	keys  map[string]string
	acts  map[string]func(ctx context.Context, r *saga.Run) error
}

func newStage() *stage {
	return &stage{keys: map[string]string{}, acts: map[string]func(context.Context, *saga.Run) error{}}
}

// on sets what "do a" or "undo a" does; nothing is done without.
func (s *stage) on(call string, act func(ctx context.Context, r *saga.Run) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acts[call] = act
}

// fails makes a call fail n times.
func (s *stage) fails(call string, n int) {
	left := n
	s.on(call, func(context.Context, *saga.Run) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if left--; left < 0 {
			return nil
		}
		return errors.New(call + " fails")
	})
}

func (s *stage) played() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

func (s *stage) play(verb string) func(ctx context.Context, r *saga.Run) error {
	return func(ctx context.Context, r *saga.Run) error {
		call := verb + " " + r.Step
		s.mu.Lock()
		s.calls = append(s.calls, call)
		act := s.acts[call]
		if known, ok := s.keys[r.ID+call]; ok && known != r.Key.String() {
			s.calls = append(s.calls, "another key for "+call)
		}
		s.keys[r.ID+call] = r.Key.String()
		s.mu.Unlock()
		if act == nil {
			return nil
		}
		return act(ctx, r)
	}
}

// soon is a retry that hardly waits.
func soon(attempts int) saga.Retry {
	return saga.Retry{Attempts: attempts, Base: time.Microsecond, Max: time.Microsecond}
}

// definition is a saga of steps that can be undone, but for those whose names end in "!".
func (s *stage) definition(names ...string) saga.Definition {
	d := saga.Definition{ID: "delivery", Digest: "1", Start: orders.TypeOrderPlaced, Key: func(f *projection.Fact) string { return f.Stream.ID() }}
	for _, name := range names {
		name, final := strings.CutSuffix(name, "!")
		step := saga.Step{Name: name, Do: s.play("do"), Compensate: s.play("undo"), Retry: soon(3), Undo: soon(3)}
		if final {
			step.Compensate = nil
		}
		d.Steps = append(d.Steps, step)
	}
	return d
}

// quick are options under which nothing takes long.
func quick(opts ...saga.Option) []saga.Option {
	return append([]saga.Option{
		saga.WithPoll(runtime.Poll{Min: time.Millisecond, Max: 5 * time.Millisecond}),
		saga.WithLease(2 * time.Second), saga.WithDrain(0),
		saga.WithLogger(slog.New(slog.DiscardHandler)),
	}, opts...)
}

func (w *world[T]) worker(d saga.Definition, opts ...saga.Option) *saga.Worker[T] {
	w.t.Helper()
	return w.workerOver(w.Sagas, d, opts...)
}

func (w *world[T]) workerOver(db saga.Database[T], d saga.Definition, opts ...saga.Option) *saga.Worker[T] {
	w.t.Helper()
	worker, err := saga.NewWorker(w.Store, db, w.decoder, w.Append, d, quick(opts...)...)
	check(w.t, "new worker", err)
	return worker
}

// process is something under way.
type process struct {
	t      testing.TB
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

func (w *world[T]) process(run func(ctx context.Context) error) *process {
	ctx, cancel := context.WithCancel(w.ctx)
	p := &process{t: w.t, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		p.err = run(ctx)
	}()
	w.t.Cleanup(p.end)
	return p
}

func (p *process) end() {
	p.cancel()
	<-p.done
	if p.err != nil {
		p.t.Errorf("run: %v", p.err)
	}
}

// run runs a worker and what begins its sagas.
func (w *world[T]) run(d saga.Definition, opts ...saga.Option) (*saga.Worker[T], *process) {
	w.t.Helper()
	worker := w.worker(d, opts...)
	w.begin(worker)
	return worker, w.process(worker.Run)
}

// begin runs what begins sagas.
func (w *world[T]) begin(worker *saga.Worker[T], opts ...projection.Option) *process {
	w.t.Helper()
	opts = append([]projection.Option{
		projection.WithPoll(3 * time.Millisecond), projection.WithLogger(slog.New(slog.DiscardHandler)),
		projection.WithRetries(projection.Retries{Attempts: 2, Base: time.Millisecond, Max: time.Millisecond}),
	}, opts...)
	runner, err := projection.NewRunner(w.Store, w.Models, w.decoder, []projection.Projection[T]{worker.Starter()}, opts...)
	check(w.t, "new runner", err)
	return w.process(runner.Run)
}

func place() runtime.Event {
	return orders.OrderPlaced{Customer: "ada", AmountCents: 100, Currency: "EUR"}
}

func ship() runtime.Event { return orders.OrderShipped{Carrier: "post"} }

func cancelled() runtime.Event { return orders.OrderCancelled{Reason: "changed my mind"} }

// append writes events to the stream of an order, and returns the last position.
func (w *world[T]) append(id string, events ...runtime.Event) runtime.Position {
	w.t.Helper()
	return w.appendAs("", id, events...)
}

func (w *world[T]) appendAs(tenant runtime.Tenant, id string, events ...runtime.Event) runtime.Position {
	w.t.Helper()
	cause := runtime.Root().WithTenant(tenant).WithHeader("traceparent", "00-1")
	out, err := w.Store.Append(w.ctx, runtime.StreamOf(orders.CategoryOrder, id), runtime.ExpectAny(), cause, events...)
	check(w.t, "append to "+id, err)
	return out.Position
}

// seen blocks until what begins sagas has come to a position.
func (w *world[T]) seen(at runtime.Position) {
	w.t.Helper()
	check(w.t, "wait for the start", projection.WaitFor(w.ctx, w.Models, "delivery", at))
}

func ref(id string) saga.Ref { return saga.Ref{Saga: "delivery", ID: id} }

// find returns a saga, nil if there is none.
func (w *world[T]) find(r saga.Ref) *saga.Instance {
	w.t.Helper()
	found, err := w.Sagas.List(w.ctx, saga.Query{Saga: r.Saga, ID: r.ID, Tenant: &r.Tenant})
	check(w.t, "find "+r.String(), err)
	if len(found) == 0 {
		return nil
	}
	return &found[0]
}

// until blocks until a saga is as it should be.
func (w *world[T]) until(id string, what string, holds func(s *saga.Instance) bool) *saga.Instance {
	w.t.Helper()
	var last *saga.Instance
	ok := w.eventually(func() bool {
		last = w.find(ref(id))
		return last != nil && holds(last)
	})
	if !ok {
		w.t.Fatalf("%s is not %s; at last: %+v; played %v; ledger %v", id, what, last, w.played(), w.story(id))
	}
	return last
}

// eventually looks for a condition until patience ends.
func (w *world[T]) eventually(holds func() bool) bool {
	ticks := time.NewTicker(2 * time.Millisecond)
	defer ticks.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-ticks.C {
		if holds() {
			return true
		}
	}
	return false
}

func (w *world[T]) reaches(id string, state saga.State) *saga.Instance {
	w.t.Helper()
	return w.until(id, string(state), func(s *saga.Instance) bool { return s.State == state })
}

// story is the step ledger of a saga: "forward a 1 done".
func (w *world[T]) story(id string) []string {
	w.t.Helper()
	entries, err := w.Sagas.Entries(w.ctx, ref(id))
	check(w.t, "entries of "+id, err)
	lines := []string{}
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s %s %d %s", e.Kind, e.Step, e.Attempt, e.Outcome))
	}
	return lines
}

func (w *world[T]) isStory(id string, want ...string) {
	w.t.Helper()
	same(w.t, "ledger of "+id, w.story(id), want)
}

func same(t testing.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n\tgot  %q\n\twant %q", what, got, want)
	}
}

// gate blocks those who pass until it is opened, and tells that somebody came.
type gate struct {
	came, open chan struct{}
	first      sync.Once
}

func newGate() *gate { return &gate{came: make(chan struct{}), open: make(chan struct{})} }

func (g *gate) pass(ctx context.Context) error {
	g.first.Do(func() { close(g.came) })
	select {
	case <-g.open:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// arrives waits until somebody came.
func (w *world[T]) arrives(g *gate) {
	w.t.Helper()
	select {
	case <-g.came:
	case <-w.ctx.Done():
		w.t.Fatal("nobody came to the gate")
	}
}
