package sealed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/golden/sealed/events/people"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplepg"
	"github.com/evgen/evgen/golden/sealed/events/people/peopleread"
	"github.com/evgen/evgen/golden/sealed/events/people/peoplesqlite"
	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/encryption"
	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// onEach runs a test on each database.
func onEach(t *testing.T, test func(t *testing.T, w *world, m models)) {
	t.Run("sqlite", func(t *testing.T) {
		db, err := sqlitemodel.Open(t.Context(), filepath.Join(t.TempDir(), "models.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		test(t, newWorld(t), newModels(db, peoplesqlite.Directory(), func(ctx context.Context) ([]peopleread.DirectoryRow, error) {
			rows, _, err := peoplesqlite.ReadDirectory(db).List(ctx, projection.Page{Limit: 100})
			return rows, err
		}, sqlitemodel.Declared(laterDirectory())))
	})
	t.Run("postgres", func(t *testing.T) {
		db, err := pgmodel.Open(t.Context(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(db.Close)
		test(t, newWorld(t), newModels(db, peoplepg.Directory(), func(ctx context.Context) ([]peopleread.DirectoryRow, error) {
			rows, _, err := peoplepg.ReadDirectory(db.Pool()).List(ctx, projection.Page{Limit: 100})
			return rows, err
		}, pgmodel.Declared(laterDirectory())))
	})
}

// models is a database with the directory, whatever its transactions are.
type models struct {
	control projection.Control
	// run runs the directory until ctx ends.
	run   func(ctx context.Context, source projection.Source, r *runtime.Registry, opts ...projection.Option) error
	erase func(ctx context.Context, s encryption.Subject) error
	// eraseLater is what a later release has for erase, whose directory has other columns.
	eraseLater func(ctx context.Context, s encryption.Subject) error
	rows       func(ctx context.Context) ([]peopleread.DirectoryRow, error)
}

func newModels[T any](db projection.Database[T], p projection.Projection[T], rows func(context.Context) ([]peopleread.DirectoryRow, error), later projection.Handler[T]) models {
	return models{
		control: db, rows: rows,
		run: func(ctx context.Context, source projection.Source, r *runtime.Registry, opts ...projection.Option) error {
			opts = append(opts, projection.WithPoll(10*time.Millisecond))
			runner, err := projection.NewRunner(source, db, r, []projection.Projection[T]{p}, opts...)
			if err != nil {
				return err
			}
			return runner.Run(ctx)
		},
		erase: func(ctx context.Context, s encryption.Subject) error {
			return projection.EraseSubject(ctx, db, p, s.Tenant, s.ID)
		},
		eraseLater: func(ctx context.Context, s encryption.Subject) error {
			p := projection.Projection[T]{ID: p.ID, Digest: "later", Handler: later}
			return projection.EraseSubject(ctx, db, p, s.Tenant, s.ID)
		},
	}
}

// laterDirectory shows a nickname, and neither a phone nor where somebody is host.
func laterDirectory() *projection.Rows[uuid.UUID, peopleread.DirectoryRow] {
	rows := *peopleread.DirectoryRows()
	rows.Table.Columns = append(slices.Clip(rows.Table.Columns), projection.Column{Name: "nick", Type: projection.Text})
	rows.Table.Erasures = []projection.Erasure{{Subject: "name_subject", Columns: []string{"name", "nick"}}}
	return &rows
}

// start runs the directory until the test ends, or the function it returns is called.
func (m models) start(t *testing.T, w *world, r *runtime.Registry, opts ...projection.Option) func() {
	t.Helper()
	if err := m.control.Setup(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- m.run(ctx, w.store, r, opts...) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// await blocks until the directory shows all there is, and returns it.
func (m models) await(t *testing.T, w *world) []peopleread.DirectoryRow {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	head, _, err := w.store.Head(ctx)
	if err == nil {
		err = projection.WaitFor(ctx, m.control, "directory", head)
	}
	rows, listing := m.rows(ctx)
	if err = errors.Join(err, listing); err != nil {
		t.Fatal(err)
	}
	return rows
}

// eraser erases with the directory as its only hook.
func (w *world) eraser(m models) *encryption.Eraser {
	return &encryption.Eraser{
		Erasures: w.keys, Keyrings: []*encryption.Keyring{w.keyring}, Settle: encryption.Alone,
		Hooks: []encryption.Hook{{Name: "directory", Erase: m.erase}},
	}
}

func holdsSecret(rows []peopleread.DirectoryRow) string {
	for _, r := range rows {
		text := r.Called
		for _, p := range []*string{r.Name, r.Email, r.Phone, r.Street, r.HostName} {
			if p != nil {
				text += " " + *p
			}
		}
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				return text
			}
		}
	}
	return ""
}

var other = people.PersonStream(uuid.MustParse("018f5c2e-7a10-7000-8000-0000000000bb"))

func TestErasureClearsTheRowsOfTheSubjectAndNoOthers(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		m.start(t, w, w.registry)
		w.append(t, stream, registered())
		w.append(t, other, people.PersonRegistered{Name: "Bob", Email: "bob@example.org", Country: "FR"})
		if rows := m.await(t, w); len(rows) != 2 || holdsSecret(rows) == "" {
			t.Fatalf("before: %+v", rows)
		}
		if err := w.eraser(m).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		rows, err := m.rows(t.Context())
		if err != nil || len(rows) != 2 || holdsSecret(rows) != "" || *rows[0].Country != "UK" || *rows[1].Name != "Bob" {
			t.Errorf("after: %+v %v", rows, err)
		}
	})
}

