package sqlitesaga

import (
	"context"
	"fmt"

	"github.com/evgen/evgen/runtime/saga"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

const (
	// the primary key, whose order is that of the rows
	selectOver = `SELECT ` + instanceColumns + ` FROM evgen_sagas
		WHERE (saga, tenant, id) > (?1, ?2, ?3) AND (?4 = '' OR saga = ?4) AND state IN (SELECT value FROM json_each(?5)) AND updated_at < ?6
		ORDER BY saga, tenant, id LIMIT ?7`

	// the primary keys of each
	forgetSaga    = `DELETE FROM evgen_sagas WHERE saga = ?1 AND tenant = ?2 AND id = ?3 AND version = ?4`
	forgetLetters = `DELETE FROM evgen_saga_letters WHERE saga = ?1 AND tenant = ?2 AND id = ?3`
	forgetEntries = `DELETE FROM evgen_saga_steps WHERE saga = ?1 AND tenant = ?2 AND id = ?3`
)

// Over implements [saga.Control].
func (db *DB) Over(ctx context.Context, p saga.Pruning, behind saga.Ref, limit int) ([]saga.Instance, error) {
	states := make([]string, len(p.States))
	for i, s := range p.States {
		states[i] = string(s)
	}
	now := now()
	found, err := collect(ctx, db.models, scanInstance(now), selectOver,
		behind.Saga, []byte(behind.Tenant), []byte(behind.ID), p.Saga, list(states), now-p.OlderThan.Microseconds(), limit)
	if err != nil {
		return nil, fmt.Errorf("sagas that are over: %w", err)
	}
	return found, nil
}

// Forget implements [saga.Control].
func (db *DB) Forget(ctx context.Context, sagas []saga.Instance) (gone int, err error) {
	err = db.transact(ctx, func(tx *sqlitemodel.Tx, _ int64) error {
		gone = 0
		for i := range sagas {
			n, err := forget(ctx, tx, &sagas[i])
			if err != nil {
				return err
			}
			gone += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("forget %d sagas: %w", len(sagas), err)
	}
	return gone, nil
}

func forget(ctx context.Context, tx *sqlitemodel.Tx, s *saga.Instance) (int, error) {
	deleted, err := tx.ExecContext(ctx, forgetSaga, s.Saga, []byte(s.Tenant), []byte(s.ID), s.Version)
	if err != nil {
		return 0, err
	}
	if n, err := deleted.RowsAffected(); err != nil || n == 0 {
		return 0, err
	}
	for _, statement := range []string{forgetLetters, forgetEntries} {
		if _, err := tx.ExecContext(ctx, statement, s.Saga, []byte(s.Tenant), []byte(s.ID)); err != nil {
			return 0, err
		}
	}
	return 1, nil
}
