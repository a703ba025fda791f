package postgres

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/internal/await"
	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
)

// handMade opens a store and sessions beside it.
func handMade(t testing.TB, sessions int) (*Store, []*session) {
	t.Helper()
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, WithMigrations())
	out := make([]*session, sessions)
	for i := range out {
		out[i] = newSession(t, dsn)
	}
	return s, out
}

func want[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func wantPositions(t testing.TB, got []runtime.Position, want ...runtime.Position) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
}

func TestHeadStaysBelowAnOpenAppend(t *testing.T) {
	s, by := handMade(t, 2)
	before := by[1].insert()
	by[0].exec("BEGIN")
	open := by[0].insert()
	after := by[1].insert()
	want(t, "head beside an open append", headOf(t, s), before)
	wantPositions(t, positionsOf(t, s, 0), before)
	by[0].exec("COMMIT")
	want(t, "head after it", headOf(t, s), after)
	wantPositions(t, positionsOf(t, s, 0), before, open, after)
}

func TestHeadPassesWhatWasRolledBack(t *testing.T) {
	s, by := handMade(t, 1)
	by[0].exec("BEGIN")
	by[0].insert()
	by[0].exec("ROLLBACK")
	last := by[0].insert()
	want(t, "head", headOf(t, s), last)
}

func TestHeadHoldsForASavepointOnlyWhileItMayBeKept(t *testing.T) {
	s, by := handMade(t, 2)
	by[0].exec("BEGIN")
	by[0].exec("SAVEPOINT a")
	by[0].insert()
	after := by[1].insert()
	want(t, "head beside a savepoint", headOf(t, s), 0)
	by[0].exec("ROLLBACK TO a")
	want(t, "head after rolling back to it", headOf(t, s), after)
	again := by[0].insert()
	last := by[1].insert()
	want(t, "head beside the next one", headOf(t, s), after)
	by[0].exec("RELEASE a")
	by[0].exec("COMMIT")
	wantPositions(t, positionsOf(t, s, after), again, last)
}

func TestTransactionsThatDoNotAppendHoldNothingUp(t *testing.T) {
	s, by := handMade(t, 3)
	by[0].exec("CREATE TABLE elsewhere (x int)")
	by[0].exec("BEGIN ISOLATION LEVEL REPEATABLE READ")
	by[0].exec("INSERT INTO elsewhere VALUES (1)")
	by[2].exec("BEGIN")
	by[2].exec("SELECT count(*) FROM evgen.events")
	by[1].exec("BEGIN")
	by[1].insert()
	by[1].exec("ROLLBACK")
	last := by[1].insert()
	start := time.Now()
	want(t, "head", headOf(t, s), last)
	if took := time.Since(start); took > longestWait {
		t.Errorf("it took %s", took)
	}
}

func TestReaderWaitsForAShortAppendBelowWhatItKnowsOf(t *testing.T) {
	s, by := handMade(t, 2)
	by[0].exec("BEGIN")
	first := by[0].insert()
	second := by[1].insert()
	committed := make(chan struct{})
	go func() {
		defer close(committed)
		by[0].exec("DO $$ BEGIN PERFORM pg_sleep(0.05); END $$")
		by[0].exec("COMMIT")
	}()
	wantPositions(t, positionsOf(t, s, 0), first, second)
	<-committed
}

func TestIdleAppenderCostsPatienceOnce(t *testing.T) {
	s, by := handMade(t, 2)
	by[0].exec("BEGIN")
	by[0].insert()
	by[1].insert()
	want(t, "head", headOf(t, s), 0)
	start := time.Now()
	for range 10 {
		by[1].insert()
		want(t, "head", headOf(t, s), 0)
	}
	if took := time.Since(start); took > longestWait {
		t.Errorf("ten looks beside a transaction that is known to idle took %s", took)
	}
}

func TestSubscriberGetsWhatIsSettledBesideAnIdleAppender(t *testing.T) {
	s, by := handMade(t, 2)
	first := by[1].insert()
	by[0].exec("BEGIN")
	second := by[0].insert()
	third := by[1].insert()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var seen []runtime.Position
	for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if seen = append(seen, rec.Position); len(seen) == 1 {
			by[0].exec("COMMIT")
		}
		if len(seen) == 3 {
			break
		}
	}
	wantPositions(t, seen, first, second, third)
}

