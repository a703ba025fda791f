package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"

	"github.com/evgen/evgen/runtime"
)

// Transaction is what [Store.InTx] appends in: an [sql.Tx], an [sql.Conn] on which a
// transaction was begun, or a *sqlitemodel.Tx. An [sql.DB] is none.
type Transaction interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// Errors of appending in a transaction of the caller's.
var (
	// ErrOtherFile says that the transaction is not in the store's file.
	ErrOtherFile = errors.New("transaction is in another file than the event store")
	// ErrNoTransaction says that no transaction was begun, or that it has ended.
	ErrNoTransaction = errors.New("no transaction is open")
	// ErrBusy says that another transaction is writing, or has written since this one
	// began to read. Roll back and try again; with BEGIN IMMEDIATE (the driver's
	// _txlock=immediate) the wait is at the beginning, and this does not come up.
	ErrBusy = errBusy
)

// Tx appends in a transaction of the caller's.
type Tx struct {
	store *Store
	tx    Transaction
}

// InTx returns what appends in tx, a transaction in the store's file, opened through
// database/sql and the driver of modernc.org/sqlite: events and the caller's own
// writes are committed together or not at all. SQLite has one writer: until tx ends,
// other appends to the file wait, and one that tx itself waits for never ends.
//
// What a commit survives is decided by that connection's synchronous mode, not by
// [WithSynchronous]. Subscriptions see the events within a few milliseconds after a
// commit that follows soon.
func (s *Store) InTx(tx Transaction) *Tx { return &Tx{store: s, tx: tx} }

// AppendIn returns [Tx.AppendAll] as a function of the transaction, as reactions take it.
func AppendIn[T Transaction](s *Store) func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error) {
	return func(ctx context.Context, tx T, appends []runtime.Appending) ([]runtime.Appended, error) {
		return s.InTx(tx).AppendAll(ctx, appends)
	}
}

// Append is [Store.Append] as a part of the transaction: the events become visible,
// at the positions returned, when it commits. After an error nothing of them is
// written and the transaction can be used. Besides the errors of Store.Append there
// are [ErrOtherFile], [ErrNoTransaction], [sql.ErrTxDone] and [ErrBusy].
func (t *Tx) Append(ctx context.Context, stream runtime.StreamID, expect runtime.Expect, cause runtime.Cause, events ...runtime.Event) (runtime.Appended, error) {
	var out runtime.Appended
	err := t.within(ctx, func(tx *transaction) (err error) {
		out, err = t.one(ctx, tx, runtime.Appending{Stream: stream, Expect: expect, Cause: cause, Events: events})
		return err
	})
	return out, err
}

// AppendAll is Append for several, in order, at less cost. If one is refused it
// returns the outcomes of those in front of it, which are written, and a
// *[runtime.AppendingError].
func (t *Tx) AppendAll(ctx context.Context, appends []runtime.Appending) ([]runtime.Appended, error) {
	out := make([]runtime.Appended, 0, len(appends))
	err := t.within(ctx, func(tx *transaction) error {
		for i, a := range appends {
			one, err := t.one(ctx, tx, a)
			switch {
			case runtime.Refused(err):
				return &runtime.AppendingError{Index: i, Err: err}
			case err != nil:
				return err
			}
			out = append(out, one)
		}
		return nil
	})
	return out, err
}

func (t *Tx) one(ctx context.Context, tx *transaction, a runtime.Appending) (runtime.Appended, error) {
	return t.store.observed(ctx, a.Stream, len(a.Events), func(ctx context.Context) (runtime.Appended, error) {
		batch, err := runtime.NewSealedBatch(ctx, t.store.config.sealer, a.Stream, a.Expect, a.Cause, a.Events)
		if err != nil {
			return runtime.Appended{}, err
		}
		out, err := tx.appendWhole(batch)
		if err != nil {
			return runtime.Appended{}, fmt.Errorf("append to %s in a transaction: %w", a.Stream, err)
		}
		return out, nil
	})
}

const (
	beginWhole  = `SAVEPOINT evgen_append`
	undoWhole   = `ROLLBACK TO evgen_append`
	finishWhole = `RELEASE evgen_append`
)

// appendWhole is append for a transaction that goes on after an error, of which
// nothing may be left but the error.
func (tx *transaction) appendWhole(b *runtime.Batch) (runtime.Appended, error) {
	if len(b.Records) == 1 && tx.conn.inline == nil { // one statement leaves nothing by itself
		out, refused, err := tx.append(b)
		return out, errors.Join(refused, err)
	}
	head := tx.head
	if err := tx.conn.exec(beginWhole); err != nil {
		return runtime.Appended{}, err
	}
	out, refused, err := tx.append(b)
	if err != nil {
		tx.head = head
		return runtime.Appended{}, errors.Join(err, tx.conn.exec(undoWhole), tx.conn.exec(finishWhole))
	}
	return out, errors.Join(refused, tx.conn.exec(finishWhole))
}

// within calls do with the caller's transaction as this package sees it.
func (t *Tx) within(ctx context.Context, do func(*transaction) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.store.writer.isClosed() {
		return runtime.ErrClosed
	}
	c := &conn{raw: borrowed{t.tx}, stmts: map[string]driver.Stmt{}, names: interner{}}
	defer c.forget()
	tx, err := t.enter(ctx, c)
	if err != nil {
		return fmt.Errorf("append in a transaction: %w", err)
	}
	if t.store.config.inline != nil {
		lent, err := share(c, t.store.config.inline)
		if err != nil {
			return err
		}
		defer func() { _ = lent.close() }() // the caller's transaction stays open
	}
	defer t.store.grown.Notify() // who waits looks often, for a while
	return do(tx)
}

// lockWriter takes the right to write, which a transaction that has only read, or has
// done nothing yet, lacks: what is read from here on stays true.
const lockWriter = `UPDATE store SET one = one WHERE false`

// enter makes sure that c is in a transaction of the store's file, and may write.
func (t *Tx) enter(ctx context.Context, c *conn) (*transaction, error) {
	if err := t.begun(ctx); err != nil {
		return nil, err
	}
	file, err := c.file()
	if err != nil {
		return nil, err
	}
	if !sameFile(file, t.store.file) {
		return nil, fmt.Errorf("%w: %q, not %q", ErrOtherFile, file, t.store.file)
	}
	if err := c.exec(lockWriter); err != nil {
		return nil, err
	}
	return resume(c, t.store.config.now())
}

// begun returns [ErrNoTransaction] where nothing would hold statements together.
func (t *Tx) begun(ctx context.Context) error {
	switch t.tx.(type) {
	case *sql.Tx: // says itself that it is done
		return nil
	case *sql.DB:
		return ErrNoTransaction
	}
	// SQLite refuses to begin a transaction within one
	if _, err := t.tx.ExecContext(ctx, "BEGIN"); err != nil {
		return nil
	}
	_, err := t.tx.ExecContext(ctx, "ROLLBACK")
	return errors.Join(ErrNoTransaction, err)
}

// file returns the path of the file that c has open, as SQLite knows it.
func (c *conn) file() (path string, err error) {
	err = c.query("PRAGMA database_list", nil, func(v []driver.Value) error {
		path, _ = v[2].(string)
		return errEnough // the first is main
	})
	return path, err
}

func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	first, err := os.Stat(a)
	if err != nil {
		return false
	}
	second, err := os.Stat(b)
	return err == nil && os.SameFile(first, second)
}
