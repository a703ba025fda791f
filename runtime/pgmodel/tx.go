package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// ErrNotYours says that a handler tried to end the transaction it was lent.
var ErrNotYours = errors.New("the transaction is ended by who began it")

// none is the number of a fact where there is none.
const none = -1

// Tx is a transaction for one version of a projection: one of pgx, and a queue of
// statements that go to the server together. Whatever has a result sends the
// queue first, so that statements take effect in the order in which they were made.
type Tx struct {
	pgx.Tx // nil until somebody needs more than the queue
	conn   *pgx.Conn
	names  names
	mode   pgx.QueryExecMode
	// version is whose tables are written.
	version projection.Version
	queue   []statement
	// fact is the one that is being applied, to which failures are attributed.
	fact int
	// begun says that the server has had a BEGIN.
	begun bool
	// cached says that the planner has been told what expectCache tells it, or must not be.
	cached bool
}

// Table returns the name of the version's own table for a name that readers know,
// with its schema and quoted, ready for use in a statement.
func (t *Tx) Table(name string) string { return t.names.table(&t.version, name) }

// Version returns the version that the transaction writes.
func (t *Tx) Version() projection.Version { return t.version }

// Effects reports whether side effects of an event at position belong to this
// version: a build and a standby have none.
func (t *Tx) Effects(position runtime.Position) bool { return t.version.Effects(position) }

// Enter makes whoever erases in the version's tables wait for the end of this
// transaction, and waits for who does so now. A projection.Inline calls it before it
// opens what is sealed, so that nothing which was opened before an erasure is written
// behind it.
func (t *Tx) Enter(ctx context.Context) error {
	_, err := t.Exec(ctx, shareInlined, t.names.inlined(&t.version))
	return wrap("enter "+t.version.String(), err)
}

// Queue adds a statement whose result does not matter. It is sent, with all others
// of the queue, in one round trip: at the end of Apply, by the next call that has
// a result, or by [Tx.Flush]. Its failure shows then, as a *[projection.EventError]
// where it was queued by a fact of a [Handwritten] handler. Unless the pool says
// otherwise each text is prepared once on each connection: keep values out of it.
func (t *Tx) Queue(sql string, args ...any) {
	t.queue = append(t.queue, statement{sql: sql, args: args, fact: t.fact})
}

// Flush sends the queue and waits for its results.
func (t *Tx) Flush(ctx context.Context) error {
	if len(t.queue) == 0 {
		return nil
	}
	defer t.forget()
	for i := range t.queue {
		if err := t.queue[i].encode(ctx, t); err != nil {
			return t.queue[i].failed(err)
		}
	}
	p := t.conn.PgConn().StartPipeline(ctx)
	err := t.exchange(p)
	if closing := p.Close(); err == nil {
		err = closing
	}
	return err
}

// Read models that are written to are in memory: with PostgreSQL's default, made for
// disks that turn, batches of some hundred rows and more read the whole table instead
// of the key's index, which made them three times slower.
const expectCached = `SET LOCAL random_page_cost = 1.1`

// fewRows are so few that the planner uses the index anyway.
const fewRows = 100

// expectCache tells the planner, once, what a merge of n rows should reckon with.
func (t *Tx) expectCache(n int) {
	if t.cached || n < fewRows {
		return
	}
	t.cached = true
	t.queue = append(t.queue, statement{sql: expectCached, fact: none})
}

// forget empties the queue and keeps its memory.
func (t *Tx) forget() {
	clear(t.queue)
	t.queue = t.queue[:0]
}

// exchange sends the queue, behind a BEGIN if there was none, and reads the results.
func (t *Tx) exchange(p *pgconn.Pipeline) error {
	if !t.begun {
		p.SendQueryParams(begin, nil, nil, nil, nil)
	}
	for i := range t.queue {
		t.queue[i].send(p)
	}
	if err := p.Sync(); err != nil {
		return err
	}
	if !t.begun {
		if _, err := result(p); err != nil {
			return err
		}
		t.begun = true
	}
	for i := range t.queue {
		if err := t.queue[i].receive(p); err != nil {
			return t.queue[i].failed(err)
		}
	}
	return nil
}

