package projection

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// MaxColumns is the number of columns, besides the key, that a declared table may have.
const MaxColumns = 64

// Table describes the table of a declared projection.
type Table struct {
	Name string
	// Columns holds the key first. Column i of those behind the key is bit i of
	// a [Change]'s masks.
	Columns []Column
	// Keys is the number of columns of the key.
	Keys int
	// Indexes name columns; the key has an index anyway.
	Indexes [][]string
	// Erasures say which columns show sealed fields. Databases keep an index on
	// each Subject.
	Erasures []Erasure
}

// Erasure says which columns are cleared when the subject that another column
// names, as [SubjectOf] has written it, is erased.
type Erasure struct {
	Subject string   `json:"subject"`
	Columns []string `json:"columns"`
}

// Sought lists the columns of all indexes besides the key's, the last of them
// those on subjects.
func (t *Table) Sought() [][]string {
	all := slices.Clip(t.Indexes)
	for _, e := range t.Erasures {
		all = append(all, []string{e.Subject})
	}
	return all
}

// Column returns the column of that name, or nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

// Column describes one column.
type Column struct {
	Name string
	Type ColumnType
	// Null says that it may be NULL. Others are 0, false or empty until set.
	Null bool
}

// ColumnType is what a column holds, in terms that every database has its own name for.
type ColumnType uint8

// The types of columns.
const (
	Text ColumnType = iota + 1
	Bool
	Int     // 64 bits, signed
	Float   // 64 bits
	Decimal // exact, any precision
	UUID
	Timestamp // an instant, in whole microseconds
	Date
	Bytes
	JSON
)

// RowWriter takes the columns of a row, in the order of its table. It has a
// method for each [ColumnType], and so more than an interface should.
type RowWriter interface {
	Null()
	Text(s string)
	Bool(b bool)
	Int(i int64)
	Float(f float64)
	// Decimal takes digits with an optional sign and point: "-12.50".
	Decimal(s string)
	UUID(id uuid.UUID)
	Timestamp(t time.Time)
	Date(year int, month time.Month, day int)
	// Bytes and JSON copy what they are given.
	Bytes(b []byte)
	JSON(b []byte)
}

// Rows declares a read model as a table with a row for each key: generated code
// fills it in. K is a key, R the struct of a row, key included.
type Rows[K comparable, R any] struct {
	Table Table
	// Key finds the row that a fact is about; false if it is about none (an
	// optional field that is absent).
	Key func(f *Fact) (K, bool)
	// Check says why f cannot have its effect on a row: it holds what no column
	// takes. Key and Apply are given only facts that pass. Nil: all do.
	Check func(f *Fact) error
	// Apply changes c as f says; see [Change]. It must not keep c.
	Apply func(c *Change[R], f *Fact)
	// Write gives the columns of one row to w. Which of them count is up to the
	// change; all must be written.
	Write func(w RowWriter, key K, row *R)
}

// Change is what a sequence of facts does to one row, whatever the row is now:
// in Data the columns of Set hold new values, and those of Added hold sums to add
// to what is there. Generated code calls, in this order,
//
//	if c.Upsert() { c.Data.Text = e.Text; c.Set |= 1 << 0 }                   // an event that begins rows
//	if c.Update() { Sum(c, 2, &c.Data.Accesses, 1) }                          // an event that changes rows that are there
//	c.Delete()
//
// Adding to a column that is in Set adds to the new value, and stays in Set: the
// arithmetic on Data is the same. A column in both masks is set.
type Change[R any] struct {
	Data       R
	Set, Added uint64
	Kind       ChangeKind
	// apart says that the last call could not be joined to the change: the row
	// needs a second one, after this.
	apart bool
	// wrapped says which column's sum went beyond 64 bits, from 1; 0: none did.
	wrapped int
}

// ChangeKind says what becomes of a row.
type ChangeKind uint8

// The kinds of a change.
const (
	// Unchanged is a change without any effect.
	Unchanged ChangeKind = iota
	// Updated changes the row if it is there.
	Updated
	// Upserted changes the row, or begins it: columns that are not set are NULL,
	// 0, false or empty, and what is added is added to 0.
	Upserted
	// Deleted removes the row if it is there.
	Deleted
	// Replaced begins the row anew, whether it was there or not.
	Replaced
)

// Absent returns a change of a row that is known not to be there.
func Absent[R any]() Change[R] { return Change[R]{Kind: Deleted} }

// Upsert makes room for columns of an event that may begin the row. False: apply
// the event to a change of its own.
func (c *Change[R]) Upsert() bool {
	switch c.Kind {
	case Unchanged:
		c.Kind = Upserted
	case Updated:
		// If the row is there, what came before counts, otherwise it does not:
		// no one change can say both.
		c.apart = true
		return false
	case Deleted:
		c.Kind = Replaced
	}
	return true
}

// Update makes room for columns of an event that changes a row that is there.
// False: the row is not.
func (c *Change[R]) Update() bool {
	if c.Kind == Unchanged {
		c.Kind = Updated
	}
	return c.Kind != Deleted
}

// Delete removes the row.
func (c *Change[R]) Delete() { *c = Change[R]{Kind: Deleted} }

// Sum adds v to a column of type [Int]: bit is that of the masks, to the column in
// c.Data. What goes beyond 64 bits is a *[SumError], and the fact a letter.
func Sum[R any, I ~int64](c *Change[R], bit int, to *I, v I) {
	sum := *to + v
	if v != 0 && (sum > *to) != (v > 0) {
		c.wrapped = bit + 1
		return
	}
	*to = sum
	c.Added |= 1 << bit
}
