package outbox_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	orders "github.com/evgen/evgen/runtime/internal/sampleevents"
	"github.com/evgen/evgen/runtime/outbox"
	"github.com/evgen/evgen/runtime/postgres"
	"github.com/evgen/evgen/runtime/sqlite"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// service keeps its customers in a table of its own.
type service interface {
	// transact adds a customer and entries in one transaction, and ends it so.
	transact(ctx context.Context, cause runtime.Cause, commit bool, entries ...outbox.Entry) error
	customers(ctx context.Context) (int, error)
}

func onAll(t *testing.T, story func(t *testing.T, s service, store runtime.Store)) {
	for name, open := range map[string]func(t *testing.T) (service, runtime.Store){
		"sqlite": onSQLite, "pgx": onPgx, "postgres by database/sql": onSQLOverPgx,
	} {
		t.Run(name, func(t *testing.T) {
			s, store := open(t)
			story(t, s, store)
		})
	}
}

const (
	createCustomers = `CREATE TABLE customers (name TEXT)`
	insertCustomer  = `INSERT INTO customers VALUES ('Ada')`
	countCustomers  = `SELECT count(*) FROM customers`
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// onConns is a service on database/sql; add does what its store needs.
type onConns struct {
	db  *sql.DB
	add func(ctx context.Context, conn *sql.Conn, tx *sql.Tx, cause runtime.Cause, entries []outbox.Entry) error
}

func (s *onConns) transact(ctx context.Context, cause runtime.Cause, commit bool, entries ...outbox.Entry) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, insertCustomer)
	if err == nil {
		err = s.add(ctx, conn, tx, cause, entries)
	}
	if err != nil || !commit {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

func (s *onConns) customers(ctx context.Context) (n int, err error) {
	err = s.db.QueryRowContext(ctx, countCustomers).Scan(&n)
	return n, err
}

func onSQLite(t *testing.T) (service, runtime.Store) {
	path := filepath.Join(t.TempDir(), "events.db")
	store, err := sqlite.Open(context.Background(), path)
	check(t, err)
	box := outbox.New(sqlite.AppendIn[*sql.Tx](store))
	return openConns(t, "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(5000)", store,
		func(ctx context.Context, _ *sql.Conn, tx *sql.Tx, cause runtime.Cause, entries []outbox.Entry) error {
			return box.Add(ctx, tx, cause, entries...)
		}), store
}

func onSQLOverPgx(t *testing.T) (service, runtime.Store) {
	dsn := pgtest.Database(t)
	store, err := postgres.Open(context.Background(), dsn, postgres.WithMigrations())
	check(t, err)
	box := outbox.New(postgres.AppendInConn(store))
	return openConns(t, "pgx", dsn, store,
		func(ctx context.Context, conn *sql.Conn, _ *sql.Tx, cause runtime.Cause, entries []outbox.Entry) error {
			return box.Add(ctx, conn, cause, entries...)
		}), store
}

func openConns(t *testing.T, driver, dsn string, store interface{ Close() error }, add func(context.Context, *sql.Conn, *sql.Tx, runtime.Cause, []outbox.Entry) error) service {
	t.Cleanup(func() { _ = store.Close() })
	db, err := sql.Open(driver, dsn)
	check(t, err)
	t.Cleanup(func() { _ = db.Close() })
	_, err = db.Exec(createCustomers)
	check(t, err)
	return &onConns{db, add}
}

type onPool struct {
	pool *pgxpool.Pool
	box  *outbox.Outbox[pgx.Tx]
}

func onPgx(t *testing.T) (service, runtime.Store) {
	ctx, dsn := context.Background(), pgtest.Database(t)
	store, err := postgres.Open(ctx, dsn, postgres.WithMigrations())
	check(t, err)
	t.Cleanup(func() { _ = store.Close() })
	pool, err := pgxpool.New(ctx, dsn)
	check(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(ctx, createCustomers)
	check(t, err)
	return &onPool{pool, outbox.New(postgres.AppendIn[pgx.Tx](store))}, store
}

func (s *onPool) transact(ctx context.Context, cause runtime.Cause, commit bool, entries ...outbox.Entry) error {
	tx, err := s.pool.Begin(ctx)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, insertCustomer)
	if err == nil {
		err = s.box.Add(ctx, tx, cause, entries...)
	}
	if err != nil || !commit {
		return errors.Join(err, tx.Rollback(ctx))
	}
	return tx.Commit(ctx)
}

func (s *onPool) customers(ctx context.Context) (n int, err error) {
	err = s.pool.QueryRow(ctx, countCustomers).Scan(&n)
	return n, err
}

// byCarrier stands for what is generated for an event with a declared key.
func byCarrier(e orders.OrderShipped) runtime.StreamID {
	return runtime.StreamOf("OrderShipped", e.Carrier)
}

func shipped(carrier string) outbox.Entry {
	return outbox.Keyed(byCarrier, orders.OrderShipped{Carrier: carrier})
}

func events(t *testing.T, store runtime.Store) (streams []string) {
	t.Helper()
	for rec, err := range store.ReadAll(context.Background(), 0, runtime.Filter{}) {
		check(t, err)
		streams = append(streams, fmt.Sprintf("%s/%d", rec.Stream, rec.StreamVersion))
	}
	return streams
}

func TestRowsAndEventsAreThereTogetherOrNotAtAll(t *testing.T) {
	onAll(t, func(t *testing.T, s service, store runtime.Store) {
		ctx := context.Background()
		check(t, s.transact(ctx, runtime.Root(), false, shipped("post")))
		if n, err := s.customers(ctx); err != nil || n != 0 || len(events(t, store)) != 0 {
			t.Errorf("rolled back: %d rows, events %v, %v", n, events(t, store), err)
		}
		check(t, s.transact(ctx, runtime.Root(), true, shipped("post"), shipped("rail"), shipped("post")))
		n, err := s.customers(ctx)
		if got := fmt.Sprint(events(t, store)); err != nil || n != 1 || got != "[OrderShipped-post/1 OrderShipped-post/2 OrderShipped-rail/1]" {
			t.Errorf("committed: %d rows, events %s, %v", n, got, err)
		}
	})
}

func TestCommandIsAddedOnce(t *testing.T) {
	onAll(t, func(t *testing.T, s service, store runtime.Store) {
		cause := runtime.Root().WithCommand(uuid.New())
		for range 2 {
			check(t, s.transact(context.Background(), cause, true, shipped("post"), shipped("rail"), shipped("post")))
		}
		if n := len(events(t, store)); n != 3 {
			t.Errorf("%d events", n)
		}
	})
}

func TestRefusedEntryTakesTheRowsAlong(t *testing.T) {
	onAll(t, func(t *testing.T, s service, store runtime.Store) {
		ctx := context.Background()
		bad := outbox.Entry{Stream: runtime.StreamOf("Order", "1"), Event: orders.OrderPlaced{}}
		var refused *runtime.AppendingError
		err := s.transact(ctx, runtime.Root(), true, shipped("post"), bad)
		if !errors.As(err, &refused) || refused.Index != 1 || !errors.Is(err, orders.ErrNoCustomer) {
			t.Errorf("%v", err)
		}
		if n, err := s.customers(ctx); err != nil || n != 0 || len(events(t, store)) != 0 {
			t.Errorf("%d rows, events %v, %v", n, events(t, store), err)
		}
	})
}

func TestConnectionWithoutATransactionIsRefused(t *testing.T) {
	_, store := onSQLOverPgx(t)
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "other.db"))
	check(t, err)
	defer func() { _ = db.Close() }()
	open, err := sql.Open("pgx", pgtest.Database(t))
	check(t, err)
	defer func() { _ = open.Close() }()
	for want, db := range map[error]*sql.DB{postgres.ErrNotPgx: db, pgx.ErrTxClosed: open} {
		conn, err := db.Conn(context.Background())
		check(t, err)
		if err := outbox.New(postgres.AppendInConn(store.(*postgres.Store))).Add(context.Background(), conn, runtime.Root(), shipped("post")); !errors.Is(err, want) {
			t.Errorf("%v, not %v", err, want)
		}
		check(t, conn.Close())
	}
}

