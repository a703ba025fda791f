package memorypg

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/search"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/pgmodel"
)

// NewMemorySearch returns the handler of MemorySearch. This file is yours: evgen wrote it once and
// does not touch it again.
func NewMemorySearch() MemorySearchHandler {
	return writtenMemorySearch{}
}

// writtenMemorySearch keeps the words of what is remembered as a tsvector, made without a parser or
// a dictionary of the server's.
type writtenMemorySearch struct{}

const searchTable = "memory_search"

const (
	createSearch = `
CREATE TABLE {search} (
	memory_id uuid PRIMARY KEY,
	score     double precision NOT NULL,
	words     tsvector NOT NULL
)`

	indexWords = `CREATE INDEX ON {search} USING gin (words)`

	// by the primary key, as all that follow
	insertMemory = `
INSERT INTO {search} (memory_id, score, words)
VALUES ($1, $2, array_to_tsvector($3::text[]))
ON CONFLICT (memory_id) DO UPDATE SET score = excluded.score, words = excluded.words`

	updateWords = `UPDATE {search} SET words = array_to_tsvector($2::text[]) WHERE memory_id = $1`
	addScore    = `UPDATE {search} SET score = score + $2 WHERE memory_id = $1`
	deleteWords = `DELETE FROM {search} WHERE memory_id = $1`
)

func (writtenMemorySearch) Tables() []string {
	return []string{searchTable}
}

func (writtenMemorySearch) Create(_ context.Context, tx *pgmodel.Tx) error {
	queue(tx, createSearch)
	queue(tx, indexWords)
	return nil
}

func (writtenMemorySearch) MemoryCreated(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory.MemoryCreated]) error {
	return queueFor(tx, event.Meta, insertMemory, search.Weight(event.Data.CreatedAt), search.Words(event.Data.Text))
}

func (writtenMemorySearch) MemoryReworded(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory.MemoryReworded]) error {
	return queueFor(tx, event.Meta, updateWords, search.Words(event.Data.Text))
}

func (writtenMemorySearch) MemoryAccessed(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory.MemoryAccessed]) error {
	//evgen:ignore unguarded-increment the checkpoint moves in the same transaction, and nothing else writes here
	return queueFor(tx, event.Meta, addScore, search.Weight(event.OccurredAt))
}

func (writtenMemorySearch) MemoryAbsorbed(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory.MemoryAbsorbed]) error {
	return queueFor(tx, event.Meta, deleteWords)
}

func (writtenMemorySearch) MemoryForgotten(_ context.Context, tx *pgmodel.Tx, event runtime.Envelope[memory.MemoryForgotten]) error {
	return queueFor(tx, event.Meta, deleteWords)
}

// queueFor queues a statement about the memory of an event.
func queueFor(tx *pgmodel.Tx, meta runtime.Meta, statement string, args ...any) error {
	id, err := uuid.Parse(meta.Stream.ID())
	if err == nil {
		queue(tx, statement, append([]any{id}, args...)...)
	}
	return err
}

func queue(tx *pgmodel.Tx, statement string, args ...any) {
	tx.Queue(strings.ReplaceAll(statement, "{search}", tx.Table(searchTable)), args...)
}
