package sqlite

import (
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Errors of the file. Test for them with errors.Is; SQLite's own error is
// wrapped beside them.
var (
	// ErrNotAStore says that the file is no event store: no database at all, or
	// that of another program. It was not touched.
	ErrNotAStore = errors.New("file is not an event store")
	// ErrReadOnly says that the file cannot be written to.
	ErrReadOnly = errors.New("file is read-only")
	// ErrFull says that the disk is full. Nothing was written.
	ErrFull = errors.New("disk is full")
	// ErrCannotOpen says that the file cannot be opened: its directory is
	// missing, or rights are.
	ErrCannotOpen = errors.New("file cannot be opened")
	// ErrDamaged says that SQLite found the file's structure broken.
	ErrDamaged = errors.New("file is damaged")
	// ErrIO says that the disk failed to read or write. An append that reports it
	// may turn out, after the file is opened again, to have taken place: repeat
	// it with the same command (see [runtime.Cause.WithCommand]) to find out.
	ErrIO = errors.New("disk failed")
	// ErrTooBig says that a payload is larger than SQLite can store, 1 GB.
	ErrTooBig = errors.New("payload is too big")
	// errBusy is what retryBusy waits out.
	errBusy = errors.New("file is locked by another process")
)

// NewerFileError says that a newer release of this package has changed the
// file's tables. The file was not touched.
type NewerFileError struct {
	// Found is the version of the file's tables, Known the newest that this build knows.
	Found, Known int
}

func (e *NewerFileError) Error() string {
	return fmt.Sprintf("tables have version %d, this build knows versions up to %d", e.Found, e.Known)
}

// named gives an error of SQLite the name that this package has for its code.
func named(err error) error {
	var failure *driver.Error
	if !errors.As(err, &failure) {
		return err
	}
	var name error
	switch failure.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		name = errBusy
	case lib.SQLITE_NOTADB:
		name = ErrNotAStore
	case lib.SQLITE_READONLY, lib.SQLITE_PERM:
		name = ErrReadOnly
	case lib.SQLITE_FULL:
		name = ErrFull
	case lib.SQLITE_CANTOPEN:
		name = ErrCannotOpen
	case lib.SQLITE_CORRUPT:
		name = ErrDamaged
	case lib.SQLITE_IOERR:
		name = ErrIO
	case lib.SQLITE_TOOBIG:
		name = ErrTooBig
	default:
		return err
	}
	return fmt.Errorf("%w: %w", name, err)
}
