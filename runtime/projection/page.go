package projection

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// DefaultLimit is the number of rows of a page that names none.
const DefaultLimit = 100

// Page asks for a part of a list.
type Page struct {
	// After is what the page before gave as next; empty for the first page.
	After string
	// Limit is the largest number of rows; [DefaultLimit] if it is 0 or less.
	Limit int
	// Descending turns the order around.
	Descending bool
}

// Size is the number of rows of a page.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return DefaultLimit
	}
	return p.Limit
}

// List is an order in which the rows of a read model are listed. NULL comes last.
type List[R any] struct {
	// Name tells cursors of different lists apart.
	Name string
	// Types are those of the columns that order the list, the key last: no two
	// rows are equal in all of them.
	Types []ColumnType
	// Mark writes those columns.
	Mark func(w RowWriter, row *R)
	Scan Scan[R]
}

// Pages are the statements of a list. Their parameters are the columns by which it
// is ordered, where they begin behind a row, and then the number of rows.
type Pages struct {
	First, After                     string
	FirstDescending, AfterDescending string
}

// For returns the statement for a page.
func (s *Pages) For(p Page) string {
	switch {
	case p.After == "" && p.Descending:
		return s.FirstDescending
	case p.After == "":
		return s.First
	case p.Descending:
		return s.AfterDescending
	default:
		return s.After
	}
}

// ErrCursor says that a cursor was not given by the list that it is used for.
var ErrCursor = errors.New("the cursor is of another list")

// Begin writes the row behind which p begins; nothing for the first page. It
// returns [ErrCursor] for any text that is no cursor of the list.
func (l *List[R]) Begin(p Page, w RowWriter) error {
	if p.After == "" {
		return nil
	}
	var c cursor
	text, err := base64.RawURLEncoding.DecodeString(p.After)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil || c.List != l.Name || len(c.Values) != len(l.Types) {
		return ErrCursor
	}
	for i, v := range c.Values {
		if !v.write(l.Types[i], w) {
			return ErrCursor
		}
	}
	return nil
}

// End cuts rows, of which one more than p asks for was read, to the page, and
// returns the cursor of the next one: empty if there is none.
func (l *List[R]) End(p Page, rows []R) ([]R, string) {
	if len(rows) <= p.Size() {
		return rows, ""
	}
	rows = rows[:p.Size()]
	c := cursor{List: l.Name}
	l.Mark(&c, &rows[len(rows)-1])
	text, err := json.Marshal(&c)
	if err != nil {
		panic("projection: texts do not marshal: " + err.Error())
	}
	return rows, base64.RawURLEncoding.EncodeToString(text)
}

// cursor names a place in a list by the values that order it: it stays good
// whatever rows come and go.
type cursor struct {
	List   string `json:"l"`
	Values []mark `json:"v"`
}

// mark is a value as text; nil for NULL.
type mark struct{ text *string }

// MarshalJSON implements [json.Marshaler].
func (m mark) MarshalJSON() ([]byte, error) { return json.Marshal(m.text) }

// UnmarshalJSON implements [json.Unmarshaler].
func (m *mark) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &m.text) }

var _ RowWriter = (*cursor)(nil)

func (c *cursor) Null()                 { c.Values = append(c.Values, mark{}) }
func (c *cursor) Text(s string)         { c.Values = append(c.Values, mark{&s}) }
func (c *cursor) Bool(b bool)           { c.Text(strconv.FormatBool(b)) }
func (c *cursor) Int(i int64)           { c.Text(strconv.FormatInt(i, 10)) }
func (c *cursor) Float(f float64)       { c.Text(strconv.FormatFloat(f, 'g', -1, 64)) }
func (c *cursor) Decimal(s string)      { c.Text(s) }
func (c *cursor) UUID(id uuid.UUID)     { c.Text(id.String()) }
func (c *cursor) Timestamp(t time.Time) { c.Int(t.UnixMicro()) }
func (c *cursor) Bytes(b []byte)        { c.Text(string(b)) }
func (c *cursor) JSON(b []byte)         { c.Text(string(b)) }

func (c *cursor) Date(year int, month time.Month, day int) {
	c.Text(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

// write gives the value to w as one of type t; false if it is none.
func (m mark) write(t ColumnType, w RowWriter) bool {
	if m.text == nil {
		w.Null()
		return true
	}
	read, ok := markReaders[t]
	return ok && read(*m.text, w) == nil
}

// markReaders read the values by which lists may be ordered.
var markReaders = map[ColumnType]func(text string, w RowWriter) error{
	Text: func(text string, w RowWriter) error { w.Text(text); return nil },
	Bool: func(text string, w RowWriter) error { return parsed(text, strconv.ParseBool, w.Bool) },
	Int:  func(text string, w RowWriter) error { return parsed(text, parseInt, w.Int) },
	Float: func(text string, w RowWriter) error {
		return parsed(text, func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }, w.Float)
	},
	UUID: func(text string, w RowWriter) error { return parsed(text, uuid.Parse, w.UUID) },
	Timestamp: func(text string, w RowWriter) error {
		return parsed(text, parseInt, func(micros int64) { w.Timestamp(time.UnixMicro(micros).UTC()) })
	},
	Date: func(text string, w RowWriter) error {
		return parsed(text, func(s string) (time.Time, error) { return time.Parse(time.DateOnly, s) }, func(t time.Time) { w.Date(t.Date()) })
	},
}

func parseInt(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }

func parsed[T any](text string, parse func(string) (T, error), write func(T)) error {
	v, err := parse(text)
	if err == nil {
		write(v)
	}
	return err
}
