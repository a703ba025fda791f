package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/evgen/evgen/runtime"
)

// conn is one connection with its prepared statements. It talks to the driver
// itself: database/sql would add a goroutine a query, and half of the time of a
// scanned row. One goroutine uses it at a time.
type conn struct {
	raw   driver.Conn
	stmts map[string]driver.Stmt
	args  []driver.NamedValue
	names interner
	// inline is called for each record that was written, in its transaction; nil: nobody.
	inline func(*runtime.Record) error
}

// maxStatements bounds the prepared statements: filters come in many shapes.
const maxStatements = 64

// lockWait is how long SQLite itself waits for a lock, in milliseconds, before
// retryBusy looks whether the caller still wants to.
const lockWait = 20

func (c config) connect(ctx context.Context) (*conn, error) {
	raw, err := c.driver.Open(c.uri)
	if err != nil {
		return nil, named(err)
	}
	out := &conn{raw: raw, stmts: map[string]driver.Stmt{}, names: interner{}}
	err = retryBusy(ctx, func() error {
		return out.script(fmt.Sprintf("PRAGMA busy_timeout = %d; PRAGMA synchronous = %s; PRAGMA trusted_schema = OFF", lockWait, c.synchronous))
	})
	if err != nil {
		return nil, errors.Join(err, out.close())
	}
	return out, nil
}

func (c *conn) close() error {
	c.forget()
	return c.raw.Close()
}

func (c *conn) forget() {
	for query, stmt := range c.stmts {
		_ = stmt.Close() // a statement that failed reports that failure once more
		delete(c.stmts, query)
	}
}

// statement prepares query once. The caller must have no rows open.
func (c *conn) statement(query string) (driver.Stmt, error) {
	if stmt := c.stmts[query]; stmt != nil {
		return stmt, nil
	}
	if len(c.stmts) >= maxStatements {
		c.forget()
	}
	stmt, err := c.raw.Prepare(query)
	if err != nil {
		return nil, named(err)
	}
	c.stmts[query] = stmt
	return stmt, nil
}

func (c *conn) bind(args []driver.Value) []driver.NamedValue {
	c.args = c.args[:0]
	for i, arg := range args {
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: arg})
	}
	return c.args
}

// exec runs one statement. Contexts stay outside: an interrupted statement would
// leave it unknown whether it took effect, and none of them runs long.
func (c *conn) exec(query string, args ...driver.Value) error {
	stmt, err := c.statement(query)
	if err != nil {
		return err
	}
	_, err = stmt.(driver.StmtExecContext).ExecContext(context.Background(), c.bind(args))
	return named(err)
}

// script runs several statements without keeping them.
func (c *conn) script(text string) error {
	_, err := c.raw.(driver.ExecerContext).ExecContext(context.Background(), text, nil)
	return named(err)
}

// errEnough ends a query early.
var errEnough = errors.New("enough")

// query calls row for every row, until it returns an error. errEnough ends the
// query without one. The values are valid after the call.
func (c *conn) query(query string, args []driver.Value, row func([]driver.Value) error) error {
	stmt, err := c.statement(query)
	if err != nil {
		return err
	}
	rows, err := stmt.(driver.StmtQueryContext).QueryContext(context.Background(), c.bind(args))
	if err != nil {
		return named(err)
	}
	values := make([]driver.Value, len(rows.Columns()))
	for err == nil {
		if err = rows.Next(values); err == nil {
			err = row(values)
		}
	}
	if err == io.EOF || err == errEnough {
		err = nil
	}
	return errors.Join(named(err), named(rows.Close()))
}

// integer returns the single number that a query yields, 0 for NULL or no row.
func (c *conn) integer(query string, args ...driver.Value) (int64, error) {
	var n int64
	err := c.query(query, args, func(v []driver.Value) error {
		n, _ = v[0].(int64)
		return nil
	})
	return n, err
}

// retryBusy calls try again while another process holds the lock. SQLite has
// waited for lockWait each time; the extra pause keeps a lock that fails at once
// from becoming a busy loop.
func retryBusy(ctx context.Context, try func() error) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		err := try()
		if !errors.Is(err, errBusy) {
			return err
		}
		timer := time.NewTimer(time.Millisecond)
		select {
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		case <-timer.C:
		}
	}
}
