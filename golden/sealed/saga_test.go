package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/pgsaga"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
	"github.com/evgen/evgen/runtime/sqlitesaga"
)

// welcome is what a saga remembers of somebody.
type welcome struct{ Greeting, Parcel string }

// greeter takes the steps of the saga of a person who has registered: a greeting is written, then packed.
type greeter struct {
	// packing is called by the second step.
	packing func(ctx context.Context, w *welcome) error
	torn    func(w *welcome)
}

func (g greeter) definition() saga.Definition {
	quick := saga.Retry{Attempts: 2, Base: time.Millisecond, Max: time.Millisecond}
	return saga.Definition{ID: "people.Welcome", Start: people.TypePersonRegistered, Steps: []saga.Step{
		{Name: "write", Retry: quick, Undo: quick,
			Do: func(_ context.Context, r *saga.Run) error {
				return saga.WithState(r, func(w *welcome) error {
					w.Greeting = "Dear " + r.Start.Data.(people.PersonRegistered).Name
					return nil
				})
			},
			Compensate: func(_ context.Context, r *saga.Run) error {
				return saga.WithState(r, func(w *welcome) error { g.torn(w); return nil })
			}},
		{Name: "pack", Retry: quick, Do: func(ctx context.Context, r *saga.Run) error {
			return saga.WithState(r, func(w *welcome) error { return g.packing(ctx, w) })
		}},
	}}
}

// ledger is a database of sagas in which the saga of a greeter runs until the test ends.
type ledger struct {
	saga.Control
	log *await.Log
}

