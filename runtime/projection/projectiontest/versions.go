package projectiontest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func versionScenarios[T Tx]() []scenario[T] {
	return []scenario[T]{
		{"another digest is built beside the live version and swapped in", swapped[T]},
		{"readers see one version, never less, across swaps there and back", atomicSwaps[T]},
		{"a version that is behind is not swapped in", behind[T]},
		{"side effects are those of one version or of the other", effectsOnce[T]},
		{"a version that cannot be swapped in is followed, and holds up no other", unswappable[T]},
		{"a version with more letters than the live one is not swapped in by itself", keptBack[T]},
		{"a rebuild gives the same rows while events stream in", rebuilt[T]},
		{"retired versions are gone", retired[T]},
		{"waiting ends with the context, and says where the projection stands", waited[T]},
	}
}

// stream appends events until stop, which returns the last position.
func (w *world[T]) stream() (stop func() runtime.Position) {
	ctx, cancel := context.WithCancel(w.ctx)
	last := make(chan runtime.Position, 1)
	go func() {
		var at runtime.Position
		for i := 0; ctx.Err() == nil; i++ {
			out, err := w.store.Append(w.ctx, stream(fmt.Sprint("s", i%7)), runtime.ExpectAny(), runtime.Root(), ship())
			if err != nil {
				w.t.Error(err)
				break
			}
			at = out.Position
			select {
			case <-ctx.Done():
			case <-time.After(time.Millisecond):
			}
		}
		last <- at
	}()
	return sync.OnceValue(func() runtime.Position { cancel(); return <-last })
}

func (w *world[T]) swap(to int) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := projection.Swap(ctx, w.db, "journal", to); err != nil {
		w.t.Fatalf("%v\n%s", err, w.state())
	}
}

func (w *world[T]) hasVersions(n int) {
	w.t.Helper()
	w.eventually(fmt.Sprint(n, " versions with tables"), func() bool {
		v := w.versions("journal")
		return len(v) == n && v[n-1].Incarnation != ""
	})
}

func swapped[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	w.caughtUp("journal", w.fill(20, 3))
	w.startOn(w.target.Again(t, w.db), registry(t), w.journal("b").projections())
	w.hasVersions(2)
	w.swap(2)
	last := w.fill(20, 3)
	w.caughtUp("journal", last)
	w.complete("journal", last)
	if got := w.entries("journal"); got[0].Label != "b" {
		t.Errorf("readers see %+v", got[0])
	}
	if v := w.versions("journal"); v[0].State != projection.Standby || v[1].State != projection.Live || v[1].LiveAt.IsZero() {
		t.Errorf("versions: %+v", v)
	}
}

// watch reads the view over and over until stop, and reports what must not be.
func (w *world[T]) watch(db projection.Database[T]) (stop func()) {
	ctx, cancel := context.WithCancel(w.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		most := 0
		for reads := 0; ctx.Err() == nil || reads < 2; reads++ {
			entries, err := w.readJournal(db, "journal")
			switch {
			case err != nil:
				w.t.Errorf("read: %v", err)
				return
			case len(entries) < most:
				w.t.Errorf("readers went back from %d entries to %d", most, len(entries))
			}
			for _, e := range entries {
				if e.Label != entries[0].Label {
					w.t.Errorf("readers see %s and %s at once", e.Label, entries[0].Label)
					return
				}
			}
			most = len(entries)
		}
	}()
	return sync.OnceFunc(func() { cancel(); <-done })
}

func atomicSwaps[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections(), projection.WithShards(2))
	w.caughtUp("journal", w.fill(20, 3))
	stop := w.stream()
	defer stop()
	unwatch := w.watch(w.target.Again(t, w.db))
	defer unwatch()
	w.startOn(w.target.Again(t, w.db), registry(t), w.journal("b").projections(), projection.WithShards(2))
	w.hasVersions(2)
	w.swap(2)
	for range 3 {
		ctx, cancel := context.WithTimeout(w.ctx, patience)
		err := projection.SwapBack(ctx, w.db, "journal")
		cancel()
		check(t, "swap back", err)
	}
	unwatch()
	last := stop()
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

