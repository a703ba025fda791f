package sqlitemodel_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/sqlitemodel"
)

// account is a row with a column that is set, one that is counted in, and one
// that sums decimals. Names are such that they need quoting.
type account struct {
	Owner string
	Count int64
	Sum   int64 // cents; stored as a decimal
}

type (
	opened  struct{ runtime.Event }
	renamed struct{ runtime.Event }
	counted struct{ runtime.Event }
	paid    struct{ runtime.Event }
	closed  struct{ runtime.Event }
)

var accounts = projection.Rows[string, account]{
	Table: projection.Table{
		Name: `my "accounts"`, Keys: 1,
		Columns: []projection.Column{
			{Name: "select", Type: projection.Text}, {Name: `an "owner"`, Type: projection.Text},
			{Name: "count", Type: projection.Int}, {Name: "sum", Type: projection.Decimal},
		},
		Indexes: [][]string{{`an "owner"`, "count"}},
	},
	Key: func(f *projection.Fact) (string, bool) { return f.Actor, f.Actor != "" },
	Apply: func(c *projection.Change[account], f *projection.Fact) {
		switch f.Data.(type) {
		case opened:
			if c.Upsert() {
				c.Data.Owner, c.Set = fmt.Sprint(f.Position), c.Set|1
			}
		case renamed:
			if c.Update() {
				c.Data.Owner, c.Set = fmt.Sprint("re", f.Position), c.Set|1
			}
		case counted:
			if c.Upsert() {
				c.Data.Count, c.Added = c.Data.Count+1, c.Added|2
			}
		case paid:
			if c.Update() {
				c.Data.Sum, c.Added = c.Data.Sum+int64(f.Position)*10-70, c.Added|4
			}
		case closed:
			c.Delete()
		}
	},
	Write: func(w projection.RowWriter, key string, row *account) {
		w.Text(key)
		w.Text(row.Owner)
		w.Int(row.Count)
		sign := ""
		if row.Sum < 0 {
			sign = "-"
		}
		w.Decimal(fmt.Sprintf("%s%d.%02d", sign, abs(row.Sum)/100, abs(row.Sum)%100))
	},
}

func abs(n int64) int64 { return max(n, -n) }

// step is what one fact means, one at a time.
func step(model map[string]account, f *projection.Fact) {
	row, there := model[f.Actor]
	switch f.Data.(type) {
	case opened:
		row.Owner = fmt.Sprint(f.Position)
	case renamed:
		row.Owner = fmt.Sprint("re", f.Position)
	case counted:
		row.Count++
	case paid:
		row.Sum += int64(f.Position)*10 - 70
	case closed:
		delete(model, f.Actor)
		return
	}
	_, opens := f.Data.(opened)
	_, counts := f.Data.(counted)
	if f.Actor != "" && (there || opens || counts) {
		model[f.Actor] = row
	}
}

func facts(t *rapid.T) []projection.Fact {
	kinds := []runtime.Event{opened{}, renamed{}, counted{}, paid{}, closed{}}
	out := make([]projection.Fact, rapid.IntRange(0, 40).Draw(t, "facts"))
	for i := range out {
		out[i].Position = runtime.Position(i + 1)
		out[i].Actor = rapid.SampledFrom([]string{"", "a", "b", "c'\"d"}).Draw(t, "row")
		out[i].Data = rapid.SampledFrom(kinds).Draw(t, "kind")
	}
	return out
}