// Two releases run at once, or one version stands by while another is live: whose tables they are
// says what is cleared in them, and not who erases.
func TestErasureKnowsTheTablesOfOtherReleases(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		stop := m.start(t, w, w.registry)
		w.append(t, stream, registered())
		if rows := m.await(t, w); holdsSecret(rows) == "" {
			t.Fatalf("before: %+v", rows)
		}
		stop()
		e := w.eraser(m)
		e.Hooks[0].Erase = m.eraseLater
		if err := e.Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		if rows, err := m.rows(t.Context()); err != nil || len(rows) != 1 || holdsSecret(rows) != "" {
			t.Errorf("after: %+v %v", rows, err)
		}
	})
}

func TestErasurePassesOverVersionsThatAreRetired(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		m.start(t, w, w.registry, projection.SwapWhenReady())
		w.append(t, stream, registered())
		m.await(t, w)
		retireFirst(t, m)
		if err := w.eraser(m).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		if rows, err := m.rows(t.Context()); err != nil || len(rows) != 1 || holdsSecret(rows) != "" {
			t.Errorf("after: %+v %v", rows, err)
		}
	})
}

// retireFirst builds version 2 of the directory, and drops version 1 once the other is live.
func retireFirst(t *testing.T, m models) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := projection.Rebuild(ctx, m.control, "directory"); err != nil {
		t.Fatal(err)
	}
	err := projection.Retire(ctx, m.control, "directory", 1)
	for errors.Is(err, projection.ErrUnknownVersion) && ctx.Err() == nil { // it is live still
		err = projection.Retire(ctx, m.control, "directory", 1)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A runner that has opened events before an erasure, and writes after it, must not bring them back.
func TestARunnerThatReadBeforeTheErasureWritesNothingBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		held := &holding{Opener: w.keyring, opened: make(chan struct{}), release: make(chan struct{})}
		w.append(t, other, people.PersonRegistered{Name: "Bob", Email: "bob@example.org", Country: "FR"})
		m.start(t, w, closed(t).Opening(held))
		m.await(t, w)
		held.on.Store(true)
		w.append(t, stream, registered())
		<-held.opened // the runner holds what it is about to write
		if err := w.eraser(m).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		close(held.release)
		if rows := m.await(t, w); len(rows) != 2 || holdsSecret(rows) != "" || *rows[0].Country != "UK" {
			t.Errorf("rows %+v", rows)
		}
	})
}

// holding is an opener that, once it is on, keeps back the first payload that it has opened.
type holding struct {
	runtime.Opener
	on, done        atomic.Bool
	opened, release chan struct{}
}

func (h *holding) Open(dst []byte, rec *runtime.Record, s *runtime.Seals) ([]byte, *runtime.Sealing, error) {
	dst, out, err := h.Opener.Open(dst, rec, s)
	if h.on.Load() && h.done.CompareAndSwap(false, true) {
		close(h.opened)
		<-h.release
	}
	return dst, out, err
}

func TestARunnerThatReadsAfterTheErasureSeesNothing(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		w.append(t, stream, registered())
		if err := m.control.Setup(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := w.eraser(m).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		m.start(t, w, w.registry)
		if rows := m.await(t, w); len(rows) != 1 || holdsSecret(rows) != "" {
			t.Errorf("rows %+v", rows)
		}
	})
}

func TestAnErasureThatWasBrokenOffIsResumed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		m.start(t, w, w.registry)
		w.append(t, stream, registered())
		m.await(t, w)
		e := w.eraser(m)
		crashed := errors.New("crashed")
		good := e.Hooks
		e.Hooks = []encryption.Hook{{Name: "broken", Erase: func(context.Context, encryption.Subject) error { return crashed }}}
		if err := e.Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); !errors.Is(err, crashed) {
			t.Fatal(err)
		}
		if got := w.last(t); !got.Erased() {
			t.Error("the key is still there")
		}
		e.Hooks = good
		if err := e.Resume(t.Context()); err != nil {
			t.Fatal(err)
		}
		rows, err := m.rows(t.Context())
		if left, pending := w.keys.Pending(t.Context()); len(left) != 0 || pending != nil || err != nil || holdsSecret(rows) != "" {
			t.Errorf("pending %v, rows %+v, %v", left, rows, err)
		}
	})
}

