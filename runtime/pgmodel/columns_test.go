package pgmodel

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// written is a fact that carries the columns of a row.
type written struct {
	runtime.Event
	write func(w projection.RowWriter)
}

// table declares rows of one column besides a key, which is an Int. What the
// column is written by comes with the fact.
func table(c projection.Column) *projection.Rows[int64, written] {
	return &projection.Rows[int64, written]{
		Table: projection.Table{Name: "values", Columns: []projection.Column{{Name: "id", Type: projection.Int}, c}, Keys: 1},
		Key:   func(f *projection.Fact) (int64, bool) { return int64(f.Position), true },
		Apply: func(c *projection.Change[written], f *projection.Fact) {
			if c.Upsert() {
				c.Data, c.Set = f.Data.(written), 1
			}
		},
		Write: func(w projection.RowWriter, key int64, row *written) {
			w.Int(key)
			row.write(w)
		},
	}
}

// columns holds values of each type, and the texts that PostgreSQL has for them.
var columns = map[projection.ColumnType]map[string]func(w projection.RowWriter){
	projection.Text: {
		"":                         func(w projection.RowWriter) { w.Text("") },
		"Grüße, 世界 🙂 '\"\\,{}NULL": func(w projection.RowWriter) { w.Text("Grüße, 世界 🙂 '\"\\,{}NULL") },
	},
	projection.Bool: {
		"true":  func(w projection.RowWriter) { w.Bool(true) },
		"false": func(w projection.RowWriter) { w.Bool(false) },
	},
	projection.Int: {
		"0":                    func(w projection.RowWriter) { w.Int(0) },
		"-1":                   func(w projection.RowWriter) { w.Int(-1) },
		"9223372036854775807":  func(w projection.RowWriter) { w.Int(math.MaxInt64) },
		"-9223372036854775808": func(w projection.RowWriter) { w.Int(math.MinInt64) },
	},
	projection.Float: {
		"0.1":                     func(w projection.RowWriter) { w.Float(0.1) },
		"NaN":                     func(w projection.RowWriter) { w.Float(math.NaN()) },
		"-Infinity":               func(w projection.RowWriter) { w.Float(math.Inf(-1)) },
		"1.7976931348623157e+308": func(w projection.RowWriter) { w.Float(math.MaxFloat64) },
		"5e-324":                  func(w projection.RowWriter) { w.Float(math.SmallestNonzeroFloat64) },
	},
	projection.Decimal: {
		"-12.50":                          func(w projection.RowWriter) { w.Decimal("-12.50") },
		"0.000":                           func(w projection.RowWriter) { w.Decimal("-0.000") },
		"100000000.0000000001":            func(w projection.RowWriter) { w.Decimal("100000000.0000000001") },
		strings.Repeat("9", 1000) + ".01": func(w projection.RowWriter) { w.Decimal(strings.Repeat("9", 1000) + ".01") },
	},
	projection.UUID: {
		"00000000-0000-0000-0000-000000000000": func(w projection.RowWriter) { w.UUID(uuid.UUID{}) },
		"018f4b4e-7b1a-7c2d-8e3f-a0b1c2d3e4f5": func(w projection.RowWriter) {
			w.UUID(uuid.MustParse("018f4b4e-7b1a-7c2d-8e3f-a0b1c2d3e4f5"))
		},
	},
	projection.Timestamp: {
		"0001-01-01 00:00:00+00":        func(w projection.RowWriter) { w.Timestamp(time.Time{}) },
		"1969-12-31 23:59:59.999999+00": func(w projection.RowWriter) { w.Timestamp(time.Unix(0, -1)) },
		"2024-02-29 22:30:00.123456+00": func(w projection.RowWriter) {
			w.Timestamp(time.Date(2024, 3, 1, 0, 30, 0, 123456789, time.FixedZone("", 7200)))
		},
		"294276-12-31 23:59:59.999999+00": func(w projection.RowWriter) { w.Timestamp(time.Date(294276, 12, 31, 23, 59, 59, 999999999, time.UTC)) },
	},
	projection.Date: {
		"0001-01-01":    func(w projection.RowWriter) { w.Date(1, 1, 1) },
		"1999-12-31":    func(w projection.RowWriter) { w.Date(1999, 12, 31) },
		"2024-02-29":    func(w projection.RowWriter) { w.Date(2024, 2, 29) },
		"5874897-12-31": func(w projection.RowWriter) { w.Date(5874897, 12, 31) },
	},
	projection.Bytes: {
		`\x`:            func(w projection.RowWriter) { w.Bytes(nil) },
		`\x00ff5c27`:    func(w projection.RowWriter) { w.Bytes([]byte("\x00\xff\\'")) },
		`\x` + "2c7b22": func(w projection.RowWriter) { w.Bytes([]byte(`,{"`)) },
	},
	projection.JSON: {
		"null":            func(w projection.RowWriter) { w.JSON(nil) },
		`{"a": [1, "x"]}`: func(w projection.RowWriter) { w.JSON([]byte(`{"a":[1,"x"]}`)) },
	},
}

