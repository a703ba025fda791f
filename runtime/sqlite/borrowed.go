package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
)

// borrowed is a transaction of database/sql, which does not give away its connection,
// as a connection of the driver: so that one code appends in either. It is never
// begun, and closed by its owner.
type borrowed struct{ tx Transaction }

var (
	_ driver.Conn             = borrowed{}
	_ driver.StmtExecContext  = borrowedStatement{}
	_ driver.StmtQueryContext = borrowedStatement{}
)

var errNotOurs = errors.New("the transaction is ended by who began it")

func (b borrowed) Prepare(query string) (driver.Stmt, error) {
	stmt, err := b.tx.PrepareContext(context.Background(), query)
	if err != nil {
		return nil, err
	}
	return borrowedStatement{stmt}, nil
}

func (borrowed) Begin() (driver.Tx, error) { return nil, errNotOurs }

func (borrowed) Close() error { return nil }

type borrowedStatement struct{ stmt *sql.Stmt }

func (s borrowedStatement) Close() error { return s.stmt.Close() }

func (borrowedStatement) NumInput() int { return -1 }

func (borrowedStatement) Exec([]driver.Value) (driver.Result, error) { return nil, driver.ErrSkip }

func (borrowedStatement) Query([]driver.Value) (driver.Rows, error) { return nil, driver.ErrSkip }

func (s borrowedStatement) ExecContext(ctx context.Context, args []driver.NamedValue) (driver.Result, error) {
	return s.stmt.ExecContext(ctx, anys(args)...)
}

func (s borrowedStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	rows, err := s.stmt.QueryContext(ctx, anys(args)...)
	if err != nil {
		return nil, err
	}
	columns, err := rows.Columns()
	if err != nil {
		return nil, errors.Join(err, rows.Close())
	}
	return &borrowedRows{rows: rows, columns: columns}, nil
}

func anys(args []driver.NamedValue) []any {
	out := make([]any, len(args))
	for i := range args {
		out[i] = args[i].Value
		if args[i].Name != "" {
			out[i] = sql.Named(args[i].Name, args[i].Value)
		}
	}
	return out
}

type borrowedRows struct {
	rows    *sql.Rows
	columns []string
}

func (r *borrowedRows) Columns() []string { return r.columns }

func (r *borrowedRows) Close() error { return r.rows.Close() }

func (r *borrowedRows) Next(dest []driver.Value) error {
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return io.EOF
	}
	into := make([]any, len(dest))
	for i := range dest {
		into[i] = (*any)(&dest[i]) // which Scan fills with what the driver has
	}
	return r.rows.Scan(into...)
}
