package pgsaga

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime/saga"
)

const (
	// the primary key, whose order is that of the rows
	selectOver = `SELECT ` + instanceColumns + ` FROM {ledger}.sagas s
		WHERE (s.saga, s.tenant, s.id) > ($1, $2::bytea, $3::bytea) AND ($4 = '' OR s.saga = $4) AND s.state = ANY ($5)
			AND s.updated_at < clock_timestamp() - $6 * interval '1 microsecond'
		ORDER BY s.saga, s.tenant, s.id LIMIT $7`

	// the primary keys of all three; of the entries and the letters their first columns
	forgetSagas = `WITH gone AS (
			DELETE FROM {ledger}.sagas s
			USING unnest($1::text[], $2::bytea[], $3::bytea[], $4::bigint[]) AS c (saga, tenant, id, version)
			WHERE s.saga = c.saga AND s.tenant = c.tenant AND s.id = c.id AND s.version = c.version
			RETURNING s.saga, s.tenant, s.id),
		letters AS (DELETE FROM {ledger}.saga_letters l USING gone WHERE l.saga = gone.saga AND l.tenant = gone.tenant AND l.id = gone.id),
		entries AS (DELETE FROM {ledger}.saga_steps e USING gone WHERE e.saga = gone.saga AND e.tenant = gone.tenant AND e.id = gone.id)
		SELECT count(*) FROM gone`
)

// Over implements [saga.Control].
func (db *DB) Over(ctx context.Context, p saga.Pruning, behind saga.Ref, limit int) ([]saga.Instance, error) {
	states := make([]string, len(p.States))
	for i, s := range p.States {
		states[i] = string(s)
	}
	found, err := collect(ctx, db.models.Pool(), scanInstance, db.sql(selectOver),
		behind.Saga, []byte(behind.Tenant), []byte(behind.ID), p.Saga, states, p.OlderThan.Microseconds(), limit)
	if err != nil {
		return nil, fmt.Errorf("sagas that are over: %w", err)
	}
	return found, nil
}

// Forget implements [saga.Control].
func (db *DB) Forget(ctx context.Context, sagas []saga.Instance) (gone int, err error) {
	n := len(sagas)
	names, tenants, ids, versions := make([]string, n), make([][]byte, n), make([][]byte, n), make([]int64, n)
	for i := range sagas {
		names[i], tenants[i], ids[i], versions[i] = sagas[i].Saga, []byte(sagas[i].Tenant), []byte(sagas[i].ID), sagas[i].Version
	}
	if err := db.models.Pool().QueryRow(ctx, db.sql(forgetSagas), names, tenants, ids, versions).Scan(&gone); err != nil {
		return 0, fmt.Errorf("forget %d sagas: %w", n, err)
	}
	return gone, nil
}
