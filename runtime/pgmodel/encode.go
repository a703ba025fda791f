package pgmodel

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/evgen/evgen/runtime/projection"
)

// rows holds rows in PostgreSQL's binary form: each value behind its length, which
// is -1 for NULL. COPY takes it as it is, and so do arrays, value by value.
type rows struct {
	table *projection.Table
	data  []byte
	// column is the one that is written next.
	column int
	// err is the first value that PostgreSQL would refuse.
	err error
}

var _ projection.RowWriter = (*rows)(nil)

// Why PostgreSQL, or this package before it, refuses a value.
var (
	errNull    = errors.New("it is NULL, and the column takes none")
	errZero    = errors.New(`it holds \u0000`)
	errUTF8    = errors.New("it is not UTF-8")
	errRange   = errors.New("it is out of range")
	errDecimal = errors.New("it is not a decimal")
)

func (r *rows) reset() { r.data, r.column, r.err = r.data[:0], 0, nil }

// refuse notes what is wrong with the next value, and goes on with a NULL.
func (r *rows) refuse(err error) {
	if r.err == nil {
		r.err = &ValueError{Table: r.table.Name, Column: r.table.Columns[r.column].Name, Err: err}
	}
	r.null()
}

func (r *rows) null() {
	r.data = append(r.data, 0xff, 0xff, 0xff, 0xff)
	r.column++
}

// size begins a value of n bytes.
func (r *rows) size(n int) {
	r.data = binary.BigEndian.AppendUint32(r.data, uint32(n))
	r.column++
}

func (r *rows) Null() {
	if !r.table.Columns[r.column].Null {
		r.refuse(errNull)
		return
	}
	r.null()
}

func (r *rows) Text(s string) {
	switch {
	case strings.IndexByte(s, 0) >= 0:
		r.refuse(errZero)
	case !utf8.ValidString(s):
		r.refuse(errUTF8)
	default:
		r.size(len(s))
		r.data = append(r.data, s...)
	}
}

func (r *rows) Bool(b bool) {
	r.size(1)
	if b {
		r.data = append(r.data, 1)
	} else {
		r.data = append(r.data, 0)
	}
}

func (r *rows) Int(i int64) {
	r.size(8)
	r.data = binary.BigEndian.AppendUint64(r.data, uint64(i))
}

func (r *rows) Float(f float64) { r.Int(int64(math.Float64bits(f))) }

func (r *rows) Decimal(s string) {
	before := len(r.data)
	r.size(0)
	data, err := appendNumeric(r.data, s)
	if err != nil {
		r.data, r.column = r.data[:before], r.column-1
		r.refuse(err)
		return
	}
	r.data = data
	binary.BigEndian.PutUint32(r.data[before:], uint32(len(data)-before-4))
}

func (r *rows) UUID(id uuid.UUID) {
	r.size(len(id))
	r.data = append(r.data, id[:]...)
}

// The years that timestamptz and date take, and from when both count.
const (
	firstYear     = -4712
	lastTimestamp = 294276
	lastDate      = 5874897
	epochSeconds  = 946684800 // 2000-01-01
	daySeconds    = 24 * 60 * 60
)

func (r *rows) Timestamp(t time.Time) {
	if year := t.UTC().Year(); year < firstYear || year > lastTimestamp {
		r.refuse(errRange)
		return
	}
	r.Int((t.Unix()-epochSeconds)*1e6 + int64(t.Nanosecond())/1e3)
}

func (r *rows) Date(year int, month time.Month, day int) {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() < firstYear || t.Year() > lastDate {
		r.refuse(errRange)
		return
	}
	r.size(4)
	r.data = binary.BigEndian.AppendUint32(r.data, uint32((t.Unix()-epochSeconds)/daySeconds))
}

func (r *rows) Bytes(b []byte) {
	r.size(len(b))
	r.data = append(r.data, b...)
}

// JSON writes null for nothing: the zero value of a column.
func (r *rows) JSON(b []byte) {
	if len(b) == 0 {
		b = null
	}
	r.size(1 + len(b))
	r.data = append(append(r.data, 1), b...) // 1 is the version of jsonb's form
}

var null = []byte("null")
