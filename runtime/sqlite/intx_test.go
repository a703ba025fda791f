package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlite"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// caller opens path as a program that keeps rows of its own beside the events.
func caller(t testing.TB, path string, parameters string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&"+parameters)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

const immediate = "_txlock=immediate"

func run(t testing.TB, db sqlite.Transaction, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(context.Background(), query, args...); err != nil {
		t.Fatal(err)
	}
}

func begin(t testing.TB, db *sql.DB) *sql.Tx {
	t.Helper()
	tx, err := db.Begin()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback() })
	return tx
}

func TestInTxCommitsWithTheCallersWritesOrNotAtAll(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	db := caller(t, s.path, immediate)
	run(t, db, `CREATE TABLE orders (id INTEGER)`)
	for _, end := range []func(*sql.Tx) error{(*sql.Tx).Rollback, (*sql.Tx).Commit} {
		tx := begin(t, db)
		run(t, tx, `INSERT INTO orders VALUES (1)`)
		out, err := s.InTx(tx).Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1), step(1, 2))
		if err != nil || out.First != 1 || out.Last != 2 || out.Position != 2 {
			t.Fatalf("%+v, %v", out, err)
		}
		if n := count(t, s); n != 0 {
			t.Errorf("%d events are visible before the commit", n)
		}
		if err := end(tx); err != nil {
			t.Fatal(err)
		}
	}
	var orders int
	if err := db.QueryRow(`SELECT count(*) FROM orders`).Scan(&orders); err != nil || orders != 1 {
		t.Errorf("%d orders, %v", orders, err)
	}
	if n := count(t, s); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestInTxRefusalsLeaveTheTransactionUsable(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	cause := runtime.Root().WithCommand(uuid.New())
	first, err := s.Append(ctx, contended(), runtime.ExpectNew(), cause, step(1, 1))
	if err != nil {
		t.Fatal(err)
	}
	tx := begin(t, caller(t, s.path, immediate))
	in := s.InTx(tx)
	var conflict *runtime.ConflictError
	if _, err := in.Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); !errors.As(err, &conflict) || conflict.Actual != 1 {
		t.Errorf("%v", err)
	}
	var tenant *runtime.TenantError
	if _, err := in.Append(ctx, contended(), runtime.ExpectAny(), runtime.Root().WithTenant("other"), step(1, 1)); !errors.As(err, &tenant) {
		t.Errorf("%v", err)
	}
	var repeated *runtime.IdempotencyError
	if _, err := in.Append(ctx, contended(), runtime.ExpectAny(), cause, step(1, 2)); !errors.As(err, &repeated) {
		t.Errorf("%v", err)
	}
	if again, err := in.Append(ctx, contended(), runtime.ExpectAny(), cause, step(1, 1)); err != nil || !again.Duplicate || again.Position != first.Position {
		t.Errorf("%+v, %v", again, err)
	}
	for version := range 3 {
		if _, err := in.Append(ctx, contended(), runtime.ExpectVersion(runtime.StreamVersion(version+1)), runtime.Root(), step(1, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s); n != 4 {
		t.Errorf("%d events", n)
	}
}

func TestAppendAllWritesWhatIsInFrontOfARefusal(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	tx := begin(t, caller(t, s.path, immediate))
	one := func(n int, expect runtime.Expect) runtime.Appending {
		return runtime.Appending{Stream: runtime.StreamOf("Order", fmt.Sprint(n)), Expect: expect, Cause: runtime.Root(), Events: []runtime.Event{placed()}}
	}
	var refused *runtime.AppendingError
	out, err := s.InTx(tx).AppendAll(ctx, []runtime.Appending{
		one(1, runtime.ExpectNew()), one(2, runtime.ExpectNew()), one(1, runtime.ExpectNew()), one(3, runtime.ExpectNew()),
	})
	if !errors.As(err, &refused) || refused.Index != 2 || len(out) != 2 {
		t.Fatalf("%+v, %v", out, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s); n != 2 {
		t.Errorf("%d events", n)
	}
}

func TestInTxOfAnotherFileIsRefused(t *testing.T) {
	s, other := open(t, filepath.Join(t.TempDir(), "events.db")), open(t, filepath.Join(t.TempDir(), "events.db"))
	tx := begin(t, caller(t, other.path, immediate))
	if _, err := s.InTx(tx).Append(context.Background(), contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); !errors.Is(err, sqlite.ErrOtherFile) {
		t.Errorf("%v", err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, other); n != 0 {
		t.Errorf("the other file has %d events", n)
	}
}

func TestInTxWithoutATransactionIsRefused(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	db := caller(t, s.path, immediate)
	conn, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	ended := begin(t, db)
	if err := ended.Commit(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		in   sqlite.Transaction
		want error
	}{
		"pool":       {db, sqlite.ErrNoTransaction},
		"connection": {conn, sqlite.ErrNoTransaction},
		"ended":      {ended, sql.ErrTxDone},
	} {
		if _, err := s.InTx(c.in).Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := count(t, s); n != 0 {
		t.Errorf("%d events", n)
	}
	run(t, conn, `BEGIN IMMEDIATE`)
	if _, err := s.InTx(conn).Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); err != nil {
		t.Fatal(err)
	}
	run(t, conn, `COMMIT`)
	if n := count(t, s); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestInTxThatReadBeforeOthersWroteIsBusy(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	db := caller(t, s.path, "")
	tx := begin(t, db)
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM events`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	put(t, s, contended())
	if _, err := s.InTx(tx).Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); !errors.Is(err, sqlite.ErrBusy) {
		t.Errorf("%v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	again := begin(t, db)
	if _, err := s.InTx(again).Append(ctx, contended(), runtime.ExpectVersion(1), runtime.Root(), step(1, 1)); err != nil {
		t.Errorf("one that has not read yet: %v", err)
	}
	if err := again.Commit(); err != nil {
		t.Fatal(err)
	}
}

func TestInTxOfWritersAtOnceWaitForEachOther(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	const writers, each = 4, 25
	failed := make(chan error, writers)
	for range writers {
		db := caller(t, s.path, "") // whose transactions do not ask for the right to write
		go func() {
			var err error
			for range each {
				tx, begun := db.Begin()
				if begun != nil {
					err = errors.Join(err, begun)
					break
				}
				_, one := s.InTx(tx).Append(ctx, contended(), runtime.ExpectAny(), runtime.Root(), step(1, 1))
				err = errors.Join(err, one, tx.Commit())
			}
			failed <- err
		}()
	}
	for range writers {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	if n := count(t, s); n != writers*each {
		t.Errorf("%d events", n)
	}
}

var errInline = errors.New("inline failed")

func TestInTxGivesInlineEffectsAndTakesThemBack(t *testing.T) {
	ctx, fails := context.Background(), false
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithInline(func(ctx context.Context, conn *sql.Conn, rec runtime.Record) error {
		_, err := conn.ExecContext(ctx, `INSERT INTO seen VALUES (?, ?)`, int64(rec.Position), rec.RecordedAt)
		if fails && rec.StreamVersion == 3 {
			err = errInline
		}
		return err
	}))
	db := caller(t, s.path, immediate)
	run(t, db, `CREATE TABLE seen (position INTEGER, at TEXT)`)
	tx := begin(t, db)
	in := s.InTx(tx)
	if _, err := in.Append(ctx, contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); err != nil {
		t.Fatal(err)
	}
	fails = true
	if _, err := in.Append(ctx, contended(), runtime.ExpectAny(), runtime.Root(), step(1, 2), step(1, 3)); !errors.Is(err, errInline) {
		t.Errorf("%v", err)
	}
	fails = false
	if out, err := in.Append(ctx, contended(), runtime.ExpectVersion(1), runtime.Root(), step(1, 2)); err != nil || out.Position != 2 {
		t.Errorf("%+v, %v", out, err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var seen int
	if err := db.QueryRow(`SELECT count(*) FROM seen`).Scan(&seen); err != nil || seen != 2 || count(t, s) != 2 {
		t.Errorf("%d effects of %d events, %v", seen, count(t, s), err)
	}
}

func TestInTxWakesSubscribers(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithPoll(runtime.Poll{})) // which looks only when woken
	db := caller(t, s.path, immediate)
	put(t, s, contended())
	seen := make(chan runtime.Position, 2)
	go func() {
		defer close(seen)
		for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
			if err != nil {
				return
			}
			if seen <- rec.Position; rec.Position == 2 {
				return
			}
		}
	}()
	<-seen
	tx := begin(t, db)
	if _, err := s.InTx(tx).Append(ctx, contended(), runtime.ExpectAny(), runtime.Root(), step(1, 2)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	// the first call came before the commit; whoever looks often for a while sees it by
	// itself, this subscription with the next call
	if _, err := s.InTx(begin(t, db)).Append(ctx, contended(), runtime.ExpectAny(), runtime.Root(), step(1, 3)); err != nil {
		t.Fatal(err)
	}
	if at, ok := <-seen; !ok || at != 2 {
		t.Error("the subscription slept on")
	}
}

func TestSubscribersSeeACommitInTxSoon(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	s := open(t, filepath.Join(t.TempDir(), "events.db"), sqlite.WithPoll(runtime.Poll{Min: 5 * time.Millisecond, Max: time.Hour}))
	tx := begin(t, caller(t, s.path, immediate))
	if _, err := s.InTx(tx).Append(ctx, contended(), runtime.ExpectAny(), runtime.Root(), step(1, 1)); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(20*time.Millisecond, func() {
		if err := tx.Commit(); err != nil {
			t.Error(err)
		}
	})
	for rec, err := range s.Subscribe(ctx, 0, runtime.Filter{}) {
		if err != nil || rec.Position != 1 {
			t.Errorf("%+v, %v", rec, err)
		}
		return
	}
	t.Error("the subscription ended")
}

func TestInTxInsideTheTransactionOfAReadModel(t *testing.T) {
	s, ctx := open(t, filepath.Join(t.TempDir(), "events.db")), context.Background()
	db, err := sqlitemodel.Open(ctx, s.path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, outcome := range []error{errInline, nil} {
		err := db.Transact(ctx, projection.Version{ID: "p", Number: 1}, func(tx *sqlitemodel.Tx, _ projection.Ledger) error {
			appendIn := sqlite.AppendIn[*sqlitemodel.Tx](s.Store)
			_, err := appendIn(ctx, tx, []runtime.Appending{{Stream: contended(), Expect: runtime.ExpectNew(), Cause: runtime.Root(), Events: []runtime.Event{step(1, 1)}}})
			return errors.Join(err, outcome)
		})
		if !errors.Is(err, outcome) {
			t.Fatal(err)
		}
	}
	if n := count(t, s); n != 1 {
		t.Errorf("%d events", n)
	}
}

func TestInTxOfAClosedStoreIsRefused(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events.db"))
	tx := begin(t, caller(t, s.path, immediate))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.InTx(tx).Append(context.Background(), contended(), runtime.ExpectNew(), runtime.Root(), step(1, 1)); !errors.Is(err, runtime.ErrClosed) {
		t.Errorf("%v", err)
	}
}
