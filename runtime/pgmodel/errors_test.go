package pgmodel

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/evgen/evgen/internal/pgtest"
	"github.com/evgen/evgen/runtime/projection"
)

func TestRefusedValuesNameTheirColumn(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	for name, c := range map[string]struct {
		kind  projection.ColumnType
		write func(w projection.RowWriter)
	}{
		"zero":         {projection.Text, func(w projection.RowWriter) { w.Text("a\x00b") }},
		"not UTF-8":    {projection.Text, func(w projection.RowWriter) { w.Text("a\xff") }},
		"NULL":         {projection.Text, func(w projection.RowWriter) { w.Null() }},
		"no decimal":   {projection.Decimal, func(w projection.RowWriter) { w.Decimal("1e5") }},
		"empty":        {projection.Decimal, func(w projection.RowWriter) { w.Decimal("-") }},
		"late":         {projection.Timestamp, func(w projection.RowWriter) { w.Timestamp(time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC)) }},
		"early":        {projection.Date, func(w projection.RowWriter) { w.Date(-5000, 1, 1) }},
		"JSON of zero": {projection.JSON, func(w projection.RowWriter) { w.JSON([]byte(`"\u0000"`)) }},
		"no JSON":      {projection.JSON, func(w projection.RowWriter) { w.JSON([]byte(`{`)) }},
	} {
		t.Run(name, func(t *testing.T) {
			h := Declared(table(projection.Column{Name: "value", Type: c.kind}))
			v := add(t, db, "values", h)
			facts := []projection.Fact{fact(1, "", written{write: c.write})}
			load := h.(projection.Loader[*Tx]).NewLoad()
			_ = load.Add(facts)
			for way, write := range map[string]func(tx *Tx) error{
				"apply": func(tx *Tx) error { return h.Apply(ctx, tx, facts) },
				"load":  func(tx *Tx) error { return load.Flush(ctx, tx) },
			} {
				err := transact(db, v, write)
				var refused *ValueError
				if !errors.As(err, &refused) || refused.Table != "values" || db.Transient(err) {
					t.Errorf("%s: %v", way, err)
				}
				var byServer *pgconn.PgError
				if refused != nil && refused.Column != "value" && !errors.As(err, &byServer) {
					t.Errorf("%s: %v names no column", way, err)
				}
			}
		})
	}
}

func TestSumsThatOverflowAreValues(t *testing.T) {
	db, h := newDB(t), Declared(&notes)
	v := add(t, db, "overflow", h)
	apply(t, db, v, h, []projection.Fact{fact(1, "a", created{})})
	if _, err := db.Pool().Exec(context.Background(), `UPDATE notes_v1 SET count = $1`, int64(math.MaxInt64)); err != nil {
		t.Fatal(err)
	}
	err := transact(db, v, func(tx *Tx) error {
		return h.Apply(context.Background(), tx, []projection.Fact{fact(2, "a", counted{})})
	})
	var refused *ValueError
	if !errors.As(err, &refused) || db.Transient(err) {
		t.Errorf("%v", err)
	}
}