// onEachLedger runs a test on each database of sagas. start begins to take the steps.
func onEachLedger(t *testing.T, test func(t *testing.T, w *world, start func(r *runtime.Registry, g greeter) ledger)) {
	t.Run("sqlite", func(t *testing.T) {
		models, err := sqlitemodel.Open(t.Context(), filepath.Join(t.TempDir(), "models.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { models.Close() })
		w := newWorld(t)
		test(t, w, func(r *runtime.Registry, g greeter) ledger { return greet(t, w, models, sqlitesaga.New(models), r, g) })
	})
	t.Run("postgres", func(t *testing.T) {
		models, err := pgmodel.Open(t.Context(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(models.Close)
		w := newWorld(t)
		test(t, w, func(r *runtime.Registry, g greeter) ledger { return greet(t, w, models, pgsaga.New(models), r, g) })
	})
}

func greet[T any](t *testing.T, w *world, models projection.Database[T], sagas saga.Database[T], r *runtime.Registry, g greeter) ledger {
	t.Helper()
	if err := errors.Join(models.Setup(t.Context()), sagas.Setup(t.Context())); err != nil {
		t.Fatal(err)
	}
	log := &await.Log{}
	logger := log.Logger()
	worker, err := saga.NewWorker(w.store, sagas, r, nil, g.definition(), saga.WithLogger(logger), saga.WithDrain(10*time.Millisecond),
		saga.WithPoll(runtime.Poll{Min: time.Millisecond, Max: 5 * time.Millisecond}))
	if err != nil {
		t.Fatal(err)
	}
	runner, err := projection.NewRunner(w.store, models, r, []projection.Projection[T]{worker.Starter()}, projection.WithPoll(5*time.Millisecond), projection.WithLogger(logger))
	if err != nil {
		t.Fatal(err)
	}
	background(t, runner.Run)
	background(t, worker.Run)
	return ledger{sagas, log}
}

// until waits for the only saga there is to be in a state.
func (l ledger) until(t *testing.T, state saga.State) saga.Instance {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		all, err := l.List(ctx, saga.Query{})
		if len(all) == 1 && all[0].State == state {
			return all[0]
		}
		if ctx.Err() != nil {
			t.Fatalf("no saga is %s: %+v, %v\n%s", state, all, err, l.log.String())
		}
	}
}

// taken is what comes out of a channel, or that it is closed.
func taken[T any](t *testing.T, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(time.Minute):
		t.Fatal("nothing has come for a minute")
	}
	return got
}

// text is all that is kept of a saga, and what was logged.
func (l ledger) text(t *testing.T, s saga.Instance) string {
	t.Helper()
	entries, err := l.Entries(t.Context(), s.Ref)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%+v %s %+v %s", s, s.Data, entries, l.log.String())
}

func holdsNothing(t *testing.T, text string) {
	t.Helper()
	for _, secret := range secrets {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%q is kept: …%s", secret, text[max(at-100, 0):at+20])
		}
	}
}

func TestTheStateOfASagaIsSealed(t *testing.T) {
	onEachLedger(t, func(t *testing.T, w *world, start func(*runtime.Registry, greeter) ledger) {
		packed := make(chan welcome, 1)
		l := start(w.registry, greeter{packing: func(_ context.Context, w *welcome) error {
			packed <- *w
			w.Parcel = "parcel for 4711"
			return nil
		}})
		w.append(t, stream, registered())
		if got := taken(t, packed); got.Greeting != "Dear Ada Lovelace" {
			t.Errorf("the second step is given %+v", got)
		}
		s := l.until(t, saga.Completed)
		if !bytes.Contains(s.Data, []byte(runtime.SealedMember)) {
			t.Errorf("the state is %s", s.Data)
		}
		holdsNothing(t, l.text(t, s))
	})
}

// What fails repeats what it was given: the ledger, which nobody can change, must not.
func TestWhyAStepHasFailedIsKeptWithoutWhatItRead(t *testing.T) {
	onEachLedger(t, func(t *testing.T, w *world, start func(*runtime.Registry, greeter) ledger) {
		torn := make(chan welcome, 1)
		l := start(w.registry, greeter{
			packing: func(_ context.Context, w *welcome) error {
				return saga.Permanent(fmt.Errorf("no box for %q of Ada Lovelace", w.Greeting))
			},
			torn: func(w *welcome) { torn <- *w },
		})
		w.append(t, stream, registered())
		s := l.until(t, saga.Compensated)
		if got := taken(t, torn); got.Greeting != "Dear Ada Lovelace" || s.Failure != `no box for "…" of …` {
			t.Errorf("compensated %+v after %q", got, s.Failure)
		}
		holdsNothing(t, l.text(t, s))
	})
}

// A step whose state is gone must not work on an empty one: the saga ends where a person looks.
func TestASagaWhoseStateIsErasedGoesNoFurther(t *testing.T) {
	onEachLedger(t, func(t *testing.T, w *world, start func(*runtime.Registry, greeter) ledger) {
		failed, again := make(chan struct{}), make(chan struct{})
		l := start(w.registry, greeter{
			packing: func(context.Context, *welcome) error {
				select {
				case <-failed:
					t.Error("packed without a state")
				default:
					close(failed)
				}
				<-again
				return errors.New("no tape")
			},
			torn: func(w *welcome) { t.Errorf("compensated %+v", w) },
		})
		w.append(t, stream, registered())
		taken(t, failed)
		w.erase(t, stream.ID())
		close(again)
		s := l.until(t, saga.CompensationFailed)
		if s.Failure != saga.ErrStateErased.Error() {
			t.Errorf("failure %q", s.Failure)
		}
		holdsNothing(t, l.text(t, s))
	})
}

// Who is erased while a step holds the state is not written back by it.
func TestAStateIsNotKeptForWhomIsErasedDuringTheStep(t *testing.T) {
	onEachLedger(t, func(t *testing.T, w *world, start func(*runtime.Registry, greeter) ledger) {
		inside, outside := make(chan struct{}), make(chan struct{})
		l := start(w.registry, greeter{packing: func(_ context.Context, w *welcome) error {
			close(inside)
			<-outside
			w.Parcel = "a parcel"
			return nil
		}})
		w.append(t, stream, registered())
		taken(t, inside)
		w.erase(t, stream.ID())
		close(outside)
		s := l.until(t, saga.Completed)
		if want := `{"$sealed":null}`; strings.ReplaceAll(string(s.Data), " ", "") != want {
			t.Errorf("the state is %s", s.Data)
		}
	})
}

// An opener that cannot seal lets no step begin whose state it could not keep.
func TestAStepWaitsForWhoCanSealItsState(t *testing.T) {
	onEachLedger(t, func(t *testing.T, w *world, start func(*runtime.Registry, greeter) ledger) {
		l := start(closed(t).Opening(struct{ runtime.Opener }{w.keyring}), greeter{})
		w.append(t, stream, registered())
		for began := time.Now(); !strings.Contains(l.log.String(), "seals no state"); {
			if time.Since(began) > time.Minute {
				t.Fatal(l.log.String())
			}
		}
		if s := l.until(t, saga.Running); s.Attempts != 0 || len(s.Data) > 0 {
			t.Errorf("%+v", s)
		}
	})
}