func behind[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	w.caughtUp("journal", w.fill(20, 3))
	stuck := w.journal("b")
	stuck.blames = false
	stuck.failOn(func(f *projection.Fact) error { return errors.New("nothing works") })
	w.start(stuck.projections(), projection.WithLimits(projection.Limits{Key: 1, Shard: 1}))
	w.hasVersions(2)
	ctx, cancel := context.WithTimeout(w.ctx, 100*time.Millisecond)
	defer cancel()
	err := projection.Swap(ctx, w.db, "journal", 2)
	if !errors.Is(err, projection.ErrBehind) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("swap: %v", err)
	}
	for to, want := range map[int]error{1: nil, 7: projection.ErrUnknownVersion} {
		if err := projection.Swap(w.ctx, w.db, "journal", to); !errors.Is(err, want) {
			t.Errorf("swap to %d: %v", to, err)
		}
	}
	if err := projection.Swap(w.ctx, w.db, "nothing", 1); !errors.Is(err, projection.ErrUnknownProjection) {
		t.Errorf("swap of nothing: %v", err)
	}
	if err := projection.SwapBack(w.ctx, w.db, "journal"); !errors.Is(err, projection.ErrUnknownVersion) {
		t.Errorf("swap back: %v", err)
	}
	w.consumersStay()
}

// consumersStay: what follows a broker cannot be built beside itself, nor begun anew.
func (w *world[T]) consumersStay() {
	w.t.Helper()
	check(w.t, "add a consumer", w.db.Ledger(w.ctx, func(l projection.Ledger) error {
		_, err := l.AddVersion(w.ctx, projection.Version{ID: "billing.0", Digest: projection.ConsumerDigest, State: projection.Live}, 1)
		return err
	}))
	ctx, cancel := context.WithTimeout(w.ctx, time.Second) // a swap that is tried would be tried again
	defer cancel()
	_, rebuild := projection.Rebuild(ctx, w.db, "billing.0")
	_, reset := projection.Reset(ctx, w.db, "billing.0", 0)
	for what, err := range map[string]error{
		"rebuild": rebuild, "reset": reset,
		"swap":   projection.Swap(ctx, w.db, "billing.0", 1),
		"retire": projection.Retire(ctx, w.db, "billing.0"),
	} {
		if !errors.Is(err, projection.ErrConsumer) {
			w.t.Errorf("%s of a consumer: %v", what, err)
		}
	}
}

func effectsOnce[T Tx](t *testing.T, w *world[T]) {
	p := w.start(w.journal("a").projections())
	w.caughtUp("journal", w.fill(20, 3))
	stop := w.stream()
	defer stop()
	w.startOn(w.target.Again(t, w.db), registry(t), w.journal("b").projections(), projection.SwapWhenReady())
	w.eventually("the second version is live", func() bool {
		v := w.versions("journal")
		return len(v) == 2 && v[1].State == projection.Live
	})
	last := stop()
	w.caughtUp("journal", last)
	p.stop()
	effects := map[runtime.Position]string{}
	for _, table := range []string{"journal_v1", "journal_v2"} {
		for _, e := range w.entries(table) {
			if !e.Effects {
				continue
			}
			if effects[e.Position] != "" {
				t.Errorf("%+v in %s, and in %s", e, table, effects[e.Position])
			}
			effects[e.Position] = table
		}
	}
	if len(effects) != len(w.entries("journal")) {
		t.Errorf("%d effects of %d events", len(effects), len(w.entries("journal")))
	}
}