// flaky is a store of keys that may be down.
type flaky struct {
	*encryption.Memory
	down  atomic.Bool
	asked atomic.Int64
	again chan struct{} // closed when it was asked for the fourth time
}

func (f *flaky) Page(ctx context.Context, from uuid.UUID, n int) ([]encryption.Key, error) {
	if f.asked.Add(1) == 4 {
		close(f.again)
	}
	if f.down.Load() {
		return nil, errors.New("no route to host")
	}
	return f.Memory.Page(ctx, from, n)
}

func TestWithoutKeysARunnerWaitsAndMakesNoLetters(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		keys := &flaky{Memory: w.keys, again: make(chan struct{})}
		keys.down.Store(true)
		w.append(t, stream, registered())
		m.start(t, w, closed(t).Opening(encryption.NewKeyring(keys, master(t))))
		<-keys.again
		letters(t, m, 0)
		keys.down.Store(false)
		if rows := m.await(t, w); len(rows) != 1 || *rows[0].Name != "Ada Lovelace" {
			t.Errorf("rows %+v", rows)
		}
		letters(t, m, 0)
	})
}

func letters(t *testing.T, m models, want int) []projection.Letter {
	t.Helper()
	var all []projection.Letter
	err := m.control.Ledger(t.Context(), func(l projection.Ledger) (err error) {
		all, err = l.Letters(t.Context(), projection.LetterQuery{})
		return err
	})
	if err != nil || len(all) != want {
		t.Fatalf("%d letters, want %d: %v", len(all), want, err)
	}
	return all
}

// Nothing that is sealed shows in logs, letters and errors of a run in which all goes wrong that can.
func TestNothingSealedIsLogged(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		var log await.Log
		logger := log.Logger()
		w.append(t, stream, registered(), meeting())
		bad := w.records(t)[0]
		bad.ID, bad.Stream, bad.Data = uuid.Max, other, bytes.Clone(bad.Data)
		if _, err := w.store.Import(t.Context(), func(yield func(runtime.Record, error) bool) { yield(bad, nil) }); err != nil {
			t.Fatal(err)
		}
		m.start(t, w, w.registry, projection.WithLogger(logger))
		m.await(t, w)
		for _, l := range letters(t, m, 1) {
			fmt.Fprintf(&log, "%s %s %s\n", l.Error, l.Key, l.Record.Data)
		}
		for _, change := range []func(*people.PersonRegistered){
			func(p *people.PersonRegistered) { p.Name = strings.Repeat("Lovelace", 20) },
			func(p *people.PersonRegistered) { p.Email = "ada@example.com Ada" },
			func(p *people.PersonRegistered) { *p.Phone = "030 12345 Ada" },
			func(p *people.PersonRegistered) { p.Name = "Ada\xff Lovelace" },
		} {
			e := registered()
			change(&e)
			_, err := w.store.Append(t.Context(), stream, runtime.ExpectAny(), runtime.Root(), e)
			if err == nil {
				t.Error("appended")
			}
			fmt.Fprintln(&log, err)
		}
		for _, secret := range secrets {
			if at := strings.Index(log.String(), secret); at >= 0 {
				t.Errorf("%q is logged: %s", secret, log.String()[max(at-200, 0):at+20])
			}
		}
		if !strings.Contains(log.String(), "not authentic") {
			t.Errorf("the log says nothing of what went wrong: %s", log.String())
		}
	})
}

// A load keeps rows in memory for as long as it takes: what it has opened before an erasure is not
// what it writes.
func TestALoadThatReadBeforeTheErasureWritesNothingBack(t *testing.T) {
	onEach(t, func(t *testing.T, w *world, m models) {
		held := &holding{Opener: w.keyring, opened: make(chan struct{}), release: make(chan struct{})}
		held.on.Store(true)
		w.append(t, stream, registered())
		w.append(t, other, people.PersonRegistered{Name: "Bob", Email: "bob@example.org", Country: "FR"})
		m.start(t, w, closed(t).Opening(held))
		<-held.opened
		if err := w.eraser(m).Erase(t.Context(), encryption.Erasure{}, encryption.Subject{ID: stream.ID()}); err != nil {
			t.Fatal(err)
		}
		close(held.release)
		if rows := m.await(t, w); len(rows) != 2 || holdsSecret(rows) != "" || *rows[1].Name != "Bob" {
			t.Errorf("rows %+v", rows)
		}
	})
}