// write gives values to a table, in batches and by a bulk load, and returns what
// is then in the column: all must be equal.
func write(t *testing.T, db *DB, c projection.Column, facts []projection.Fact) []string {
	t.Helper()
	h := Declared(table(c))
	inBatch, loaded := add(t, db, "values", h), add(t, db, "values", h)
	apply(t, db, inBatch, h, facts)
	apply(t, db, inBatch, h, facts) // now they are updated
	load := h.(projection.Loader[*Tx]).NewLoad()
	if err := load.Add(facts); err != nil {
		t.Fatal(err)
	}
	transacted(t, db, loaded, func(tx *Tx) error { return load.Flush(context.Background(), tx) })
	one, two := column(t, db, inBatch, c.Name), column(t, db, loaded, c.Name)
	if !slices.Equal(one, two) {
		t.Errorf("in batches %q, loaded %q", one, two)
	}
	return one
}

func column(t *testing.T, db *DB, v projection.Version, name string) []string {
	t.Helper()
	list, err := List(context.Background(), db.Pool(), scanText,
		`SELECT coalesce(`+quote(name)+`::text, '<NULL>') FROM `+db.names.table(&v, "values")+` ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestEveryColumnTypeTakesItsValues(t *testing.T) {
	db := newDB(t)
	if _, err := db.Pool().Exec(context.Background(), `ALTER DATABASE `+quote(db.Pool().Config().ConnConfig.Database)+` SET timezone = 'UTC'`); err != nil {
		t.Fatal(err)
	}
	db.Pool().Reset()
	for kind, values := range columns {
		facts := []projection.Fact{fact(1, "", written{write: projection.RowWriter.Null})}
		want := []string{"<NULL>"}
		for text, write := range values {
			facts = append(facts, fact(len(facts)+1, "", written{write: write}))
			want = append(want, text)
		}
		if got := write(t, db, projection.Column{Name: "value", Type: kind, Null: true}, facts); !slices.Equal(got, want) {
			t.Errorf("type %d: %q, want %q", kind, got, want)
		}
	}
}

func TestDecimalsAreWhatPostgreSQLReads(t *testing.T) {
	db := newDB(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`-?[0-9]{1,12}(\.[0-9]{1,12})?|-?0{0,9}[0-9]{0,2}0{0,9}\.0{0,9}[0-9]`).Draw(t, "decimal")
		r := rows{table: &projection.Table{Columns: []projection.Column{{Type: projection.Decimal}}}}
		r.Decimal(text)
		const compare = `SELECT ($1::numeric)::text = ($2::text::numeric)::text`
		transacted(t, db, projection.Version{}, func(tx *Tx) error {
			values, types := [][]byte{r.data[4:], []byte(text)}, []uint32{columnTypes[projection.Decimal].element, columnTypes[projection.Text].element}
			result := tx.conn.PgConn().ExecParams(context.Background(), compare, values, types, allBinary, nil).Read()
			if result.Err != nil || string(result.Rows[0][0]) != "t" {
				t.Fatalf("%s is not what PostgreSQL reads: %v", text, result.Err)
			}
			return nil
		})
	})
}

// No name is too strange: all are quoted, and long ones stay apart.
func TestNamesNeedNotBePlain(t *testing.T) {
	long := strings.Repeat("ü", 30) + "abc"
	db := newDB(t, WithLedgerSchema(`led"ger`), WithSchema(`Mo dels`))
	for _, name := range []string{`select`, `Mixed "quotes"; --`, long} {
		rows := notes
		rows.Table.Name = name
		rows.Table.Columns = slices.Clone(notes.Table.Columns)
		rows.Table.Columns[0].Name, rows.Table.Columns[1].Name = `t"`, `s.c0`
		rows.Table.Indexes = [][]string{{`s.c0`, "count"}}
		h := Declared(&rows)
		one, two := add(t, db, name, h), add(t, db, name, h)
		facts := []projection.Fact{fact(1, "a", created{}), fact(2, "a", counted{}), fact(3, "b", mentioned{})}
		apply(t, db, one, h, facts)
		load := h.(projection.Loader[*Tx]).NewLoad()
		_ = load.Add(facts)
		transacted(t, db, two, func(tx *Tx) error {
			return errors.Join(load.Flush(context.Background(), tx), load.Finish(context.Background(), tx))
		})
		ledgered(t, db, func(l projection.Ledger) error {
			found, err := l.Diff(context.Background(), one, two, 10)
			if len(found) > 0 {
				t.Errorf("%s: %v", name, found)
			}
			return errors.Join(err, l.Publish(context.Background(), one), l.Publish(context.Background(), two))
		})
		if n, err := Count(context.Background(), db.Pool(), `SELECT count(*) FROM `+db.names.view(name)); err != nil || n != 2 {
			t.Errorf("%s: %d rows in the view, %v", name, n, err)
		}
	}
}

func TestRefusedNamesAreSaid(t *testing.T) {
	db := newDB(t)
	for _, name := range []string{"", strings.Repeat("a", 64), "a\x00"} {
		rows := notes
		rows.Table.Name = name
		v := projection.Version{ID: "refused", Number: 1}
		if err := transact(db, v, func(tx *Tx) error { return Declared(&rows).Create(context.Background(), tx) }); err == nil {
			t.Errorf("table %q was created", name)
		}
	}
}