func TestPreparedTransactionHoldsReadersUntilItIsDecided(t *testing.T) {
	s, by := handMade(t, 2)
	by[0].exec("BEGIN")
	first := by[0].insert()
	second := by[1].insert()
	want(t, "head while it is open", headOf(t, s), 0)
	by[0].exec("PREPARE TRANSACTION 'p1'")
	want(t, "head while it is prepared", headOf(t, s), 0)
	third := by[0].insert()
	want(t, "head when its session has gone on", headOf(t, s), 0)
	by[1].exec("COMMIT PREPARED 'p1'")
	wantPositions(t, positionsOf(t, s, 0), first, second, third)
}

// A crash of one backend restarts the server's processes without a new
// postmaster, and gives a prepared transaction another name in the lock table.
func TestPreparedTransactionHoldsReadersThroughACrash(t *testing.T) {
	server := pgtest.Start(t)
	dsn := server.DSN("postgres")
	s := openStore(t, dsn, WithMigrations())
	by, victim := newSession(t, dsn), newSession(t, dsn)
	by.exec("BEGIN")
	first := by.insert()
	second := victim.insert()
	want(t, "head while it is open", headOf(t, s), 0)
	by.exec("PREPARE TRANSACTION 'p1'")
	process, err := os.FindProcess(int(victim.conn.PgConn().PID()))
	if err == nil {
		err = process.Kill()
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, dead := range []*session{victim, by} {
		await.Until(t, "the server has let go of everyone", func() bool { return dead.conn.Ping(context.Background()) != nil })
	}
	s.pool.Reset()
	await.Until(t, "the server is back", func() bool {
		_, _, err := s.Head(context.Background())
		return err == nil
	})
	want(t, "head after the crash", headOf(t, s), 0)
	by = newSession(t, dsn)
	third := by.insert()
	want(t, "head after another append", headOf(t, s), 0)
	by.exec("COMMIT PREPARED 'p1'")
	wantPositions(t, positionsOf(t, s, 0), first, second, third)
}

func TestReaderAheadOfAnotherTrackerIsNotRewound(t *testing.T) {
	s, by := handMade(t, 2)
	by[1].exec("BEGIN")
	by[1].insert()
	by[1].exec("ROLLBACK") // a gap, which takes a look at the lock to pass
	last := by[1].insert()
	want(t, "head", headOf(t, s), last)
	by[0].exec("BEGIN")
	by[0].insert()
	by[1].exec("UPDATE evgen.store SET safe = 0") // as if it had not been written down yet
	other := openStore(t, s.pool.Config().ConnString())
	want(t, "head of the other", headOf(t, other), 0)
	wantPositions(t, positionsOf(t, other, last))
	err := firstErrorOf(other.ReadAll(context.Background(), last+1, runtime.Filter{}))
	if !errors.Is(err, runtime.ErrStoreRewound) {
		t.Errorf("beyond the end: %v", err)
	}
	by[0].exec("ROLLBACK")
}

func TestSafePositionIsWrittenDownForOthers(t *testing.T) {
	s, by := handMade(t, 2)
	last := by[1].insert()
	want(t, "head", headOf(t, s), last)
	var safe runtime.Position
	if err := by[1].conn.QueryRow(context.Background(), "SELECT safe FROM evgen.store").Scan(&safe); err != nil {
		t.Fatal(err)
	}
	want(t, "written down", safe, last)
}

func TestLookOfOneServesAllWhoWait(t *testing.T) {
	const readers, each = 8, 100
	s, _ := handMade(t, 0)
	failed := make(chan error, readers)
	for range readers {
		go func() {
			for range each {
				if _, _, err := s.Head(context.Background()); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range readers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if looks := s.track.begun.Load(); looks > readers*each/2 {
		t.Errorf("%d calls of Head made %d looks", readers*each, looks)
	}
}

func TestWhoHoldsTheLogUpIsNamed(t *testing.T) {
	var text bytes.Buffer
	dsn := pgtest.Database(t)
	s := openStore(t, dsn, WithMigrations(), WithLogger(slog.New(slog.NewTextHandler(&text, nil))))
	idle, other := newSession(t, dsn), newSession(t, dsn)
	idle.exec("SET application_name = 'forgotten'")
	idle.exec("BEGIN")
	idle.insert()
	other.insert()
	headOf(t, s)
	for id, h := range s.track.view.appenders.open {
		h.since = h.since.Add(-holdUp)
		s.track.view.appenders.open[id] = h
	}
	headOf(t, s)
	if got := text.String(); !strings.Contains(got, "application_name=forgotten") || !strings.Contains(got, "xact_start=") {
		t.Errorf("the log says %q", got)
	}
}
