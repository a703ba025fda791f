package sqlitesaga

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	// the primary key, whose first column is read
	selectNames = `SELECT DISTINCT saga FROM evgen_saga_definitions ORDER BY saga`

	// evgen_sagas_due, which holds those that are open, and evgen_sagas_stuck
	selectBacklog = `SELECT saga, state, count(*), max(?1 - min(due_at), 0) FROM evgen_sagas WHERE state IN ('running', 'waiting', 'compensating') GROUP BY saga, state
		UNION ALL
		SELECT saga, state, count(*), 0 FROM evgen_sagas WHERE state = 'compensation_failed' GROUP BY saga, state
		ORDER BY 1, 2`

	// The primary key where saga, tenant and id are given; otherwise the table is read.
	selectSagas = `SELECT ` + instanceColumns + ` FROM evgen_sagas
		WHERE (?1 = '' OR saga = ?1) AND (?2 IS NULL OR tenant = ?2) AND (?3 IS NULL OR id = ?3) AND (?4 = '[]' OR state IN (SELECT value FROM json_each(?4)))
		ORDER BY started_at DESC, saga, tenant, id LIMIT ?5`

	// the primary key
	selectEntries = `SELECT version, step, kind, attempt, outcome, failure, owner, started_at, ended_at FROM evgen_saga_steps
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 ORDER BY version`

	// The primary key. Within a statement SQLite reads columns as they were.
	retrySaga = `UPDATE evgen_sagas
		SET version = version + 1, owner = '', attempts = 0, lost = 0, due_at = ?4, updated_at = ?4,
			state = CASE state WHEN 'compensation_failed' THEN 'compensating' ELSE state END,
			step = CASE state WHEN 'compensation_failed' THEN stuck ->> 0 ELSE step END,
			undo = CASE state WHEN 'compensation_failed' THEN stuck ELSE undo END,
			stuck = CASE state WHEN 'compensation_failed' THEN '[]' ELSE stuck END
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND (owner = '' OR due_at < ?4) AND state IN ('running', 'compensating', 'compensation_failed')
		RETURNING step, state, version`

	// the primary key
	cancelSaga = `UPDATE evgen_sagas
		SET cancel = CASE cancel WHEN '' THEN ?4 ELSE cancel END, due_at = CASE owner WHEN '' THEN ?5 ELSE due_at END
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND state IN ('running', 'waiting')`

	// the primary key
	selectIdle = `SELECT ` + instanceColumns + ` FROM evgen_sagas
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND (owner = '' OR due_at < ?4) AND state IN ('running', 'waiting', 'compensating')`

	// the primary key
	selectTaken = `SELECT step FROM evgen_saga_steps
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND kind = 'forward' AND outcome IN ('done', 'received')
		GROUP BY step ORDER BY max(version) DESC`

	// the primary key
	selectBusy = `SELECT owner <> '' AND due_at >= ?4 AND state IN ('running', 'waiting', 'compensating') FROM evgen_sagas
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3`
)

// Names implements [saga.Control].
func (db *DB) Names(ctx context.Context) ([]string, error) {
	names, err := collect(ctx, db.models, scanName, selectNames)
	return names, db.unlisted(ctx, err)
}

func scanName(rows *sql.Rows) (name string, err error) {
	err = rows.Scan(&name)
	return name, err
}

// Backlog implements [saga.Control].
func (db *DB) Backlog(ctx context.Context) ([]saga.Backlog, error) {
	found, err := collect(ctx, db.models, func(rows *sql.Rows) (b saga.Backlog, err error) {
		var late int64
		err = rows.Scan(&b.Saga, &b.State, &b.Sagas, &late)
		b.Late = time.Duration(late) * time.Microsecond
		return b, err
	}, selectBacklog, now())
	return found, db.unlisted(ctx, err)
}

// List implements [saga.Control].
func (db *DB) List(ctx context.Context, q saga.Query) ([]saga.Instance, error) {
	var tenant, id any
	if q.Tenant != nil {
		tenant = []byte(*q.Tenant)
	}
	if q.ID != "" {
		id = []byte(q.ID)
	}
	var states []string
	for _, s := range q.States {
		states = append(states, string(s))
	}
	limit := -1
	if q.Limit > 0 {
		limit = q.Limit
	}
	found, err := collect(ctx, db.models, scanInstance(now()), selectSagas, q.Saga, tenant, id, list(states), limit)
	return found, db.unlisted(ctx, err)
}

// unlisted wraps why sagas were not listed: nil if that is because no worker has run yet.
func (db *DB) unlisted(ctx context.Context, err error) error {
	if none := (*saga.VersionError)(nil); err == nil || errors.As(db.Check(ctx), &none) && none.Found == 0 {
		return nil
	}
	return fmt.Errorf("list sagas: %w", err)
}

