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
	// evgen_sagas_due, which is read up to its first row of a known digest
	selectNext = `SELECT due_at FROM evgen_sagas
		WHERE saga = ?1 AND digest IN (SELECT value FROM json_each(?2)) AND state IN ('running', 'waiting', 'compensating')
		ORDER BY due_at LIMIT 1`

	// evgen_sagas_due
	claimDue = `UPDATE evgen_sagas SET version = version + 1, former = owner, owner = ?4, digest = ?3, due_at = ?7
		WHERE rowid IN (
			SELECT rowid FROM evgen_sagas
			WHERE saga = ?1 AND digest IN (SELECT value FROM json_each(?2)) AND state IN ('running', 'waiting', 'compensating') AND due_at <= ?6
			ORDER BY due_at LIMIT ?5)
		RETURNING ` + instanceColumns

	// the primary key
	selectLetters = `SELECT step, outcome, event, ordinal FROM evgen_saga_letters WHERE saga = ?1 AND tenant = ?2 AND id = ?3`

	// the primary key
	extendClaim = `UPDATE evgen_sagas SET due_at = ?5 WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND version = ?4 RETURNING cancel`

	// the primary key
	releaseClaim = `UPDATE evgen_sagas SET version = version + 1, owner = ?7, due_at = ?6
		WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND version = ?4 AND owner = ?5`
)

// Next implements [saga.Queue].
func (db *DB) Next(ctx context.Context, id string, known []string) (time.Duration, error) {
	var due sql.NullInt64
	err := db.models.QueryRowContext(ctx, selectNext, id, list(known)).Scan(&due)
	if err != nil && !none(err) {
		return 0, fmt.Errorf("look for sagas %s that are due: %w", id, err)
	}
	return span(due, now()), nil
}

// Claim implements [saga.Queue].
func (db *DB) Claim(ctx context.Context, c saga.Claims) (claims []saga.Claim, err error) {
	err = db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		claims, err = collect(ctx, tx, scanClaim(now), claimDue,
			c.Saga, list(c.Known), c.Digest, c.Owner, c.Limit, now, now+c.Lease.Microseconds())
		for i := range claims {
			if err == nil && claims[i].Mail > 0 {
				err = readLetters(ctx, tx, &claims[i])
			}
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("claim sagas %s: %w", c.Saga, err)
	}
	return claims, nil
}

func readLetters(ctx context.Context, tx *sqlitemodel.Tx, c *saga.Claim) (err error) {
	c.Letters, err = collect(ctx, tx, func(rows *sql.Rows) (saga.Letter, error) {
		l, event := saga.Letter{Ref: c.Ref}, ""
		if err := rows.Scan(&l.Step, &l.Outcome, &event, &l.Ordinal); err != nil {
			return l, err
		}
		return l, parse(&l.Event, event)
	}, selectLetters, c.Saga, []byte(c.Tenant), []byte(c.ID))
	return err
}

// Extend implements [saga.Queue].
func (db *DB) Extend(ctx context.Context, claims []saga.Claim, lease time.Duration) (found []saga.Claim, err error) {
	err = db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		found = nil
		for i := range claims {
			c := claims[i]
			err := tx.QueryRowContext(ctx, extendClaim, c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version, now+lease.Microseconds()).Scan(&c.Cancel)
			switch {
			case none(err):
			case err != nil:
				return err
			default:
				found = append(found, c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("prolong claims: %w", err)
	}
	return found, nil
}

// Release implements [saga.Queue].
func (db *DB) Release(ctx context.Context, c *saga.Claim) error {
	err := db.transact(ctx, func(tx *sqlitemodel.Tx, now int64) error {
		_, err := tx.ExecContext(ctx, releaseClaim, c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version, c.Owner, now, c.Former)
		return err
	})
	if err != nil {
		return fmt.Errorf("give %s back: %w", c.Ref, err)
	}
	return nil
}
