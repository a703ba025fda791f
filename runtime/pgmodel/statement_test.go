package pgmodel

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/projection"
)

// A uuid is one in a column of uuids, and its text in a column of text; nobody's
// arguments are changed.
func TestUUIDsAreArgumentsOfAnyColumn(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	if _, err := db.Pool().Exec(ctx, `CREATE TABLE ids (id uuid, other uuid, label text)`); err != nil {
		t.Fatal(err)
	}
	id := uuid.New()
	args := []any{id, &id, id}
	err := db.Transact(ctx, projection.Version{ID: "ids", Number: 1}, func(tx *Tx, _ projection.Ledger) error {
		tx.Queue(`INSERT INTO ids (id, other, label) VALUES ($1, $2, $3)`, args...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var same bool
	err = db.Pool().QueryRow(ctx, `SELECT id = $1 AND other = $1 AND label = $1::text FROM ids`, id).Scan(&same)
	if err != nil || !same {
		t.Errorf("what was written is the same: %v, %v", same, err)
	}
	if args[0] != id || args[2] != id {
		t.Errorf("arguments are now %v", args)
	}
}