func openAt(t testing.TB, path string) *sqlitemodel.DB {
	t.Helper()
	db, err := sqlitemodel.Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// However facts are cut into batches or flushes, the rows are those that one fact
// at a time gives.
func TestDeclaredRowsAreTheSameForEveryCut(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "a ?#%20.db"))
	handler := sqlitemodel.Declared(&accounts).(projection.Loader[*sqlitemodel.Tx])
	number := 0
	rapid.Check(t, func(t *rapid.T) {
		number++
		v := projection.Version{ID: "accounts", Number: number, Tables: handler.Tables()}
		all := facts(t)
		model := map[string]account{}
		for i := range all {
			step(model, &all[i])
		}
		load := handler.NewLoad()
		flushes := rapid.IntRange(0, 3).Draw(t, "flushes")
		transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error { return handler.Create(ctx, tx) })
		for n := 0; len(all) > 0; n++ {
			batch := all[:rapid.IntRange(1, len(all)).Draw(t, "batch")]
			all = all[len(batch):]
			transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error {
				if n >= flushes {
					return handler.Apply(ctx, tx, batch)
				}
				if err := load.Add(batch); err != nil {
					return err
				}
				return load.Flush(ctx, tx)
			})
		}
		transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error { return load.Finish(ctx, tx) })
		transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error { return load.Finish(ctx, tx) })
		if got := readAccounts(t, db, v); !maps.Equal(got, model) {
			t.Fatalf("rows %v\nwant %v", got, model)
		}
	})
}

// A row that is gone and begins anew in one batch counts from zero, although the
// table still has the old sum when the batch is written.
func TestRowThatBeginsAnewCountsFromZero(t *testing.T) {
	db := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	handler := sqlitemodel.Declared(&accounts)
	v := projection.Version{ID: "accounts", Number: 1, Tables: handler.Tables()}
	transact(t, db, v, handler.Create)
	for _, batch := range [][]runtime.Event{{opened{}, counted{}, paid{}}, {closed{}, opened{}, counted{}, paid{}}} {
		facts := make([]projection.Fact, len(batch))
		for i, e := range batch {
			facts[i] = projection.Fact{Meta: runtime.Meta{Position: 16, Actor: "a"}, Data: e}
		}
		transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error { return handler.Apply(ctx, tx, facts) })
		if got := readAccounts(t, db, v)["a"]; got != (account{"16", 1, 90}) {
			t.Errorf("row %+v", got)
		}
	}
}

type failer interface{ Fatalf(string, ...any) }

func transact(t failer, db *sqlitemodel.DB, v projection.Version, fn func(context.Context, *sqlitemodel.Tx) error) {
	ctx := context.Background()
	err := db.Transact(ctx, v, func(tx *sqlitemodel.Tx, _ projection.Ledger) error { return fn(ctx, tx) })
	if err != nil {
		t.Fatalf("transaction: %v", err)
	}
}

