package pgsaga

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/pgmodel"
	"github.com/evgen/evgen/runtime/saga"
)

const (
	// the primary key
	insertSagas = `INSERT INTO {ledger}.sagas (saga, tenant, id, digest, state, step, event, ordinal, correlation, due_at, deadline)
		SELECT saga, tenant, id, digest, 'running', step, event, ordinal, correlation, clock_timestamp(), clock_timestamp() + timeout * interval '1 microsecond'
		FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::text[], $5::text[], $6::uuid[], $7::int[], $8::uuid[], $9::bigint[])
			AS b (saga, tenant, id, digest, step, event, ordinal, correlation, timeout)
		ON CONFLICT DO NOTHING`

	// the primary keys of both. Who is about to move the saga sees that mail has come: its update waits for this one, or
	// this one for it, and the later one sees what the earlier one has written.
	postLetter = `WITH kept AS (
			INSERT INTO {ledger}.saga_letters (saga, tenant, id, step, outcome, event, ordinal)
			SELECT saga, tenant, id, $4, $5, $6, $7 FROM {ledger}.sagas
			WHERE saga = $1 AND tenant = $2 AND id = $3 AND state IN ('running', 'waiting') AND step = ANY ($8)
			ON CONFLICT DO NOTHING
			RETURNING saga)
		UPDATE {ledger}.sagas SET mail = mail + 1, due_at = CASE WHEN state = 'waiting' AND step = $4 AND owner = '' THEN clock_timestamp() ELSE due_at END
		WHERE saga = $1 AND tenant = $2 AND id = $3 AND EXISTS (SELECT FROM kept)`

	// The primary key. A claim that is kept stays due when it was, and its worker prolongs it: no index is touched.
	moveSaga = `UPDATE {ledger}.sagas
			SET state = $5, step = $6, attempts = $7, lost = $16, version = version + 1, owner = $8, undo = $9, stuck = $10, data = $11, failure = $12,
				wait_until = CASE WHEN $5 = 'waiting' THEN clock_timestamp() + $13::bigint * interval '1 microsecond' END,
				due_at = CASE
					WHEN $8 <> '' THEN due_at
					WHEN $5 = 'compensating' THEN clock_timestamp() + $13::bigint * interval '1 microsecond'
					WHEN $5 = 'waiting' AND mail <> $14 THEN clock_timestamp()
					ELSE least(clock_timestamp() + coalesce($13::bigint, 9e15) * interval '1 microsecond', deadline) END,
				updated_at = clock_timestamp()
			WHERE saga = $1 AND tenant = $2 AND id = $3 AND version = $4 AND cancel = $15`

	// moveSaga with its entry, whose rows are counted
	moveAndEnter = `WITH moved AS (` + moveSaga + ` RETURNING 1)
		INSERT INTO {ledger}.saga_steps (saga, tenant, id, version, step, kind, attempt, outcome, failure, owner, started_at, ended_at)
		SELECT $1, $2, $3, $4, $17, $18, $19, $20, $21, $22, clock_timestamp() - $23 * interval '1 microsecond', clock_timestamp() FROM moved`

	// the primary key
	selectFence = `SELECT version FROM {ledger}.sagas WHERE saga = $1 AND tenant = $2 AND id = $3`
)

// Begin implements [saga.Writer].
func (db *DB) Begin(ctx context.Context, tx *pgmodel.Tx, sagas []saga.Begin) error {
	n := len(sagas)
	names, tenants, ids, digests, steps := make([]string, n), make([][]byte, n), make([][]byte, n), make([]string, n), make([]string, n)
	events, ordinals, correlations, timeouts := make([]uuid.UUID, n), make([]int32, n), make([]uuid.UUID, n), make([]*int64, n)
	for i := range sagas {
		s := &sagas[i]
		names[i], tenants[i], ids[i], digests[i], steps[i] = s.Saga, []byte(s.Tenant), []byte(s.ID), s.Digest, s.Step
		events[i], ordinals[i], correlations[i] = s.Start.Event, int32(s.Start.Ordinal), s.Start.Correlation
		if s.Timeout > 0 {
			timeouts[i] = micros(s.Timeout)
		}
	}
	_, err := tx.Exec(ctx, db.sql(insertSagas), names, tenants, ids, digests, steps, events, ordinals, correlations, timeouts)
	return err
}

