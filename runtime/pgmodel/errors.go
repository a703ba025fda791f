package pgmodel

import (
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime/projection"
)

// ValueError says that PostgreSQL cannot keep a value: it holds \u0000, or is out
// of range. No retry helps. It never holds the value.
type ValueError struct {
	// Table is the name that readers know; Column is empty where it is not known.
	Table, Column string
	Err           error
}

func (e *ValueError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("table %q cannot keep a value: %v", e.Table, e.Err)
	}
	return fmt.Sprintf("column %q of table %q cannot keep a value: %v", e.Column, e.Table, e.Err)
}

func (e *ValueError) Unwrap() error { return e.Err }

// AlteredError says that the table of a declared projection is not as it was
// created: somebody has changed or dropped it. Nothing is written until it is as
// it was; a rebuild makes a new one.
type AlteredError struct {
	Version projection.Version
	// Table is the name that readers know.
	Table string
	Err   error
}

func (e *AlteredError) Error() string {
	return fmt.Sprintf("table %q, made for %s, was altered by hand: %v; undo that, or rebuild %s, which makes a new table",
		e.Version.Table(e.Table), &e.Version, e.Err, e.Version.ID)
}

func (e *AlteredError) Unwrap() error { return e.Err }

// raceError says that two shards began the same row at the same time: tried again
// the slower one finds it.
type raceError struct{ err error }

func (e *raceError) Error() string { return "another shard began the same row: " + e.err.Error() }

func (e *raceError) Unwrap() error { return e.err }

// explain tells apart why PostgreSQL refused to write the table of a declared projection.
func explain(err error, v projection.Version, table, key string) error {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) {
		return err
	}
	switch failure.Code[:2] {
	case "22": // data exception
		return &ValueError{Table: table, Column: columnOf(failure), Err: withoutValue{failure}}
	case "42": // syntax error or access rule violation
		if failure.Code == "42501" {
			return err
		}
		return &AlteredError{Version: v, Table: table, Err: err}
	case "23": // integrity constraint violation
		if failure.ConstraintName == key {
			return &raceError{err}
		}
		return &AlteredError{Version: v, Table: table, Err: err}
	}
	return err
}

// withoutValue keeps the detail of a failure, which may quote a value, out of texts.
type withoutValue struct{ *pgconn.PgError }

func (e withoutValue) Unwrap() error { return e.PgError }

func (e withoutValue) Error() string {
	message, _, _ := strings.Cut(e.Message, `"`)
	return strings.TrimRight(message, ": ") + " (SQLSTATE " + e.Code + ")"
}

// columnOf finds the column in a failure; for COPY it stands in the context:
// "COPY notes_v1, line 3, column body".
func columnOf(failure *pgconn.PgError) string {
	if failure.ColumnName != "" {
		return failure.ColumnName
	}
	_, column, _ := strings.Cut(failure.Where, ", column ")
	column, _, _ = strings.Cut(column, ":")
	return column
}

// passing are SQLSTATEs that may pass; those of two characters stand for a class.
var passing = []string{
	"08",    // connection exception
	"40",    // transaction rollback: deadlock, serialization
	"53",    // insufficient resources: disk full, too many connections
	"57",    // operator intervention: shutdown, a statement that was cancelled
	"58",    // system error: I/O
	"55P03", // lock not available
	"55006", // object in use
	"25006", // read-only: a standby, after a failover
	"42501", // a right is missing: no fault of a fact
}

// Transient reports whether err may pass if the same is tried again: see
// [projection.Database]. So may a missing right and an [AlteredError], since no
// fact is to blame for them.
func (db *DB) Transient(err error) bool {
	var failure *pgconn.PgError
	var altered *AlteredError
	var race *raceError
	switch {
	case errors.As(err, &altered), errors.As(err, &race), errors.Is(err, errTaken):
		return true
	case errors.As(err, &failure):
		return slices.ContainsFunc(passing, func(code string) bool { return strings.HasPrefix(failure.Code, code) })
	}
	return lost(err)
}

// lost reports whether err is one of the link.
func lost(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.SafeToRetry(err) || pgconn.Timeout(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}