func TestAlteredTableIsSaid(t *testing.T) {
	db, ctx, h := newDB(t), context.Background(), Declared(&notes)
	for _, change := range []string{
		`DROP TABLE %s`, `ALTER TABLE %s DROP COLUMN text`, `ALTER TABLE %s ALTER text DROP DEFAULT, ALTER text TYPE bytea USING ''`,
		`ALTER TABLE %s ADD CHECK (text = '')`, `ALTER TABLE %s ADD other text NOT NULL`, `ALTER TABLE %s DROP CONSTRAINT %[2]s`,
	} {
		v := add(t, db, "altered", h)
		sql := fmt.Sprintf(change+` --%.0[2]s`, db.names.table(&v, "notes"), quote(v.Table("notes")+"_key"))
		if _, err := db.Pool().Exec(ctx, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		err := transact(db, v, func(tx *Tx) error {
			return h.Apply(ctx, tx, []projection.Fact{fact(1, "a", removed{}), fact(2, "a", created{})})
		})
		var altered *AlteredError
		if !errors.As(err, &altered) || altered.Table != "notes" || !db.Transient(err) {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestErrorsThatMayPass(t *testing.T) {
	db := newDB(t)
	for _, err := range []error{
		&pgconn.PgError{Code: "40P01"}, &pgconn.PgError{Code: "53100"}, &pgconn.PgError{Code: "57P01"}, &pgconn.PgError{Code: "08006"},
		&raceError{&pgconn.PgError{Code: "23505"}}, io.ErrUnexpectedEOF, &net.OpError{Op: "read", Err: io.EOF},
	} {
		if !db.Transient(fmt.Errorf("wrapped: %w", err)) {
			t.Errorf("%v does not pass", err)
		}
	}
	for _, err := range []error{&pgconn.PgError{Code: "22003"}, &pgconn.PgError{Code: "23505"}, projection.ErrFenced, context.Canceled, errors.New("any")} {
		if db.Transient(fmt.Errorf("wrapped: %w", err)) {
			t.Errorf("%v passes", err)
		}
	}
}

func TestLostLinkPasses(t *testing.T) {
	server, ctx := pgtest.Start(t), context.Background()
	db := openDB(t, server.DSN("postgres"))
	err := transact(db, projection.Version{}, func(tx *Tx) error {
		if _, err := tx.Exec(ctx, `SELECT 1`); err != nil {
			return err
		}
		server.Kill()
		tx.Queue(`SELECT 1`)
		return nil
	})
	if err == nil || !db.Transient(err) {
		t.Errorf("under way: %v", err)
	}
	if err := db.Setup(ctx); err == nil || !db.Transient(err) {
		t.Errorf("without a server: %v", err)
	}
}

// The statements of all facts go together; the one that fails is known by its fact.
func TestQueuedFailureNamesItsFact(t *testing.T) {
	db, ctx := newDB(t), context.Background()
	h := Handwritten{
		Names: []string{"log"},
		Make: func(_ context.Context, tx *Tx) error {
			tx.Queue(`CREATE TABLE ` + tx.Table("log") + ` (n int)`)
			return nil
		},
		One: func(_ context.Context, tx *Tx, f *projection.Fact) error {
			tx.Queue(`INSERT INTO `+tx.Table("log")+` (n) VALUES (10 / $1::int)`, int64(f.Position)-3)
			return nil
		},
	}
	v := add(t, db, "handwritten", h)
	err := transact(db, v, func(tx *Tx) error {
		return h.Apply(ctx, tx, []projection.Fact{fact(1, "", nil), fact(2, "", nil), fact(3, "", nil), fact(4, "", nil)})
	})
	var failed *projection.EventError
	if !errors.As(err, &failed) || failed.Index != 2 || db.Transient(err) {
		t.Errorf("%v", err)
	}
	apply(t, db, v, h, []projection.Fact{fact(4, "", nil), fact(5, "", nil)})
	if got := all(t, db, v, "log"); !slices.Equal(got, []string{"(10)", "(5)"}) {
		t.Errorf("rows %q", got)
	}
}

// What is queued goes before what has a result, and the caller's transaction is the caller's.
func TestInlineWritesInTheCallersTransaction(t *testing.T) {
	db, ctx, h := newDB(t), context.Background(), Declared(&notes)
	v := add(t, db, "inline", h)
	outer, err := db.Pool().Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	tx := db.InTx(outer, v)
	tx.Queue(`INSERT INTO ` + tx.Table("notes") + ` (id) VALUES ('queued')`)
	var n int
	if err := tx.QueryRow(ctx, `SELECT count(*) FROM `+tx.Table("notes")).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows, %v", n, err)
	}
	if err := h.Apply(ctx, tx, []projection.Fact{fact(1, "a", created{})}); err != nil {
		t.Error(err)
	}
	if err := tx.Commit(ctx); !errors.Is(err, ErrNotYours) {
		t.Errorf("commit by the handler: %v", err)
	}
	if err := outer.Rollback(ctx); err != nil {
		t.Error(err)
	}
	if got := all(t, db, v, "notes"); len(got) != 0 {
		t.Errorf("rows %q", got)
	}
}
