package memorysqlite

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/search"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// NewMemorySearch returns the handler of MemorySearch. This file is yours: evgen wrote it once and
// does not touch it again.
func NewMemorySearch() MemorySearchHandler {
	return writtenMemorySearch{}
}

// writtenMemorySearch keeps the words of what is remembered in a table of FTS5, and beside it what
// FTS5 has no index for: which row of that table is which memory's, and its score. The number of a
// row is the position of the event that began it, so that every replay gives the same rows.
type writtenMemorySearch struct{}

const (
	searchTable = "memory_search"
	wordsTable  = "memory_words"
)

const (
	createSearch = `
CREATE TABLE {search} (
	memory_id TEXT PRIMARY KEY,
	doc       INTEGER NOT NULL,
	score     REAL NOT NULL
) STRICT, WITHOUT ROWID`

	// The words come folded and without signs: the tokenizer need only part them.
	createWords = `
CREATE VIRTUAL TABLE {words} USING fts5(memory_id UNINDEXED, words, tokenize = 'ascii', prefix = '2 3')`

	// by the primary key, as all that follow
	insertMemory = `
INSERT INTO {search} (memory_id, doc, score)
VALUES (?1, ?2, ?3)
ON CONFLICT (memory_id) DO UPDATE SET score = excluded.score`

	insertWords = `
INSERT OR REPLACE INTO {words} (rowid, memory_id, words)
SELECT doc, memory_id, ?2 FROM {search} WHERE memory_id = ?1`

	updateWords  = `UPDATE {words} SET words = ?2 WHERE rowid = (SELECT doc FROM {search} WHERE memory_id = ?1)`
	addScore     = `UPDATE {search} SET score = score + ?2 WHERE memory_id = ?1`
	deleteWords  = `DELETE FROM {words} WHERE rowid = (SELECT doc FROM {search} WHERE memory_id = ?1)`
	deleteMemory = `DELETE FROM {search} WHERE memory_id = ?1`
)

func (writtenMemorySearch) Tables() []string {
	return []string{searchTable, wordsTable}
}

func (writtenMemorySearch) Create(ctx context.Context, tx *sqlitemodel.Tx) error {
	if err := exec(ctx, tx, createSearch); err != nil {
		return err
	}
	return exec(ctx, tx, createWords)
}

func (writtenMemorySearch) MemoryCreated(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[memory.MemoryCreated]) error {
	err := execFor(ctx, tx, event.Meta, insertMemory, int64(event.Position), search.Weight(event.Data.CreatedAt))
	if err != nil {
		return err
	}
	return execFor(ctx, tx, event.Meta, insertWords, joined(event.Data.Text))
}

func (writtenMemorySearch) MemoryReworded(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[memory.MemoryReworded]) error {
	return execFor(ctx, tx, event.Meta, updateWords, joined(event.Data.Text))
}

func (writtenMemorySearch) MemoryAccessed(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[memory.MemoryAccessed]) error {
	//evgen:ignore unguarded-increment the checkpoint moves in the same transaction, and nothing else writes here
	return execFor(ctx, tx, event.Meta, addScore, search.Weight(event.OccurredAt))
}

func (writtenMemorySearch) MemoryAbsorbed(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[memory.MemoryAbsorbed]) error {
	return remove(ctx, tx, event.Meta)
}

func (writtenMemorySearch) MemoryForgotten(ctx context.Context, tx *sqlitemodel.Tx, event runtime.Envelope[memory.MemoryForgotten]) error {
	return remove(ctx, tx, event.Meta)
}

func remove(ctx context.Context, tx *sqlitemodel.Tx, meta runtime.Meta) error {
	if err := execFor(ctx, tx, meta, deleteWords); err != nil {
		return err
	}
	return execFor(ctx, tx, meta, deleteMemory)
}

func joined(text string) string { return strings.Join(search.Words(text), " ") }

// execFor runs a statement about the memory of an event.
func execFor(ctx context.Context, tx *sqlitemodel.Tx, meta runtime.Meta, statement string, args ...any) error {
	id, err := uuid.Parse(meta.Stream.ID())
	if err != nil {
		return err
	}
	return exec(ctx, tx, statement, append([]any{id.String()}, args...)...)
}

func exec(ctx context.Context, tx *sqlitemodel.Tx, statement string, args ...any) error {
	names := strings.NewReplacer("{search}", tx.Table(searchTable), "{words}", tx.Table(wordsTable))
	_, err := tx.ExecContext(ctx, names.Replace(statement), args...)
	return err
}
