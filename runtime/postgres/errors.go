package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
)

// Errors of the database. Test for them with errors.Is; PostgreSQL's own error
// is wrapped beside them.
var (
	// ErrUnreachable says that no connection could be made: a wrong address or
	// password, a missing database, a server that is down.
	ErrUnreachable = errors.New("database cannot be reached")
	// ErrNotMigrated says that the store's tables are missing or of an older release.
	ErrNotMigrated = errors.New("tables are not up to date: run evgen store migrate, or call postgres.Migrate")
	// ErrNoRights says that the role lacks a right: see [WithRole].
	ErrNoRights = errors.New("role lacks a right")
	// ErrReadOnly says that the server takes no writes: a standby, or a
	// transaction that is read-only.
	ErrReadOnly = errors.New("server takes no writes")
	// ErrFull says that the server's disk is full. Nothing was written.
	ErrFull = errors.New("disk is full")
	// ErrNoPartition says that positions have passed the last partition. Nothing
	// was written; [Store.Maintain] makes room.
	ErrNoPartition = errors.New("no partition is left for the next position")
	// ErrTooBig says that a value is larger than PostgreSQL can store, 1 GB.
	ErrTooBig = errors.New("value is too big")
	// ErrBusy says that other transactions kept interfering, beyond all retries.
	// Nothing was written.
	ErrBusy = errors.New("other transactions interfere")
)

// NewerStoreError says that a newer release has changed the tables.
type NewerStoreError struct {
	// Found is the level of the tables, Known the newest that this build knows.
	Found, Known int
}

func (e *NewerStoreError) Error() string {
	return fmt.Sprintf("tables are of level %d, this build knows levels up to %d", e.Found, e.Known)
}

// UnknownOutcomeError says that the link broke while an append was under way,
// and that it could not be found out whether it took place. Repeat it with the
// same command (see [runtime.Cause.WithCommand]), or look for IDs with Find.
type UnknownOutcomeError struct {
	IDs []uuid.UUID
	Err error
}

func (e *UnknownOutcomeError) Error() string {
	return fmt.Sprintf("outcome is unknown for %d events, the first %s: %v", len(e.IDs), e.IDs[0], e.Err)
}

func (e *UnknownOutcomeError) Unwrap() error { return e.Err }

// byState names SQLSTATEs; a key of two characters stands for the whole class.
func byState(code string) error {
	switch code {
	case "42501":
		return ErrNoRights
	case "25006":
		return ErrReadOnly
	case "53100":
		return ErrFull
	case "54000":
		return ErrTooBig
	case "3F000", "42P01", "42703", "42883":
		return ErrNotMigrated
	case "40001", "40P01", "55P03":
		return ErrBusy
	}
	return nil
}

// named gives an error of PostgreSQL the name that this package has for its code.
func named(err error) error {
	var failure *pgconn.PgError
	if !errors.As(err, &failure) {
		return err
	}
	name := byState(failure.Code)
	if failure.Code == "23514" && strings.HasPrefix(failure.Message, "no partition of relation") {
		name = ErrNoPartition
	}
	if name == nil {
		return err
	}
	return fmt.Errorf("%w: %w", name, err)
}

// unreachable names the errors of making a connection.
func unreachable(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnreachable, err)
}