// A service adds a row and says so in one transaction.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "outbox")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "shop.db")
	store, err := sqlite.Open(ctx, path) // first: it takes no file that has tables
	if err != nil {
		panic(err)
	}
	defer func() { _ = store.Close() }()
	db, err := sql.Open("sqlite", path+"?_txlock=immediate")
	if err != nil {
		panic(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(ctx, createCustomers); err != nil {
		panic(err)
	}

	box := outbox.New(sqlite.AppendIn[*sql.Tx](store))
	ship := func(commit bool) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		if _, err := tx.ExecContext(ctx, insertCustomer); err != nil {
			return err
		}
		if err := box.Add(ctx, tx, runtime.Root(), outbox.Keyed(byCarrier, orders.OrderShipped{Carrier: "post"})); err != nil {
			return err
		}
		if !commit {
			return nil
		}
		return tx.Commit()
	}
	for _, commit := range []bool{false, true} {
		if err := ship(commit); err != nil {
			panic(err)
		}
		var rows int
		if err := db.QueryRowContext(ctx, countCustomers).Scan(&rows); err != nil {
			panic(err)
		}
		head, _, err := store.Head(ctx)
		if err != nil {
			panic(err)
		}
		fmt.Printf("%d rows, %d events\n", rows, head)
	}
	// Output:
	// 0 rows, 0 events
	// 1 rows, 1 events
}
