package pgsaga

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime/saga"
)

const (
	// the table, which has a row for each definition
	selectNames = `SELECT DISTINCT saga FROM {ledger}.saga_definitions ORDER BY saga`

	// sagas_due, which holds those that are open, and sagas_stuck
	selectBacklog = `SELECT saga, state, count(*), coalesce((extract(epoch FROM clock_timestamp() - min(due_at)) * 1000000)::bigint, 0)
		FROM {ledger}.sagas WHERE state IN ('running', 'waiting', 'compensating') GROUP BY saga, state
		UNION ALL
		SELECT saga, state, count(*), 0 FROM {ledger}.sagas WHERE state = 'compensation_failed' GROUP BY saga, state
		ORDER BY 1, 2`

	// The primary key where saga, tenant and id are given. Otherwise the table is read: an index for operators would cost
	// every transition.
	selectSagas = `SELECT ` + instanceColumns + ` FROM {ledger}.sagas s
		WHERE ($1 = '' OR s.saga = $1) AND ($2::bytea IS NULL OR s.tenant = $2) AND ($3::bytea IS NULL OR s.id = $3) AND ($4::text[] IS NULL OR s.state = ANY ($4))
		ORDER BY s.started_at DESC, s.saga, s.tenant, s.id LIMIT $5`

	// the primary key
	selectEntries = `SELECT version, step, kind, attempt, outcome, failure, owner, started_at, ended_at FROM {ledger}.saga_steps
		WHERE saga = $1 AND tenant = $2 AND id = $3 ORDER BY version`

	// the primary key
	retrySaga = `WITH old AS (
			SELECT * FROM {ledger}.sagas
			WHERE saga = $1 AND tenant = $2 AND id = $3 AND (owner = '' OR due_at < clock_timestamp()) AND state IN ('running', 'compensating', 'compensation_failed')
			FOR UPDATE),
		moved AS (
			UPDATE {ledger}.sagas s
			SET version = s.version + 1, owner = '', attempts = 0, lost = 0, due_at = clock_timestamp(), updated_at = clock_timestamp(),
				state = CASE old.state WHEN 'compensation_failed' THEN 'compensating' ELSE old.state END,
				step = CASE old.state WHEN 'compensation_failed' THEN old.stuck[1] ELSE old.step END,
				undo = CASE old.state WHEN 'compensation_failed' THEN old.stuck ELSE old.undo END,
				stuck = CASE old.state WHEN 'compensation_failed' THEN '{}' ELSE old.stuck END
			FROM old WHERE s.saga = old.saga AND s.tenant = old.tenant AND s.id = old.id
			RETURNING s.step, s.state, old.version),
		noted AS (
			INSERT INTO {ledger}.saga_steps (saga, tenant, id, version, step, kind, attempt, outcome, failure, owner, started_at, ended_at)
			SELECT $1, $2, $3, version, step, CASE state WHEN 'running' THEN 'forward' ELSE 'compensate' END, 0, 'redriven', '', 'operator', clock_timestamp(), clock_timestamp()
			FROM moved)
		SELECT count(*) FROM moved`

	// the primary key
	cancelSaga = `UPDATE {ledger}.sagas
		SET cancel = CASE cancel WHEN '' THEN $4 ELSE cancel END, due_at = CASE owner WHEN '' THEN clock_timestamp() ELSE due_at END
		WHERE saga = $1 AND tenant = $2 AND id = $3 AND state IN ('running', 'waiting')`

	// The primary keys of both. What a saga has done that runs, or waits, is in its ledger: no definition is needed.
	abandonSaga = `WITH old AS (
			SELECT * FROM {ledger}.sagas
			WHERE saga = $1 AND tenant = $2 AND id = $3 AND (owner = '' OR due_at < clock_timestamp()) AND state IN ('running', 'waiting', 'compensating')
			FOR UPDATE),
		remains AS (
			SELECT CASE old.state WHEN 'compensating' THEN old.stuck || old.undo ELSE ARRAY(
				SELECT step FROM {ledger}.saga_steps
				WHERE saga = $1 AND tenant = $2 AND id = $3 AND kind = 'forward' AND outcome IN ('done', 'received')
				GROUP BY step ORDER BY max(version) DESC) END AS steps
			FROM old),
		moved AS (
			UPDATE {ledger}.sagas s
			SET version = s.version + 1, owner = '', attempts = 0, lost = 0, updated_at = clock_timestamp(), step = '', undo = '{}', wait_until = NULL,
				stuck = remains.steps, state = CASE cardinality(remains.steps) WHEN 0 THEN 'compensated' ELSE 'compensation_failed' END,
				failure = CASE old.failure WHEN '' THEN $4 ELSE old.failure END
			FROM old, remains WHERE s.saga = old.saga AND s.tenant = old.tenant AND s.id = old.id
			RETURNING old.step, old.state, old.version),
		noted AS (
			INSERT INTO {ledger}.saga_steps (saga, tenant, id, version, step, kind, attempt, outcome, failure, owner, started_at, ended_at)
			SELECT $1, $2, $3, version, step, CASE state WHEN 'compensating' THEN 'compensate' ELSE 'forward' END, 0, 'abandoned', $4, 'operator', clock_timestamp(), clock_timestamp()
			FROM moved)
		SELECT count(*) FROM moved`

	// the primary key
	selectBusy = `SELECT owner <> '' AND due_at >= clock_timestamp() AND state IN ('running', 'waiting', 'compensating') FROM {ledger}.sagas
		WHERE saga = $1 AND tenant = $2 AND id = $3`
)

