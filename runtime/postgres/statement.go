package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
)

// statement is a prepared statement with the name that it has on every connection.
type statement struct {
	name, sql string
}

func newStatement(n names, sql string) statement {
	sql = n.fill(sql)
	sum := sha256.Sum256([]byte(sql))
	return statement{name: "evgen_" + hex.EncodeToString(sum[:8]), sql: sql}
}

// run executes the statement with p, in one round trip unless it is its first
// time on conn, and calls row for each row, whose values are binary.
func (st statement) run(ctx context.Context, conn *pgx.Conn, p *params, row func(values [][]byte) error) error {
	return execute(ctx, conn, []execution{{st, p, row}})
}

// execution is a statement to be executed.
type execution struct {
	statement
	params *params
	row    func(values [][]byte) error
}

// execute executes calls in order and in one round trip, unless a statement is new
// on conn. Outside a transaction they are one.
func execute(ctx context.Context, conn *pgx.Conn, calls []execution) error {
	for _, c := range calls {
		if _, err := conn.Prepare(ctx, c.name, c.sql); err != nil {
			return &notSentError{err}
		}
	}
	binary := []int16{pgx.BinaryFormatCode}
	if len(calls) == 1 {
		c := &calls[0]
		return c.read(conn.PgConn().ExecPrepared(ctx, c.name, c.params.values(), binary, binary))
	}
	var batch pgconn.Batch
	for _, c := range calls {
		batch.ExecPrepared(c.name, c.params.values(), binary, binary)
	}
	results := conn.PgConn().ExecBatch(ctx, &batch)
	var failed error
	for i := 0; results.NextResult(); i++ {
		if err := calls[i].read(results.ResultReader()); failed == nil {
			failed = err
		}
	}
	if err := results.Close(); err != nil {
		return err
	}
	return failed
}

// read passes on the rows of a result. An error of the database goes before one of row.
func (c *execution) read(rows *pgconn.ResultReader) (failed error) {
	for rows.NextRow() {
		if failed == nil {
			failed = c.row(rows.Values())
		}
	}
	if _, err := rows.Close(); err != nil {
		return err
	}
	return failed
}

// notSentError says that a statement was never sent, so that nothing was written.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return "prepare: " + e.err.Error() }
func (e *notSentError) Unwrap() error { return e.err }

// headers returns a record's headers as they are stored, nil for none.
func headers(r *runtime.Record) []byte {
	if len(r.Headers) == 0 {
		return nil
	}
	text, err := json.Marshal(r.Headers)
	if err != nil {
		panic(err) // a map of strings has a JSON form
	}
	return text
}
