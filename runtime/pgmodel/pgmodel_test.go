package pgmodel

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// newDB opens a database of its own, with a ledger.
func newDB(t testing.TB, opts ...Option) *DB {
	t.Helper()
	db := openDB(t, pgtest.Database(t), opts...)
	if err := db.Setup(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

func openDB(t testing.TB, dsn string, opts ...Option) *DB {
	t.Helper()
	db, err := Open(context.Background(), dsn, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// tester is what tests and checks of properties have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// add makes the next version of a handler's projection, with its tables.
func add(t tester, db *DB, id string, h projection.Handler[*Tx]) projection.Version {
	t.Helper()
	v := projection.Version{ID: id, State: projection.Live, Tables: h.Tables(), Incarnation: "one"}
	ledgered(t, db, func(l projection.Ledger) (err error) {
		v, err = l.AddVersion(context.Background(), v, 1)
		return err
	})
	transacted(t, db, v, func(tx *Tx) error { return h.Create(context.Background(), tx) })
	return v
}

func ledgered(t tester, db *DB, fn func(l projection.Ledger) error) {
	t.Helper()
	if err := db.Ledger(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func transacted(t tester, db *DB, v projection.Version, fn func(tx *Tx) error) {
	t.Helper()
	if err := transact(db, v, fn); err != nil {
		t.Fatal(err)
	}
}

func transact(db *DB, v projection.Version, fn func(tx *Tx) error) error {
	return db.Transact(context.Background(), v, func(tx *Tx, _ projection.Ledger) error { return fn(tx) })
}

// apply gives facts to a handler in one transaction.
func apply(t tester, db *DB, v projection.Version, h projection.Handler[*Tx], facts []projection.Fact) {
	t.Helper()
	transacted(t, db, v, func(tx *Tx) error { return h.Apply(context.Background(), tx, facts) })
}

// The facts of the tests: the actor says which row.
type (
	created   struct{ runtime.Event }
	counted   struct{ runtime.Event }
	reset     struct{ runtime.Event }
	commented struct{ runtime.Event }
	mentioned struct{ runtime.Event }
	removed   struct{ runtime.Event }
)

// note is a row. Text and Count must be there, Comment need not.
type note struct {
	Text    string
	Count   int64
	Comment *string
	Score   float64
}

const (
	setText = 1 << iota
	setCount
	setComment
	setScore
)

var notes = projection.Rows[string, note]{
	Table: projection.Table{
		Name: "notes",
		Columns: []projection.Column{
			{Name: "id", Type: projection.Text}, {Name: "text", Type: projection.Text}, {Name: "count", Type: projection.Int},
			{Name: "comment", Type: projection.Text, Null: true}, {Name: "score", Type: projection.Float},
		},
		Keys:    1,
		Indexes: [][]string{{"text"}, {"count", "id"}},
	},
	Key: func(f *projection.Fact) (string, bool) { return f.Actor, f.Actor != "" },
	Apply: func(c *projection.Change[note], f *projection.Fact) {
		switch f.Data.(type) {
		case created: // begins rows
			if c.Upsert() {
				c.Data.Text, c.Set = fmt.Sprint("text ", f.Position), c.Set|setText
			}
		case mentioned: // begins rows, too, but may find one
			if c.Upsert() {
				c.Data.Score, c.Added = c.Data.Score+0.5, c.Added|setScore
			}
		case counted:
			if c.Update() {
				c.Data.Count, c.Added = c.Data.Count+1, c.Added|setCount
			}
		case reset:
			if c.Update() {
				c.Data.Count, c.Set = 100, c.Set|setCount
			}
		case commented:
			if c.Update() {
				text := fmt.Sprint("comment ", f.Position)
				c.Data.Comment, c.Set = &text, c.Set|setComment
				if f.Position%3 == 0 {
					c.Data.Comment = nil
				}
			}
		case removed:
			c.Delete()
		}
	},
	Write: func(w projection.RowWriter, key string, row *note) {
		w.Text(key)
		w.Text(row.Text)
		w.Int(row.Count)
		if row.Comment == nil {
			w.Null()
		} else {
			w.Text(*row.Comment)
		}
		w.Float(row.Score)
	},
}

// fact makes a fact of a row.
func fact(position int, row string, data runtime.Event) projection.Fact {
	return projection.Fact{Meta: runtime.Meta{Position: runtime.Position(position), Actor: row}, Data: data}
}

// all returns the rows of a version's table as text, in order.
func all(t tester, db *DB, v projection.Version, name string) []string {
	t.Helper()
	list, err := List(context.Background(), db.Pool(), scanText, `SELECT t::text FROM `+db.names.table(&v, name)+` AS t ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func empty(t tester, db *DB, v projection.Version, name string) {
	t.Helper()
	transacted(t, db, v, func(tx *Tx) error {
		_, err := tx.Exec(context.Background(), `DELETE FROM `+tx.Table(name))
		return err
	})
}
