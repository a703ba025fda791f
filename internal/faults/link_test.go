package faults_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/testimony"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/postgres"
)

func stream(n int) runtime.StreamID { return runtime.StreamOf("Sweep", fmt.Sprint(n)) }

func TestAppendOverALinkThatIsCutAnywhereIsWrittenOnce(t *testing.T) {
	for name, cause := range map[string]func() runtime.Cause{
		"fresh":   runtime.Root,
		"command": func() runtime.Cause { return runtime.Root().WithCommand(uuid.New()) },
	} {
		for _, size := range []int{1, 3} {
			t.Run(fmt.Sprint(name, " of ", size), func(t *testing.T) {
				s, w := newSite(t), testimony.NewWitness(1)
				s.sweep(func() {
					if err := appendUnit(s.ctx, s.store, w, stream(1), runtime.ExpectAny(), cause(), size); err != nil {
						t.Errorf("append: %v", err)
					}
				})
				s.told(w)
			})
		}
	}
}

func TestExpectationsHoldAcrossLinksThatAreCut(t *testing.T) {
	s, w := newSite(t), testimony.NewWitness(1)
	version := runtime.StreamVersion(0)
	s.sweep(func() {
		if err := appendUnit(s.ctx, s.store, w, stream(1), runtime.ExpectVersion(version), runtime.Root(), 1); err != nil {
			t.Errorf("append: %v", err)
		}
		version++
	})
	s.told(w)
}

func TestGatheredAppendsOverALinkThatIsCutAnywhereAreWrittenOnce(t *testing.T) {
	s := newSite(t)
	witnesses := make([]*testimony.Witness, 6)
	for i := range witnesses {
		witnesses[i] = testimony.NewWitness(i)
	}
	s.sweep(func() {
		var calls sync.WaitGroup
		for i, w := range witnesses {
			calls.Add(1)
			go func() {
				defer calls.Done()
				for range 2 {
					if err := appendUnit(s.ctx, s.store, w, stream(i), runtime.ExpectAny(), runtime.Root(), 1+i%2); err != nil {
						t.Errorf("append: %v", err)
					}
				}
			}()
		}
		calls.Wait()
	})
	s.told(witnesses...)
}

// Those who are cancelled have a true answer, and the others never hear of it.
func TestCancelledCallersOfAGroupTouchNoOther(t *testing.T) {
	s := newSite(t)
	witnesses := make([]*testimony.Witness, 8)
	var calls sync.WaitGroup
	for i := range witnesses {
		witnesses[i] = testimony.NewWitness(i)
		calls.Add(1)
		go func() {
			defer calls.Done()
			for range 60 {
				ctx, cancel := s.ctx, context.CancelFunc(func() {})
				if i%2 == 1 {
					ctx, cancel = context.WithTimeout(s.ctx, rand.N(4*time.Millisecond))
				}
				err := appendUnit(ctx, s.store, witnesses[i], stream(i), runtime.ExpectAny(), runtime.Root(), 1)
				cancel()
				if err != nil && (i%2 == 0 || !errors.Is(err, context.DeadlineExceeded)) {
					t.Errorf("caller %d: %v", i, err)
				}
			}
		}()
	}
	calls.Wait()
	if v := s.told(witnesses...); v.Refused == 0 {
		t.Error("nobody was cancelled in time")
	}
}

func TestTransactionsOverALinkThatIsCutAnywhereAreWholeOrAbsent(t *testing.T) {
	s, w := newSite(t), testimony.NewWitness(1)
	_, err := s.conn.Exec(s.ctx, `CREATE TABLE elsewhere (number int)`)
	must(t, err)
	s.sweep(func() { s.transaction(w) })
	v := s.told(w)
	if v.Unknown == 0 || v.Refused == 0 {
		t.Errorf("not every outcome was met: %+v", v)
	}
	s.besides()
}

