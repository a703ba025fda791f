package sqlitemodel

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/runtime/projection"
)

// What SQLite says of a sum beyond 64 bits is told by the column's name; nothing else is taken for one.
func TestSumsBeyond64BitsAreNamed(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "sums.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	exec := func(statement string) error {
		_, err := db.ExecContext(context.Background(), statement)
		return err
	}
	if err := exec(`CREATE TABLE sums (id TEXT NOT NULL, cents INTEGER NOT NULL) STRICT; INSERT INTO sums VALUES ('a', 9223372036854775807)`); err != nil {
		t.Fatal(err)
	}
	var sum *projection.SumError
	if err := summed(exec(`UPDATE sums SET cents = cents + 1`)); !errors.As(err, &sum) || sum.Column != "cents" {
		t.Errorf("a sum beyond 64 bits: %v", err)
	}
	if err := summed(exec(`UPDATE sums SET cents = 'much'`)); err == nil || errors.As(err, &sum) {
		t.Errorf("a text: %v", err)
	}
}