// Names implements [saga.Control].
func (db *DB) Names(ctx context.Context) ([]string, error) {
	names, err := collect(ctx, db.models.Pool(), pgx.RowTo[string], db.sql(selectNames))
	return names, db.unlisted(ctx, err)
}

// Backlog implements [saga.Control].
func (db *DB) Backlog(ctx context.Context) ([]saga.Backlog, error) {
	found, err := collect(ctx, db.models.Pool(), func(row pgx.CollectableRow) (b saga.Backlog, err error) {
		var late int64
		err = row.Scan(&b.Saga, &b.State, &b.Sagas, &late)
		b.Late = time.Duration(max(late, 0)) * time.Microsecond
		return b, err
	}, db.sql(selectBacklog))
	return found, db.unlisted(ctx, err)
}

// List implements [saga.Control].
func (db *DB) List(ctx context.Context, q saga.Query) ([]saga.Instance, error) {
	var tenant, id []byte
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
	var limit *int
	if q.Limit > 0 {
		limit = &q.Limit
	}
	found, err := collect(ctx, db.models.Pool(), scanInstance, db.sql(selectSagas), q.Saga, tenant, id, states, limit)
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
	entries, err := collect(ctx, db.models.Pool(), func(row pgx.CollectableRow) (e saga.Entry, err error) {
		err = row.Scan(&e.Version, &e.Step, &e.Kind, &e.Attempt, &e.Outcome, &e.Failure, &e.Owner, &e.StartedAt, &e.EndedAt)
		e.StartedAt, e.EndedAt = e.StartedAt.UTC(), e.EndedAt.UTC()
		return e, err
	}, db.sql(selectEntries), r.Saga, []byte(r.Tenant), []byte(r.ID))
	if err != nil {
		return nil, fmt.Errorf("step ledger of %s: %w", r, err)
	}
	return entries, nil
}

// Retry implements [saga.Control].
func (db *DB) Retry(ctx context.Context, r saga.Ref) error {
	var moved int
	err := db.models.Pool().QueryRow(ctx, db.sql(retrySaga), r.Saga, []byte(r.Tenant), []byte(r.ID)).Scan(&moved)
	if err == nil && moved == 0 {
		err = db.idle(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("retry %s: %w", r, err)
	}
	return nil
}

// Abandon implements [saga.Control].
func (db *DB) Abandon(ctx context.Context, r saga.Ref, reason string) error {
	var moved int
	err := db.models.Pool().QueryRow(ctx, db.sql(abandonSaga), r.Saga, []byte(r.Tenant), []byte(r.ID), cmp.Or(reason, saga.NoReason)).Scan(&moved)
	if err == nil && moved == 0 {
		err = db.idle(ctx, r)
	}
	if err != nil {
		return fmt.Errorf("abandon %s: %w", r, err)
	}
	return nil
}

// Cancel implements [saga.Control].
func (db *DB) Cancel(ctx context.Context, r saga.Ref, reason string) error {
	tag, err := db.models.Pool().Exec(ctx, db.sql(cancelSaga), r.Saga, []byte(r.Tenant), []byte(r.ID), cmp.Or(reason, saga.NoReason))
	if err == nil && tag.RowsAffected() == 0 {
		if err = db.idle(ctx, r); err == saga.ErrBusy {
			err = saga.ErrOver // it is being compensated
		}
	}
	if err != nil {
		return fmt.Errorf("cancel %s: %w", r, err)
	}
	return nil
}

// idle says why nothing was changed.
func (db *DB) idle(ctx context.Context, r saga.Ref) error {
	var busy bool
	err := db.models.Pool().QueryRow(ctx, db.sql(selectBusy), r.Saga, []byte(r.Tenant), []byte(r.ID)).Scan(&busy)
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