// Post implements [saga.Writer]. The letters are one round trip.
func (db *DB) Post(ctx context.Context, tx *pgmodel.Tx, letters []saga.Posted) error {
	for i := range letters {
		l := &letters[i]
		tx.Queue(db.sql(postLetter), l.Saga, []byte(l.Tenant), []byte(l.ID), l.Step, string(l.Outcome), l.Event, int32(l.Ordinal), l.Until)
	}
	return tx.Flush(ctx)
}

// micros is NULL for never.
func micros(d time.Duration) *int64 {
	if d == saga.Never {
		return nil
	}
	n := d.Microseconds()
	return &n
}

// Commit implements [saga.Writer]. Without emissions it is one statement, which goes
// together with those of other workers.
func (db *DB) Commit(ctx context.Context, m *saga.Move, emit func(ctx context.Context, tx *pgmodel.Tx) error) error {
	t := db.transition(m)
	if emit == nil {
		return db.moveTogether(ctx, m, t)
	}
	return db.transact(ctx, func(tx *pgmodel.Tx) error {
		if err := db.move(ctx, tx, m.Claim, t); err != nil {
			return err
		}
		return emit(ctx, tx)
	})
}

func (db *DB) transition(m *saga.Move) *transition {
	c, e := m.Claim, &m.Entry
	t := &transition{sql: db.sql(moveSaga), args: []any{
		c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version,
		string(m.State), m.Step, m.Attempts, m.Owner, list(m.Undo), list(m.Stuck), nullable(m.Data), m.Failure, micros(m.Wait), c.Mail, c.Cancel, m.Lost,
	}}
	if e.Outcome != "" {
		t.sql = db.sql(moveAndEnter)
		t.args = append(t.args, e.Step, string(e.Kind), e.Attempt, string(e.Outcome), e.Failure, e.Owner, m.Took.Microseconds())
	}
	return t
}

func (db *DB) moveTogether(ctx context.Context, m *saga.Move, t *transition) error {
	pool := db.models.Pool()
	if len(m.Data) > maxTogether {
		return db.move(ctx, pool, m.Claim, t)
	}
	switch err := db.group.commit(ctx, pool, t); {
	case errors.Is(err, errGoAlone):
		return db.move(ctx, pool, m.Claim, t)
	case errors.Is(err, errNotMoved):
		return db.refused(ctx, pool, m.Claim)
	case err != nil:
		return fmt.Errorf("move %s: %w", m.Claim.Ref, err)
	}
	return nil
}

func (db *DB) move(ctx context.Context, q querier, c *saga.Claim, t *transition) error {
	moved, err := q.Exec(ctx, t.sql, t.args...)
	switch {
	case err != nil:
		return fmt.Errorf("move %s: %w", c.Ref, err)
	case moved.RowsAffected() == 0:
		return db.refused(ctx, q, c)
	}
	return nil
}

// refused says why a claim moved nothing.
func (db *DB) refused(ctx context.Context, q querier, c *saga.Claim) error {
	var version int64
	err := q.QueryRow(ctx, db.sql(selectFence), c.Saga, []byte(c.Tenant), []byte(c.ID)).Scan(&version)
	switch {
	case err != nil && !none(err):
		return fmt.Errorf("move %s: %w", c.Ref, err)
	case err == nil && version == c.Version:
		return fmt.Errorf("move %s: %w", c.Ref, saga.ErrCancelled)
	}
	return fmt.Errorf("move %s: %w", c.Ref, saga.ErrFenced)
}

// list is never NULL.
func list(names []string) []string { return append([]string{}, names...) }

// nullable is NULL for no state.
func nullable(data []byte) *string {
	if len(data) == 0 {
		return nil
	}
	text := string(data)
	return &text
}