const begin = `BEGIN ISOLATION LEVEL READ COMMITTED`

// open sends the queue and makes sure that there is a transaction of pgx.
func (t *Tx) open(ctx context.Context) error {
	if t.Tx == nil {
		options := pgx.TxOptions{BeginQuery: begin}
		if t.begun {
			// pgx cannot be told of a transaction that was begun without it, but sends what it is given
			options.BeginQuery = ";"
		}
		tx, err := t.conn.BeginTx(ctx, options)
		if err != nil {
			return fmt.Errorf("begin: %w", err)
		}
		t.Tx, t.begun = tx, true
	}
	return t.Flush(ctx)
}

// commit makes what was sent durable.
func (t *Tx) commit(ctx context.Context) error {
	if !t.begun {
		return nil
	}
	tag, err := t.conn.Exec(ctx, "COMMIT")
	if err == nil && tag.String() == "ROLLBACK" {
		err = pgx.ErrTxCommitRollback // somebody ignored an error
	}
	if err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// abandon rolls back, in a time of its own: that ctx has ended may be why.
func (t *Tx) abandon(ctx context.Context) {
	if pg := t.conn.PgConn(); pg.IsClosed() || pg.TxStatus() == 'I' {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	// If this fails the pool closes the connection, which comes to the same.
	_, _ = t.conn.Exec(ctx, "ROLLBACK")
}

// Exec sends the queue and then sql.
func (t *Tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	if err := t.open(ctx); err != nil {
		return pgconn.CommandTag{}, err
	}
	return t.Tx.Exec(ctx, sql, args...)
}

// Query sends the queue and then sql.
func (t *Tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	return t.Tx.Query(ctx, sql, args...)
}

// QueryRow sends the queue and then sql. An error of the queue shows in Scan.
func (t *Tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	if err := t.open(ctx); err != nil {
		return failedRow{err}
	}
	return t.Tx.QueryRow(ctx, sql, args...)
}

// failedRow is a row that could not be asked for.
type failedRow struct{ err error }

func (r failedRow) Scan(...any) error { return r.err }

// CopyFrom sends the queue and then rows.
func (t *Tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, rows pgx.CopyFromSource) (int64, error) {
	if err := t.open(ctx); err != nil {
		return 0, err
	}
	return t.Tx.CopyFrom(ctx, table, columns, rows)
}

// SendBatch sends the queue and then b. An error of the queue shows in the results.
func (t *Tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	if err := t.open(ctx); err != nil {
		return failedBatch{err}
	}
	return t.Tx.SendBatch(ctx, b)
}

// failedBatch is the result of a batch that was not sent.
type failedBatch struct{ err error }

func (b failedBatch) Exec() (pgconn.CommandTag, error) { return pgconn.CommandTag{}, b.err }
func (b failedBatch) Query() (pgx.Rows, error)         { return nil, b.err }
func (b failedBatch) QueryRow() pgx.Row                { return failedRow(b) }
func (b failedBatch) Close() error                     { return b.err }

// Prepare sends the queue and prepares sql on the transaction's connection.
func (t *Tx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	return t.Tx.Prepare(ctx, name, sql)
}

// Begin sends the queue and sets a savepoint.
func (t *Tx) Begin(ctx context.Context) (pgx.Tx, error) {
	if err := t.open(ctx); err != nil {
		return nil, err
	}
	return t.Tx.Begin(ctx)
}

// Conn returns the connection. What is sent there overtakes the queue: Flush first.
func (t *Tx) Conn() *pgx.Conn { return t.conn }

// LargeObjects are no part of read models: their methods panic. Large values go
// into columns.
func (t *Tx) LargeObjects() pgx.LargeObjects { return pgx.LargeObjects{} }

// Commit returns [ErrNotYours].
func (t *Tx) Commit(context.Context) error { return ErrNotYours }

// Rollback returns [ErrNotYours]. Return an error to have the transaction rolled back.
func (t *Tx) Rollback(context.Context) error { return ErrNotYours }
