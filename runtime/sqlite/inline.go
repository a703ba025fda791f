package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"

	"modernc.org/sqlite"

	"github.com/evgen/evgen/runtime"
)

// Inline is called for each event in the transaction that appends or imports it.
// What it writes with conn is committed with the event; if it returns an error,
// nothing is, and who appended gets that error. It must not begin, commit or keep
// anything, and it holds up every other writer.
type Inline func(ctx context.Context, conn *sql.Conn, rec runtime.Record) error

// WithInline runs f in the transactions that write events, such as the Apply of a
// projection.Inline over the same file.
func WithInline(f Inline) Option { return func(c *config) { c.inline = f } }

// shared is the writer's connection as database/sql has it, which never begins a
// transaction of its own.
type shared struct {
	db   *sql.DB
	conn *sql.Conn
}

func share(c *conn, f Inline) (*shared, error) {
	db := sql.OpenDB(lent{c.raw})
	ctx := context.Background() // as for all that runs in a transaction: see conn.exec
	borrowed, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	c.inline = func(rec *runtime.Record) error { return f(ctx, borrowed, *rec) }
	return &shared{db, borrowed}, nil
}

func (s *shared) close() error {
	if s == nil {
		return nil
	}
	return errors.Join(s.conn.Close(), s.db.Close())
}

// lent is a connector that hands out one connection, and leaves it open.
type lent struct{ driver.Conn }

func (l lent) Connect(context.Context) (driver.Conn, error) { return l, nil }

func (lent) Driver() driver.Driver { return &sqlite.Driver{} }

func (lent) Close() error { return nil }
