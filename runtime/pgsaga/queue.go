package pgsaga

import (
	"context"
	"encoding/json"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/saga"
)

const (
	// sagas_due, which is read up to its first row of a known digest
	selectNext = `SELECT (extract(epoch FROM due_at - clock_timestamp()) * 1000000)::bigint FROM {ledger}.sagas
		WHERE saga = $1 AND digest = ANY ($2) AND state IN ('running', 'waiting', 'compensating')
		ORDER BY due_at LIMIT 1`

	// sagas_due, and then the rows by their places, which the planner cannot take for many: it would read the table. The
	// time is that of the statement, which alone an index can be searched by. That the commit is not waited for is the
	// setting of this statement alone. The limit is a part of the text: as a parameter it would be planned anew each time.
	claimDue = `UPDATE {ledger}.sagas s
		SET version = s.version + 1, former = s.owner, owner = $4, digest = $3, due_at = clock_timestamp() + $5 * interval '1 microsecond'
		FROM (SELECT set_config('synchronous_commit', 'off', true) AS mode) quick
		WHERE quick.mode = 'off' AND s.ctid = ANY (ARRAY(
			SELECT ctid FROM {ledger}.sagas
			WHERE saga = $1 AND digest = ANY ($2) AND state IN ('running', 'waiting', 'compensating') AND due_at <= statement_timestamp()
			ORDER BY due_at LIMIT {limit}
			FOR UPDATE SKIP LOCKED))
		RETURNING ` + instanceColumns + `,
			(extract(epoch FROM s.deadline - clock_timestamp()) * 1000000)::bigint,
			(extract(epoch FROM s.wait_until - clock_timestamp()) * 1000000)::bigint,
			s.mail, s.former,
			CASE WHEN s.mail > 0 THEN (
				SELECT json_agg(json_build_object('step', l.step, 'outcome', l.outcome, 'event', l.event, 'ordinal', l.ordinal)) FROM {ledger}.saga_letters l
				WHERE l.saga = s.saga AND l.tenant = s.tenant AND l.id = s.id) END`

	// the primary key, for each claim
	extendClaims = `UPDATE {ledger}.sagas s SET due_at = clock_timestamp() + $5 * interval '1 microsecond'
		FROM (SELECT set_config('synchronous_commit', 'off', true) AS mode) quick,
			unnest($1::text[], $2::bytea[], $3::bytea[], $4::bigint[]) AS c (saga, tenant, id, version)
		WHERE quick.mode = 'off' AND s.saga = c.saga AND s.tenant = c.tenant AND s.id = c.id AND s.version = c.version
		RETURNING s.saga, s.tenant, s.id, s.version, s.cancel`

	// the primary key
	releaseClaim = `UPDATE {ledger}.sagas SET version = version + 1, owner = $6, due_at = clock_timestamp()
		WHERE saga = $1 AND tenant = $2 AND id = $3 AND version = $4 AND owner = $5`
)

// Next implements [saga.Queue].
func (db *DB) Next(ctx context.Context, id string, known []string) (time.Duration, error) {
	var left int64
	err := db.models.Pool().QueryRow(ctx, db.sql(selectNext), id, known).Scan(&left)
	switch {
	case none(err):
		return saga.Never, nil
	case err != nil:
		return 0, fmt.Errorf("look for sagas %s that are due: %w", id, err)
	}
	return span(&left), nil
}

// Claim implements [saga.Queue].
func (db *DB) Claim(ctx context.Context, c saga.Claims) ([]saga.Claim, error) {
	sql := strings.ReplaceAll(db.sql(claimDue), "{limit}", strconv.Itoa(powerOfTwo(c.Limit)))
	claims, err := collect(ctx, db.models.Pool(), scanClaim, sql, c.Saga, c.Known, c.Digest, c.Owner, c.Lease.Microseconds())
	if err != nil {
		return nil, fmt.Errorf("claim sagas %s: %w", c.Saga, err)
	}
	return claims, nil
}

// powerOfTwo rounds n down, so that there are few texts to be prepared.
func powerOfTwo(n int) int { return 1 << (bits.Len(uint(max(n, 1))) - 1) }

func scanClaim(row pgx.CollectableRow) (c saga.Claim, err error) {
	r := instanceRow{}
	var left, wait *int64
	var letters []byte
	if err := row.Scan(append(r.targets(), &left, &wait, &c.Mail, &c.Former, &letters)...); err != nil {
		return c, err
	}
	c.Instance, c.Left, c.WaitLeft = r.instance(), span(left), span(wait)
	if letters != nil {
		err = json.Unmarshal(letters, &c.Letters)
	}
	for i := range c.Letters {
		c.Letters[i].Ref = c.Ref
	}
	return c, err
}

// span is [saga.Never] for NULL and for what is further away than a Duration reaches.
func span(micros *int64) time.Duration {
	if micros == nil || *micros > int64(saga.Never/time.Microsecond) {
		return saga.Never
	}
	return time.Duration(*micros) * time.Microsecond
}

// Extend implements [saga.Queue].
func (db *DB) Extend(ctx context.Context, claims []saga.Claim, lease time.Duration) ([]saga.Claim, error) {
	n := len(claims)
	sagas, tenants, ids, versions := make([]string, n), make([][]byte, n), make([][]byte, n), make([]int64, n)
	for i := range claims {
		sagas[i], tenants[i], ids[i], versions[i] = claims[i].Saga, []byte(claims[i].Tenant), []byte(claims[i].ID), claims[i].Version
	}
	found, err := collect(ctx, db.models.Pool(), func(row pgx.CollectableRow) (c saga.Claim, err error) {
		var tenant, id []byte
		err = row.Scan(&c.Saga, &tenant, &id, &c.Version, &c.Cancel)
		c.Tenant, c.ID = runtime.Tenant(tenant), string(id)
		return c, err
	}, db.sql(extendClaims), sagas, tenants, ids, versions, lease.Microseconds())
	if err != nil {
		return nil, fmt.Errorf("prolong claims: %w", err)
	}
	return found, nil
}

// Release implements [saga.Queue].
func (db *DB) Release(ctx context.Context, c *saga.Claim) error {
	_, err := db.models.Pool().Exec(ctx, db.sql(releaseClaim), c.Saga, []byte(c.Tenant), []byte(c.ID), c.Version, c.Owner, c.Former)
	if err != nil {
		return fmt.Errorf("give %s back: %w", c.Ref, err)
	}
	return nil
}
