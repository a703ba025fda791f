package embedder

import (
	"context"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/pgmodel"
)

// database is the vectors in a database of PostgreSQL.
type database struct {
	*pgmodel.DB
}

func openPostgres(ctx context.Context, address string) (place, error) {
	db, err := pgmodel.Open(ctx, address)
	if err != nil {
		return nil, err
	}
	return database{db}, nil
}

// Close implements place.
func (d database) Close() error {
	d.DB.Close()
	return nil
}

func (d database) embedder(source delivery.Source, w Work, opts []delivery.Option) (Embedder, error) {
	return newEmbedder(source, d.DB, databaseTable{}, w, opts)
}

// selectEvents reads the whole table.
const selectEvents = `SELECT event_id FROM ` + vectors

// Events implements place.
func (d database) Events(ctx context.Context) ([]uuid.UUID, error) {
	rows, err := d.Pool().Query(ctx, selectEvents)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// databaseTable has no key on purpose: a second row for an event would show.
type databaseTable struct{}

// Create implements table.
func (databaseTable) Create(ctx context.Context, tx *pgmodel.Tx) error {
	_, err := tx.Exec(ctx, `
CREATE TABLE `+tx.Table(vectors)+` (
	event_id  uuid NOT NULL,
	stream_id uuid NOT NULL,
	vector    jsonb NOT NULL
)`)
	return err
}

func (databaseTable) insert(ctx context.Context, tx *pgmodel.Tx, words runtime.Meta, vector []byte) error {
	//evgen:ignore insert-without-conflict tx also keeps that the event is done: it takes place once
	_, err := tx.Exec(ctx, `
INSERT INTO `+tx.Table(vectors)+` (event_id, stream_id, vector)
VALUES ($1, $2, $3)`, words.ID, words.Stream.ID(), string(vector))
	return err
}
