package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/runtime"
)

// Inline is called with the events of an append, or of a part of an import, in the
// transaction that writes them. What it writes with tx is committed with the
// events; if it returns an error, nothing is, and who appended gets that error. It
// must not end tx, and it may run again for the same append after a conflict.
type Inline func(ctx context.Context, tx pgx.Tx, records []runtime.Record) error

// WithInline runs f in the transactions that write events, such as the Apply of a
// projection.Inline in the same database. Appends then take four round trips
// instead of one, and share no statement with each other; imports merge.
func WithInline(f Inline) Option { return func(c *config) { c.inline = f } }

// selectNumbered reads what the database gave to events by events_by_id.
const selectNumbered = `SELECT e.id, e.position, e.version, e.recorded_at
FROM unnest($1::uuid[]) looked (id)
CROSS JOIN LATERAL (SELECT * FROM {schema}.events e WHERE e.id = looked.id LIMIT 1) e`

// effect hands records, which tx has written, to what runs inline.
func (s *Store) effect(ctx context.Context, tx pgx.Tx, written []*runtime.Record) error {
	if s.config.inline == nil || len(written) == 0 {
		return nil
	}
	records, err := s.numbered(ctx, tx, written)
	if err != nil {
		return err
	}
	return s.config.inline(ctx, tx, records)
}

// numbered returns copies of records with the numbers that they got.
func (s *Store) numbered(ctx context.Context, tx pgx.Tx, written []*runtime.Record) ([]runtime.Record, error) {
	out := make([]runtime.Record, len(written))
	ids := make([]uuid.UUID, len(written))
	byID := make(map[uuid.UUID]*runtime.Record, len(written))
	for i, rec := range written {
		out[i], ids[i] = *rec, rec.ID
		byID[rec.ID] = &out[i]
	}
	rows, err := tx.Query(ctx, s.names.fill(selectNumbered), ids)
	if err != nil {
		return nil, fmt.Errorf("number events: %w", err)
	}
	var got runtime.Record
	_, err = pgx.ForEachRow(rows, []any{&got.ID, &got.Position, &got.StreamVersion, &got.RecordedAt}, func() error {
		rec := byID[got.ID]
		rec.Position, rec.StreamVersion, rec.RecordedAt = got.Position, got.StreamVersion, got.RecordedAt.UTC()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("number events: %w", err)
	}
	return out, nil
}

// appendInline appends a batch, with its effect, in a transaction of its own. A
// handler's violated key may be that of a rival, as the store's own: such errors are
// tried again, too.
func (g *group) appendInline(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	if !g.enter() {
		return runtime.Appended{}, runtime.ErrClosed
	}
	defer g.calls.Done()
	return repeat(ctx, func() (runtime.Appended, error) { return g.onceInline(ctx, b) })
}

func (g *group) onceInline(ctx context.Context, b *runtime.Batch) (runtime.Appended, error) {
	conn, err := g.store.acquire(ctx)
	if err != nil {
		return runtime.Appended{}, err
	}
	defer conn.Release()
	process := serverOf(conn.Conn())
	tx, err := conn.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.ReadCommitted})
	if err != nil {
		return runtime.Appended{}, err
	}
	out, err := g.store.InTx(tx).write(ctx, b)
	if err != nil {
		return runtime.Appended{}, errors.Join(err, ignoreClosed(tx.Rollback(context.WithoutCancel(ctx))))
	}
	err = tx.Commit(ctx)
	if err != nil && mayHaveCommitted(err) && !errors.Is(err, pgx.ErrTxCommitRollback) {
		return g.resolveOne(ctx, &lostError{process: process, err: err}, b)
	}
	return out, err
}

// ignoreClosed: a transaction whose link is gone needs no end.
func ignoreClosed(err error) error {
	if errors.Is(err, pgx.ErrTxClosed) || pgconn.SafeToRetry(err) {
		return nil
	}
	return err
}
