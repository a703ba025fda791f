package embedder

import (
	"context"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// file is the vectors in a file.
type file struct {
	*sqlitemodel.DB
}

func openFile(ctx context.Context, name string) (place, error) {
	db, err := sqlitemodel.Open(ctx, name, sqlitemodel.WithSynchronous(sqlitemodel.Full))
	if err != nil {
		return nil, err
	}
	return file{db}, nil
}

func (f file) embedder(source delivery.Source, w Work, opts []delivery.Option) (Embedder, error) {
	return newEmbedder(source, f.DB, fileTable{}, w, opts)
}

// selectFileEvents reads the whole table.
const selectFileEvents = `SELECT event_id FROM ` + vectors

// Events implements place.
func (f file) Events(ctx context.Context) ([]uuid.UUID, error) {
	rows, err := f.QueryContext(ctx, selectFileEvents)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var ids []uuid.UUID
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(projection.IntoUUID(&id)); err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, rows.Err()
}

// fileTable has no key on purpose: a second row for an event would show.
type fileTable struct{}

// Create implements table.
func (fileTable) Create(ctx context.Context, tx *sqlitemodel.Tx) error {
	_, err := tx.ExecContext(ctx, `
CREATE TABLE `+tx.Table(vectors)+` (
	event_id  TEXT NOT NULL,
	stream_id TEXT NOT NULL,
	vector    TEXT NOT NULL
)`)
	return err
}

func (fileTable) insert(ctx context.Context, tx *sqlitemodel.Tx, words runtime.Meta, vector []byte) error {
	//evgen:ignore insert-without-conflict tx also keeps that the event is done: it takes place once
	_, err := tx.ExecContext(ctx, `
INSERT INTO `+tx.Table(vectors)+` (event_id, stream_id, vector)
VALUES (?1, ?2, ?3)`, words.ID.String(), words.Stream.ID(), string(vector))
	return err
}
