package soak

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/internal/faults"
	"github.com/evgen/evgen/internal/testimony"
)

// idler appends and then does nothing, for longer than readers are patient.
func (w *world) idler(witness *testimony.Witness) func() {
	return func() {
		w.session(w.writing, func(conn *pgx.Conn) error {
			unit := witness.Begin()
			outcome := testimony.Refused
			defer func() { unit.Settle(outcome) }()
			tx, err := conn.Begin(w.following)
			if err != nil {
				return err
			}
			if err := within(w.following, w.store, tx, unit.Intend(streamOf(witness), 1)); err != nil {
				return err
			}
			faults.Pause(w.writing, 200*time.Millisecond+rand.N(800*time.Millisecond))
			if rand.N(4) == 0 {
				return tx.Rollback(w.following)
			}
			outcome = testimony.Unknown
			if err := tx.Commit(w.following); err != nil {
				return err
			}
			outcome = testimony.Written
			faults.Pause(w.writing, rand.N(time.Second))
			return nil
		})
	}
}

// elsewhere holds transactions open that write and never append: nobody may wait for them.
func (w *world) elsewhere() {
	w.session(w.writing, func(conn *pgx.Conn) error {
		return pgx.BeginFunc(w.following, conn, func(tx pgx.Tx) error {
			_, err := tx.Exec(w.following, `INSERT INTO elsewhere VALUES (2)`)
			faults.Pause(w.writing, 3*time.Second)
			return err
		})
	})
}

// hoarder fills the lock table, and empties it.
func (w *world) hoarder() {
	w.session(w.writing, func(conn *pgx.Conn) error {
		if _, err := conn.Exec(w.following, `SELECT count(pg_advisory_lock(7, n)) FROM generate_series(1, $1::int) n`, w.plan.Locks); err != nil {
			return err
		}
		faults.Pause(w.writing, 2*time.Second)
		_, err := conn.Exec(w.following, `SELECT pg_advisory_unlock_all()`)
		faults.Pause(w.writing, 2*time.Second)
		return err
	})
}

// maintainer makes partitions ahead, often, since they are small.
func (w *world) maintainer() {
	for w.writing.Err() == nil {
		if made, err := w.store.Maintain(w.writing); err == nil {
			w.figures.partitions.Add(int64(made))
		}
		faults.Pause(w.writing, 100*time.Millisecond)
	}
}

// preparer prepares transactions, leaves them alone for a while, and decides, be it
// after the server has died.
func (w *world) preparer(witness *testimony.Witness) func() {
	return func() {
		for w.writing.Err() == nil {
			unit := witness.Begin()
			gid := uuid.NewString()
			prepared := w.prepare(witness, unit, gid)
			faults.Pause(w.writing, 50*time.Millisecond+rand.N(700*time.Millisecond))
			commit := rand.N(10) < 7
			if w.decide(gid, commit) != nil {
				return // unknown
			}
			w.figures.prepared.Add(1)
			if prepared == nil && commit {
				unit.Settle(testimony.Written)
			} else if !commit {
				unit.Settle(testimony.Refused)
			} // else it may have been prepared, and then was committed
			faults.Pause(w.writing, rand.N(300*time.Millisecond))
		}
	}
}

// prepare returns nil if the transaction is known to be prepared.
func (w *world) prepare(witness *testimony.Witness, unit *testimony.Unit, gid string) error {
	conn, err := w.connect(w.following)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(w.following)) }()
	tx, err := conn.Begin(w.following)
	if err != nil {
		return err
	}
	if err := within(w.following, w.store, tx, unit.Intend(streamOf(witness), 2)); err != nil {
		return err
	}
	_, err = tx.Exec(w.following, `PREPARE TRANSACTION '`+gid+`'`)
	return err
}

// decide ends a prepared transaction, trying until it is no longer there.
func (w *world) decide(gid string, commit bool) error {
	sql := `ROLLBACK PREPARED '` + gid + `'`
	if commit {
		sql = `COMMIT PREPARED '` + gid + `'`
	}
	for {
		err := w.decideOnce(gid, sql)
		if err == nil || w.following.Err() != nil {
			return errors.Join(err, w.following.Err())
		}
		faults.Pause(w.following, 50*time.Millisecond)
	}
}

func (w *world) decideOnce(gid, sql string) error {
	var open bool
	// a function over shared memory
	err := w.pool.QueryRow(w.following, `SELECT EXISTS (SELECT FROM pg_prepared_xacts WHERE gid = $1)`, gid).Scan(&open)
	if err == nil && open {
		_, err = w.pool.Exec(w.following, sql)
	}
	return err
}