func readAccounts(t failer, db *sqlitemodel.DB, v projection.Version) map[string]account {
	out := map[string]account{}
	transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT "select", "an ""owner""", "count", sum FROM `+tx.Table(`my "accounts"`))
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var key, sum string
			var a account
			if err := rows.Scan(&key, &a.Owner, &a.Count, &sum); err != nil {
				return err
			}
			var amount float64
			_, _ = fmt.Sscan(sum, &amount)
			a.Sum = int64(math.Round(amount * 100))
			out[key] = a
		}
		return rows.Err()
	})
	return out
}

// everything has a column of each type, and each once more that may be NULL.
func everything() *projection.Rows[string, []func(projection.RowWriter)] {
	t := projection.Table{Name: "everything", Keys: 1, Columns: []projection.Column{{Name: "id", Type: projection.Text}}}
	for kind := projection.Text; kind <= projection.JSON; kind++ {
		t.Columns = append(t.Columns, projection.Column{Name: fmt.Sprint("c", kind), Type: kind})
	}
	for kind := projection.Text; kind <= projection.JSON; kind++ {
		t.Columns = append(t.Columns, projection.Column{Name: fmt.Sprint("n", kind), Type: kind, Null: true})
	}
	return &projection.Rows[string, []func(projection.RowWriter)]{Table: t}
}

func TestColumnsKeepWhatTheyAreGiven(t *testing.T) {
	id := uuid.MustParse("0198c0de-0000-7000-8000-00000000cafe")
	at := time.Date(1950, 2, 3, 4, 5, 6, 789000, time.UTC)
	values := []struct {
		write func(projection.RowWriter)
		want  any
	}{
		{func(w projection.RowWriter) { w.Text("it's \x00 \U0001F600") }, "it's \x00 \U0001F600"},
		{func(w projection.RowWriter) { w.Bool(true) }, int64(1)},
		{func(w projection.RowWriter) { w.Int(math.MinInt64) }, int64(math.MinInt64)},
		{func(w projection.RowWriter) { w.Float(math.Inf(-1)) }, math.Inf(-1)},
		{func(w projection.RowWriter) { w.Decimal("-12345678901234567890.12345678901234567890") }, "-12345678901234567890.12345678901234567890"},
		{func(w projection.RowWriter) { w.UUID(id) }, id.String()},
		{func(w projection.RowWriter) { w.Timestamp(at) }, at.UnixMicro()},
		{func(w projection.RowWriter) { w.Date(7, time.March, 9) }, "0007-03-09"},
		{func(w projection.RowWriter) { w.Bytes(nil) }, []byte{}},
		{func(w projection.RowWriter) { w.JSON([]byte(`{"a":[1]}`)) }, `{"a":[1]}`},
	}
	rows := everything()
	rows.Key = func(*projection.Fact) (string, bool) { return "x", true }
	rows.Apply = func(c *projection.Change[[]func(projection.RowWriter)], _ *projection.Fact) {
		c.Upsert()
		c.Set = 1<<(2*len(values)) - 1
	}
	rows.Write = func(w projection.RowWriter, key string, _ *[]func(projection.RowWriter)) {
		w.Text(key)
		for _, v := range values {
			v.write(w)
		}
		for range values {
			w.Null()
		}
	}
	db := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	v := projection.Version{ID: "x", Number: 1, Tables: []string{"everything"}}
	handler := sqlitemodel.Declared(rows)
	got := make([]any, 1+2*len(values))
	transact(t, db, v, func(ctx context.Context, tx *sqlitemodel.Tx) error {
		if err := handler.Create(ctx, tx); err != nil {
			return err
		}
		if err := handler.Apply(ctx, tx, make([]projection.Fact, 1)); err != nil {
			return err
		}
		into := make([]any, len(got))
		for i := range got {
			into[i] = &got[i]
		}
		return tx.QueryRowContext(ctx, "SELECT * FROM "+tx.Table("everything")).Scan(into...)
	})
	for i, v := range values {
		same := reflect.DeepEqual(got[1+i], v.want)
		if b, ok := v.want.([]byte); ok {
			stored, isBytes := got[1+i].([]byte)
			same = isBytes && bytes.Equal(stored, b)
		}
		if !same || got[1+len(values)+i] != nil {
			t.Errorf("column %d: %#v and %#v, want %#v and NULL", i+1, got[1+i], got[1+len(values)+i], v.want)
		}
	}
}

func TestColumnsThatAreNotSetAreZeroOrNull(t *testing.T) {
	rows := everything()
	rows.Key = func(*projection.Fact) (string, bool) { return "x", true }
	rows.Apply = func(c *projection.Change[[]func(projection.RowWriter)], _ *projection.Fact) { c.Upsert() }
	rows.Write = func(w projection.RowWriter, key string, _ *[]func(projection.RowWriter)) {
		w.Text(key)
		for range rows.Table.Columns[1:] {
			w.Null()
		}
	}
	db := openAt(t, filepath.Join(t.TempDir(), "x.db"))
	handler := sqlitemodel.Declared(rows)
	transact(t, db, projection.Version{ID: "x", Number: 1}, func(ctx context.Context, tx *sqlitemodel.Tx) error {
		if err := handler.Create(ctx, tx); err != nil {
			return err
		}
		if err := handler.Apply(ctx, tx, make([]projection.Fact, 1)); err != nil {
			return err
		}
		var text, decimal string
		var null sql.NullString
		var truth bool
		err := tx.QueryRowContext(ctx, "SELECT c1, c2, c5, n1 FROM "+tx.Table("everything")).Scan(&text, &truth, &decimal, &null)
		if text != "" || truth || decimal != "0" || null.Valid {
			t.Errorf("got %q, %t, %q, %v", text, truth, decimal, null)
		}
		return err
	})
}