func keptBack[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	last := w.fill(9, 3)
	w.caughtUp("journal", last)
	broken := w.journal("b")
	broken.failOn(failing("s2"))
	var heard atomic.Bool
	w.startOn(w.target.Again(t, w.db), registry(t), broken.projections(), projection.SwapWhenReady(),
		projection.WithLogger(slog.New(listener{"version not swapped in by itself", &heard})))
	w.eventually("the second version is kept back", heard.Load)
	w.caughtUp("journal", w.fill(9, 3))
	if v := w.versions("journal"); v[0].State != projection.Live || v[1].State != projection.Building {
		t.Errorf("versions are %s and %s", v[0].State, v[1].State)
	}
	w.swap(2) // whoever insists gets it
}

// listener is a handler of logs that waits for a message.
type listener struct {
	message string
	heard   *atomic.Bool
}

func (listener) Enabled(context.Context, slog.Level) bool { return true }

func (l listener) Handle(_ context.Context, r slog.Record) error {
	if r.Message == l.message {
		l.heard.Store(true)
	}
	return nil
}

func (l listener) WithAttrs([]slog.Attr) slog.Handler { return l }

func (l listener) WithGroup(string) slog.Handler { return l }

func rebuilt[T Tx](t *testing.T, w *world[T]) {
	model := map[string]Order{}
	w.scribble(model, 100)
	p := w.start([]projection.Projection[T]{w.declared("a")}, projection.WithShards(2), projection.SwapWhenReady(), projection.WithMemory(5000))
	w.caughtUp("orders", w.scribble(model, 10))
	added, err := projection.Rebuild(w.ctx, w.db, "orders")
	check(t, "rebuild", err)
	p.Wake()
	for w.versions("orders")[added.Number-1].State != projection.Live {
		w.scribble(model, 3)
		if t.Context().Err() != nil || w.ctx.Err() != nil {
			t.Fatalf("never live\n%s", w.state())
		}
	}
	w.caughtUp("orders", w.scribble(model, 10))
	w.sameOrders(model)
	w.eventually("both stand at the same position", func() bool {
		at := map[runtime.Position]bool{}
		for _, v := range w.versions("orders") {
			for _, s := range w.shards(v) {
				at[s.Position] = true
			}
		}
		return len(at) == 1
	})
	v := w.versions("orders")
	check(t, "diff", w.db.Ledger(w.ctx, func(l projection.Ledger) error {
		differences, err := l.Diff(w.ctx, v[0], v[1], 10)
		if len(differences) > 0 {
			t.Errorf("versions differ: %+v", differences)
		}
		return err
	}))
}

func retired[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	w.hasVersions(1) // and so the first one is the one that is live
	w.startOn(w.target.Again(t, w.db), registry(t), w.journal("b").projections(), projection.SwapWhenReady())
	last := w.fill(10, 2)
	w.caughtUp("journal", last)
	w.eventually("the second version is live", func() bool {
		v := w.versions("journal")
		return len(v) == 2 && v[1].State == projection.Live
	})
	if err := projection.Retire(w.ctx, w.db, "journal", 2); !errors.Is(err, projection.ErrUnknownVersion) {
		t.Errorf("retire the live one: %v", err)
	}
	check(t, "retire", projection.Retire(w.ctx, w.db, "journal"))
	if v := w.versions("journal")[0]; v.State != projection.Retired || len(w.shards(v)) != 0 {
		t.Errorf("retired: %+v, %+v", v, w.shards(v))
	}
	if got, err := w.readJournal(w.db, "journal_v1"); err == nil {
		t.Errorf("the table is still there: %v", got)
	}
	last = w.fill(10, 2)
	w.caughtUp("journal", last)
	w.complete("journal", last)
}

func waited[T Tx](t *testing.T, w *world[T]) {
	w.start(w.journal("a").projections())
	last := w.fill(3, 1)
	w.caughtUp("journal", last)
	ctx, cancel := context.WithTimeout(w.ctx, 50*time.Millisecond)
	defer cancel()
	if err := projection.WaitFor(ctx, w.db, "journal", last+1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("wait: %v", err)
	}
}