// Entries implements [saga.Control].
func (db *DB) Entries(ctx context.Context, r saga.Ref) ([]saga.Entry, error) {
	entries, err := collect(ctx, db.models, func(rows *sql.Rows) (e saga.Entry, err error) {
		var started, ended int64
		err = rows.Scan(&e.Version, &e.Step, &e.Kind, &e.Attempt, &e.Outcome, &e.Failure, &e.Owner, &started, &ended)
		e.StartedAt, e.EndedAt = instant(started), instant(ended)
		return e, err
	}, selectEntries, r.Saga, []byte(r.Tenant), []byte(r.ID))
	if err != nil {
		return nil, fmt.Errorf("step ledger of %s: %w", r, err)
	}
	return entries, nil
}

// Retry implements [saga.Control].
func (db *DB) Retry(ctx context.Context, r saga.Ref) error {
	err := db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		m := saga.Move{Claim: &saga.Claim{Instance: saga.Instance{Ref: r}}, Entry: saga.Entry{Kind: saga.Compensate, Outcome: saga.Redriven, Owner: "operator"}}
		err := tx.QueryRowContext(ctx, retrySaga, r.Saga, []byte(r.Tenant), []byte(r.ID), now).Scan(&m.Entry.Step, &m.State, &m.Claim.Version)
		switch {
		case none(err):
			return idle(ctx, tx, r, now)
		case err != nil:
			return err
		case m.State == saga.Running:
			m.Entry.Kind = saga.Forward
		}
		m.Claim.Version-- // that under which it was committed
		return enter(ctx, tx, &m, now)
	})
	if err != nil {
		return fmt.Errorf("retry %s: %w", r, err)
	}
	return nil
}

// Abandon implements [saga.Control].
func (db *DB) Abandon(ctx context.Context, r saga.Ref, reason string) error {
	err := db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		found, err := collect(ctx, tx, scanClaim(now), selectIdle, r.Saga, []byte(r.Tenant), []byte(r.ID), now)
		switch {
		case err != nil:
			return err
		case len(found) == 0:
			return idle(ctx, tx, r, now)
		}
		m, err := abandoned(ctx, tx, &found[0], cmp.Or(reason, saga.NoReason))
		if err == nil {
			err = move(ctx, tx, m, now)
		}
		if err == nil {
			err = enter(ctx, tx, m, now)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("abandon %s: %w", r, err)
	}
	return nil
}

// abandoned is the transition of a saga to an end at which nothing more is undone. What it
// has done that runs, or waits, is in its ledger: no definition is needed.
func abandoned(ctx context.Context, tx *sqlitemodel.Tx, c *saga.Claim, reason string) (*saga.Move, error) {
	m := &saga.Move{
		Claim: c, State: saga.Compensated, Data: c.Data, Failure: cmp.Or(c.Failure, reason), Wait: saga.Never,
		Entry: saga.Entry{Step: c.Step, Kind: saga.Forward, Outcome: saga.Abandoned, Failure: reason, Owner: "operator"},
	}
	var err error
	if c.State == saga.Compensating {
		m.Entry.Kind, m.Stuck = saga.Compensate, append(c.Stuck, c.Undo...)
	} else {
		m.Stuck, err = collect(ctx, tx, scanName, selectTaken, c.Saga, []byte(c.Tenant), []byte(c.ID))
	}
	if len(m.Stuck) > 0 {
		m.State = saga.CompensationFailed
	}
	return m, err
}

// Cancel implements [saga.Control].
func (db *DB) Cancel(ctx context.Context, r saga.Ref, reason string) error {
	err := db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		changed, err := tx.ExecContext(ctx, cancelSaga, r.Saga, []byte(r.Tenant), []byte(r.ID), cmp.Or(reason, saga.NoReason), now)
		if err != nil {
			return err
		}
		if n, err := changed.RowsAffected(); err != nil || n > 0 {
			return err
		}
		if err = idle(ctx, tx, r, now); err == saga.ErrBusy {
			err = saga.ErrOver // it is being compensated
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("cancel %s: %w", r, err)
	}
	return nil
}

// idle says why nothing was changed.
func idle(ctx context.Context, tx *sqlitemodel.Tx, r saga.Ref, now int64) error {
	var busy bool
	err := tx.QueryRowContext(ctx, selectBusy, r.Saga, []byte(r.Tenant), []byte(r.ID), now).Scan(&busy)
	switch {
	case none(err):
		return saga.ErrUnknown
	case err != nil:
		return err
	case busy:
		return saga.ErrBusy
	}
	return saga.ErrOver
}