// transaction writes events and something else, by savepoints and without.
func (s *site) transaction(w *testimony.Witness) {
	unit := w.Begin()
	outcome := testimony.Refused
	defer func() { unit.Settle(outcome) }()
	tx, err := s.pool.Begin(s.ctx)
	if err != nil {
		return
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(s.ctx)) }()
	part := unit.Intend(stream(1), 2)
	if _, err := tx.Exec(s.ctx, `INSERT INTO elsewhere VALUES ($1)`, part.First()); err != nil {
		return
	}
	given, err := s.store.InTx(tx).Append(s.ctx, stream(1), runtime.ExpectAny(), runtime.Root(), part.Events()...)
	if err != nil {
		return
	}
	part.At(given)
	undone := unit.Intend(stream(2), 1)
	undone.Refuse()
	errUndo := errors.New("undo")
	err = pgx.BeginFunc(s.ctx, tx, func(savepoint pgx.Tx) error {
		_, err := s.store.InTx(savepoint).Append(s.ctx, stream(2), runtime.ExpectAny(), runtime.Root(), undone.Events()...)
		return errors.Join(errUndo, err)
	})
	if !errors.Is(err, errUndo) {
		return
	}
	outcome = testimony.Unknown
	if tx.Commit(s.ctx) == nil {
		outcome = testimony.Written
	}
}

// besides checks that what was written besides events is there with them.
func (s *site) besides() {
	s.t.Helper()
	rows, err := s.conn.Query(s.ctx, `SELECT number FROM elsewhere`)
	must(s.t, err)
	others, err := pgx.CollectRows(rows, pgx.RowTo[int])
	must(s.t, err)
	events := map[int]bool{}
	truth := s.truth()
	for _, e := range truth {
		events[e.Mark.Number] = true
	}
	for _, number := range others {
		if !events[number] {
			s.t.Errorf("the row beside event %d is there, the event is not", number)
		}
	}
	if len(truth) != 2*len(others) {
		s.t.Errorf("%d rows beside %d pairs of events", len(others), len(truth)/2)
	}
}

func TestImportOverALinkThatIsCutAnywhereIsCompletedByAnother(t *testing.T) {
	s, w := newSite(t), testimony.NewWitness(1)
	s.sweep(func() {
		unit := w.Begin()
		records := testimony.Records(stream(1), unit.Intend(stream(1), 4).Events())
		_, err := s.store.Import(s.ctx, records)
		for tries := 0; err != nil && tries < 3; tries++ {
			_, err = s.store.Import(s.ctx, records)
		}
		if err != nil {
			t.Errorf("import: %v", err)
		}
		unit.Settle(testimony.Written)
	})
	s.told(w)
}

// The statement is on its way when all links go, and none can be made while the
// caller waits.
func TestOutcomeThatCannotBeFoundOutIsSaidToBeUnknown(t *testing.T) {
	s := newSite(t)
	if _, err := s.store.Append(s.ctx, stream(1), runtime.ExpectNew(), runtime.Root(), testimony.Mark{Writer: 9}); err != nil {
		t.Fatal(err)
	}
	conn := s.connect()
	tx, err := conn.Begin(s.ctx)
	must(t, err)
	_, err = tx.Exec(s.ctx, `SELECT FROM evgen.streams FOR UPDATE`)
	must(t, err)
	ctx, cancel := context.WithTimeout(s.ctx, time.Second)
	defer cancel()
	cause := runtime.Root().WithCommand(uuid.New())
	result := make(chan error, 1)
	go func() {
		_, err := s.store.Append(ctx, stream(1), runtime.ExpectAny(), cause, testimony.Mark{Writer: 1})
		result <- err
	}()
	watcher := s.connect()
	await.Until(t, "the append waits", func() bool {
		var waiting int
		must(t, watcher.QueryRow(s.ctx, `SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(&waiting))
		return waiting > 0
	})
	s.proxy.Darken()
	var unknown *postgres.UnknownOutcomeError
	if err := <-result; !errors.As(err, &unknown) || len(unknown.IDs) != 1 || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("append: %v", err)
	}
	must(t, tx.Rollback(s.ctx))
	s.proxy.Lighten()
	if _, err := s.store.Append(s.ctx, stream(1), runtime.ExpectAny(), cause, testimony.Mark{Writer: 1}); err != nil {
		t.Errorf("the command again: %v", err)
	}
	if n := len(s.truth()); n != 2 {
		t.Errorf("%d events", n)
	}
}
