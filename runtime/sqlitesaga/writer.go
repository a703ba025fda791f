package sqlitesaga

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	// the primary key
	insertSaga = `INSERT INTO evgen_sagas (saga, tenant, id, digest, state, step, event, ordinal, correlation, due_at, deadline, started_at, updated_at)
		VALUES (?1, ?2, ?3, ?4, 'running', ?5, ?6, ?7, ?8, ?9, ?9 + ?10, ?9, ?9) ON CONFLICT DO NOTHING`

	// the primary keys of both
	insertLetter = `INSERT INTO evgen_saga_letters (saga, tenant, id, step, outcome, event, ordinal, came_at)
		SELECT saga, tenant, id, ?4, ?5, ?6, ?7, ?9 FROM evgen_sagas
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND state IN ('running', 'waiting') AND step IN (SELECT value FROM json_each(?8))
		ON CONFLICT DO NOTHING`

	// the primary key
	countLetter = `UPDATE evgen_sagas SET mail = mail + 1, due_at = CASE WHEN state = 'waiting' AND step = ?4 AND owner = '' THEN ?5 ELSE due_at END
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3`

	// The primary key. A claim that is kept stays due when it was, and its worker prolongs it: no index is touched.
	moveSaga = `UPDATE evgen_sagas
		SET state = ?5, step = ?6, attempts = ?7, lost = ?18, version = version + 1, owner = ?8, undo = ?9, stuck = ?10, data = ?11, failure = ?12,
			wait_until = CASE ?5 WHEN 'waiting' THEN ?14 + ?13 END,
			due_at = CASE
				WHEN ?8 <> '' THEN due_at
				WHEN ?5 = 'compensating' THEN ?14 + ?13
				WHEN ?5 = 'waiting' AND mail <> ?15 THEN ?14
				ELSE min(coalesce(?14 + ?13, ?17), coalesce(deadline, ?17)) END,
			updated_at = ?14
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND version = ?4 AND cancel = ?16`

	insertEntry = `INSERT INTO evgen_saga_steps (saga, tenant, id, version, step, kind, attempt, outcome, failure, owner, started_at, ended_at)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)`

	// the primary key
	selectFence = `SELECT version FROM evgen_sagas WHERE saga = ?1 AND tenant = ?2 AND id = ?3`
)

// Begin implements [saga.Writer].
func (db *DB) Begin(ctx context.Context, tx *sqlitemodel.Tx, sagas []saga.Begin) error {
	at := now()
	for i := range sagas {
		s := &sagas[i]
		timeout := sql.NullInt64{Int64: s.Timeout.Microseconds(), Valid: s.Timeout > 0}
		_, err := tx.ExecContext(ctx, insertSaga, s.Saga, []byte(s.Tenant), []byte(s.ID), s.Digest, s.Step,
			s.Start.Event.String(), s.Start.Ordinal, s.Start.Correlation.String(), at, timeout)
		if err != nil {
			return err
		}
	}
	return nil
}

// Post implements [saga.Writer].
func (db *DB) Post(ctx context.Context, tx *sqlitemodel.Tx, letters []saga.Posted) error {
	at := now()
	for i := range letters {
		l := &letters[i]
		kept, err := tx.ExecContext(ctx, insertLetter, l.Saga, []byte(l.Tenant), []byte(l.ID), l.Step, string(l.Outcome), l.Event.String(), l.Ordinal, list(l.Until), at)
		if err != nil {
			return err
		}
		if n, err := kept.RowsAffected(); err != nil || n == 0 {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := tx.ExecContext(ctx, countLetter, l.Saga, []byte(l.Tenant), []byte(l.ID), l.Step, at); err != nil {
			return err
		}
	}
	return nil
}

// Commit implements [saga.Writer].
func (db *DB) Commit(ctx context.Context, m *saga.Move, emit func(ctx context.Context, tx *sqlitemodel.Tx) error) error {
	return db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		if err := move(ctx, tx, m, now); err != nil {
			return err
		}
		if err := enter(ctx, tx, m, now); err != nil || emit == nil {
			return err
		}
		return emit(ctx, tx)
	})
}

func move(ctx context.Context, tx *sqlitemodel.Tx, m *saga.Move, now int64) error {
	c := m.Claim
	wait := sql.NullInt64{Int64: int64(m.Wait / time.Microsecond), Valid: m.Wait != saga.Never}
	data := sql.NullString{String: string(m.Data), Valid: len(m.Data) > 0}
	moved, err := tx.ExecContext(ctx, moveSaga, c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version,
		string(m.State), m.Step, m.Attempts, m.Owner, list(m.Undo), list(m.Stuck), data, m.Failure, wait, now, c.Mail, c.Cancel, never, m.Lost)
	if err != nil {
		return fmt.Errorf("move %s: %w", c.Ref, err)
	}
	if n, err := moved.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return refused(ctx, tx, c)
}

// refused says why a claim moved nothing.
func refused(ctx context.Context, tx *sqlitemodel.Tx, c *saga.Claim) error {
	var version int64
	err := tx.QueryRowContext(ctx, selectFence, c.Saga, []byte(c.Tenant), []byte(c.ID)).Scan(&version)
	switch {
	case err != nil && !none(err):
		return fmt.Errorf("move %s: %w", c.Ref, err)
	case err == nil && version == c.Version:
		return fmt.Errorf("move %s: %w", c.Ref, saga.ErrCancelled)
	}
	return fmt.Errorf("move %s: %w", c.Ref, saga.ErrFenced)
}

// enter adds the entry of a transition to the step ledger.
func enter(ctx context.Context, tx *sqlitemodel.Tx, m *saga.Move, now int64) error {
	c, e := m.Claim, &m.Entry
	if e.Outcome == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, insertEntry, c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version,
		e.Step, string(e.Kind), e.Attempt, string(e.Outcome), e.Failure, e.Owner, now-m.Took.Microseconds(), now)
	if err != nil {
		return fmt.Errorf("move %s: %w", c.Ref, err)
	}
	return nil
}
