package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
)

// ErrNotPgx says that a connection of database/sql is not one of pgx/v5/stdlib.
var ErrNotPgx = errors.New("connection is not one of pgx")

// AppendInConn is [AppendIn] for programs that go through database/sql and
// pgx/v5/stdlib. An [sql.Tx] does not give away its connection: begin it on one, with
// [sql.Conn.BeginTx], and pass that. It returns [pgx.ErrTxClosed] if no transaction is
// open on it, and [ErrNotPgx].
func AppendInConn(s *Store) func(ctx context.Context, conn *sql.Conn, appends []runtime.Appending) ([]runtime.Appended, error) {
	return func(ctx context.Context, conn *sql.Conn, appends []runtime.Appending) (out []runtime.Appended, err error) {
		failed := conn.Raw(func(driver any) error {
			out, err = s.inDriver(ctx, driver, appends)
			return nil // or database/sql would judge by it whether the connection is sound
		})
		if err == nil && failed != nil {
			err = fmt.Errorf("append in a transaction: %w", failed)
		}
		return out, err
	}
}

func (s *Store) inDriver(ctx context.Context, driver any, appends []runtime.Appending) ([]runtime.Appended, error) {
	own, ok := driver.(interface{ Conn() *pgx.Conn })
	if !ok {
		return nil, fmt.Errorf("%w: it is a %T", ErrNotPgx, driver)
	}
	conn := own.Conn()
	if conn.PgConn().TxStatus() == 'I' {
		return nil, pgx.ErrTxClosed
	}
	// pgx cannot be told of a transaction that was begun without it, but sends what it is given
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: ";"})
	if err != nil {
		return nil, err
	}
	return s.InTx(tx).AppendAll(ctx, appends)
}
