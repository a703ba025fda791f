// Package sqlitemodel keeps read models in a SQLite file: that of the event store,
// or another one.
//
// In go transactions of a projection runner, out come tables that a program or a
// person at the sqlite3 prompt reads by the names of their views. Readers are never
// blocked by writers (WAL). Columns are stored as SQLite and people read them best:
//
//	Text, Decimal, UUID, Date, JSON   TEXT (dates as 2006-01-02)
//	Bool, Int                         INTEGER
//	Float                             REAL
//	Timestamp                         INTEGER, microseconds since 1970, UTC
//	Bytes                             BLOB
//
// It starts no goroutine of its own but those of database/sql.
package sqlitemodel

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"github.com/evgen/evgen/runtime/projection"
)

var _ projection.Database[*Tx] = (*DB)(nil)

// DB is an open file. It must be made by [Open].
type DB struct {
	// Reader reads: what a program's queries go through. It refuses to write.
	reader *sql.DB
	writer *sql.DB
	now    func() time.Time
}

type config struct {
	now         func() time.Time
	synchronous Synchronous
	readers     int
}

// Synchronous says what is safe when a transaction has been committed.
type Synchronous string

const (
	// Full survives the loss of power.
	Full Synchronous = "FULL"
	// Normal survives the death of the process. The loss of power may take the last
	// transactions with it: their events are applied again, since the checkpoint
	// goes with them.
	Normal Synchronous = "NORMAL"
)

// Option configures a database.
type Option func(*config)

// WithClock replaces the clock of leases and letters.
func WithClock(now func() time.Time) Option { return func(c *config) { c.now = now } }

// WithSynchronous sets what is safe after a commit; [Normal] is the default, since
// a read model that lost its end repairs itself. Where the file holds more than
// read models that follow from the events, take [Full].
func WithSynchronous(s Synchronous) Option { return func(c *config) { c.synchronous = s } }

// WithReaders sets how many connections read at once; 4 is the default.
func WithReaders(n int) Option { return func(c *config) { c.readers = max(n, 1) } }

// lockWait is how long a transaction waits for other processes, in milliseconds,
// before it fails as transient.
const lockWait = 5000

// shortWait is how long SQLite itself waits for the right to write, in
// milliseconds. It asks ever less often, so that in a longer wait one who writes
// all the time would win every time.
const shortWait = 10

// Open opens a file, creating it if it is missing. name is a path, in which no
// character is special, or a URI that begins with "file:". If the event store is
// to live in the same file, open that first: it takes no file that has tables.
// The ledger is made by Setup.
func Open(ctx context.Context, name string, opts ...Option) (*DB, error) {
	c := config{now: time.Now, synchronous: Normal, readers: 4}
	for _, opt := range opts {
		opt(&c)
	}
	db, err := open(ctx, name, c)
	if err != nil {
		return nil, fmt.Errorf("open read models in %s: %w", name, err)
	}
	return db, nil
}

func open(ctx context.Context, name string, c config) (*DB, error) {
	if c.synchronous != Full && c.synchronous != Normal {
		return nil, fmt.Errorf("synchronous mode %q is unknown", c.synchronous)
	}
	if name == "" || strings.Contains(name, ":memory:") || strings.Contains(name, "mode=memory") {
		return nil, errors.New("a database in memory cannot be shared by connections")
	}
	if _, err := os.Stat(filepath.Dir(name)); err != nil && !strings.HasPrefix(name, "file:") { // SQLite would speak of memory
		return nil, err
	}
	pragmas := url.Values{"_pragma": {
		fmt.Sprintf("busy_timeout(%d)", lockWait), "journal_mode(WAL)", fmt.Sprintf("synchronous(%s)", c.synchronous), "foreign_keys(ON)",
	}}
	db := &DB{now: c.now}
	var err error
	if db.writer, err = pool(ctx, name, pragmas, url.Values{"_txlock": {"immediate"}}, 1); err != nil {
		return nil, err
	}
	// if the connection is ever made anew it waits longer at a time, which is as right, and less fair
	if _, err := db.writer.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", shortWait)); err != nil {
		return nil, errors.Join(err, db.writer.Close())
	}
	if db.reader, err = pool(ctx, name, pragmas, url.Values{"_pragma": {"query_only(ON)"}}, c.readers); err != nil {
		return nil, errors.Join(err, db.writer.Close())
	}
	return db, nil
}

func pool(ctx context.Context, name string, pragmas, more url.Values, size int) (*sql.DB, error) {
	name, parameters, _ := strings.Cut(uri(name), "?")
	for _, p := range []string{pragmas.Encode(), more.Encode()} {
		parameters = strings.TrimPrefix(parameters+"&"+p, "&")
	}
	db, err := sql.Open("sqlite", name+"?"+parameters)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// uri turns a path into a URI, so that '?', '%' and '#' in it mean nothing.
func uri(name string) string {
	if strings.HasPrefix(name, "file:") {
		return name
	}
	return "file:" + (&url.URL{Path: filepath.ToSlash(name)}).EscapedPath()
}

// Close closes the file. Transactions under way fail.
func (db *DB) Close() error { return errors.Join(db.reader.Close(), db.writer.Close()) }

// Querier reads rows: a [DB], a [Tx], or what database/sql has.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// QueryContext reads what is committed, and blocks on no writer.
func (db *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return db.reader.QueryContext(ctx, query, args...)
}

// QueryRowContext is [DB.QueryContext] for one row.
func (db *DB) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return db.reader.QueryRowContext(ctx, query, args...)
}
