package sqlite

import (
	"database/sql/driver"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime"
)

const (
	// the primary key, backwards
	selectLast = `SELECT position, recorded_at FROM events ORDER BY position DESC LIMIT 1`

	// events_by_stream, backwards
	selectStreamHead = `SELECT version, CAST(tenant AS BLOB) FROM events WHERE stream = ? ORDER BY version DESC LIMIT 1`
)

// transaction is a write transaction under way: while it lasts no other process
// writes, so that what it has read stays true.
type transaction struct {
	conn *conn
	head runtime.Position
	now  time.Time
}

// begin takes the write lock; errBusy says that another process has it.
func begin(c *conn, now time.Time) (*transaction, error) {
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return nil, err
	}
	tx, err := resume(c, now)
	if err != nil {
		c.rollback()
	}
	return tx, err
}

// resume goes on in a transaction that has the write lock.
func resume(c *conn, now time.Time) (*transaction, error) {
	tx := &transaction{conn: c, now: runtime.Timestamp(now)}
	err := c.query(selectLast, nil, func(v []driver.Value) error {
		position, _ := v[0].(int64)
		recorded, _ := v[1].(int64)
		tx.head = runtime.Position(position)
		if last := time.UnixMicro(recorded).UTC(); last.After(tx.now) {
			tx.now = last // the clock went back; recorded-at does not
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	return tx, nil
}

func (tx *transaction) commit() error {
	if err := tx.conn.exec("COMMIT"); err != nil {
		tx.conn.rollback()
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (tx *transaction) rollback() { tx.conn.rollback() }

// append judges and writes a batch. refused says that the error is the batch's own
// fault and that nothing was written; any other error spoils the transaction.
func (tx *transaction) append(batch *runtime.Batch) (out runtime.Appended, refused, err error) {
	out, stored, refused, err := tx.stored(batch)
	if stored || refused != nil || err != nil {
		return out, refused, err
	}
	version, refused, err := tx.admit(batch)
	if refused != nil || err != nil {
		return runtime.Appended{}, refused, err
	}
	out = runtime.Appended{First: version + 1, FirstPosition: tx.head + 1}
	for i := range batch.Records {
		rec := &batch.Records[i]
		rec.RecordedAt = tx.now
		version++
		if err := tx.insert(rec, version); err != nil {
			return runtime.Appended{}, nil, err
		}
	}
	out.Last, out.Position = version, tx.head
	return out, nil, nil
}

// insert numbers rec and writes it.
func (tx *transaction) insert(rec *runtime.Record, version runtime.StreamVersion) error {
	rec.Position, rec.StreamVersion = tx.head+1, version
	if err := tx.conn.insert(rec); err != nil {
		return err
	}
	tx.head++
	if tx.conn.inline != nil {
		return tx.conn.inline(rec)
	}
	return nil
}

// stored finds out whether the batch is a repetition.
func (tx *transaction) stored(batch *runtime.Batch) (out runtime.Appended, stored bool, refused, err error) {
	ids := batch.LookupIDs()
	found := make([]*runtime.Record, len(ids))
	for i, id := range ids {
		if found[i], err = tx.conn.find(id); err != nil {
			return out, false, nil, err
		}
	}
	out, stored, refused = batch.CheckStored(found)
	return out, stored, refused, nil
}

// admit returns the version of the batch's stream if the batch may follow it.
func (tx *transaction) admit(batch *runtime.Batch) (version runtime.StreamVersion, refused, err error) {
	version, tenant, err := tx.streamHead(batch.Stream)
	switch {
	case err != nil:
		return 0, nil, err
	case version > 0 && tenant != batch.Tenant:
		return 0, &runtime.TenantError{Stream: batch.Stream, Tenant: batch.Tenant}, nil
	case !batch.Expect.Allows(version):
		return 0, &runtime.ConflictError{Stream: batch.Stream, Expected: batch.Expect, Actual: version}, nil
	}
	return version, nil, nil
}

func (tx *transaction) streamHead(stream runtime.StreamID) (version runtime.StreamVersion, tenant runtime.Tenant, err error) {
	err = tx.conn.query(selectStreamHead, []driver.Value{stream.String()}, func(v []driver.Value) error {
		n, _ := v[0].(int64)
		version, tenant = runtime.StreamVersion(n), runtime.Tenant(tx.conn.names.text(v[1]))
		return nil
	})
	return version, tenant, err
}
