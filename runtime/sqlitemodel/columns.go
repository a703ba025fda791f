package sqlitemodel

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/projection"
)

// columnTypes says how columns are stored, columnZeros what they hold until they
// are set.
var (
	columnTypes = map[projection.ColumnType]string{
		projection.Text: "TEXT", projection.Bool: "INTEGER", projection.Int: "INTEGER", projection.Float: "REAL",
		projection.Decimal: "TEXT", projection.UUID: "TEXT", projection.Timestamp: "INTEGER", projection.Date: "TEXT",
		projection.Bytes: "BLOB", projection.JSON: "TEXT",
	}
	columnZeros = map[projection.ColumnType]string{
		projection.Text: "''", projection.Bool: "0", projection.Int: "0", projection.Float: "0",
		projection.Decimal: "'0'", projection.UUID: "'00000000-0000-0000-0000-000000000000'", projection.Timestamp: "0",
		projection.Date: "'0001-01-01'", projection.Bytes: "x''", projection.JSON: "'null'",
	}
)

// definition returns the text of a CREATE TABLE for a table under a name that is quoted.
func definition(t *projection.Table, name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TABLE %s ( %s\n", name, comment(t))
	for i, c := range t.Columns {
		fmt.Fprintf(&b, "\t%s %s", quote(c.Name), columnTypes[c.Type])
		switch {
		case i < t.Keys:
			b.WriteString(" NOT NULL")
		case !c.Null:
			b.WriteString(" NOT NULL DEFAULT " + columnZeros[c.Type])
		}
		b.WriteString(",\n")
	}
	fmt.Fprintf(&b, "\tPRIMARY KEY (%s)\n) STRICT, WITHOUT ROWID", names(t.Columns[:t.Keys]))
	return b.String()
}

// names lists columns, quoted.
func names(columns []projection.Column) string {
	quoted := make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = quote(c.Name)
	}
	return strings.Join(quoted, ", ")
}

// row takes the columns of a row as arguments of a statement.
type row []any

var _ projection.RowWriter = (*row)(nil)

func (r *row) Null()             { *r = append(*r, nil) }
func (r *row) Text(s string)     { *r = append(*r, s) }
func (r *row) Int(i int64)       { *r = append(*r, i) }
func (r *row) Float(f float64)   { *r = append(*r, f) }
func (r *row) Decimal(s string)  { *r = append(*r, s) }
func (r *row) UUID(id uuid.UUID) { *r = append(*r, id.String()) }
func (r *row) JSON(b []byte)     { *r = append(*r, string(b)) }

func (r *row) Bool(b bool) {
	n := int64(0)
	if b {
		n = 1
	}
	*r = append(*r, n)
}

func (r *row) Timestamp(t time.Time) { *r = append(*r, t.UnixMicro()) }

func (r *row) Date(year int, month time.Month, day int) {
	*r = append(*r, fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

func (r *row) Bytes(b []byte) {
	*r = append(*r, append(make([]byte, 0, len(b)), b...)) // never nil: that would be NULL
}
