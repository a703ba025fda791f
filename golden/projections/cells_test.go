package projections

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/evgen/evgen/runtime/projection"
)

// cells are the columns of a row as text, in a form that does not depend on who wrote them.
type cells []string

// null is the text of NULL.
const null = "NULL"

var _ projection.RowWriter = (*cells)(nil)

func (c *cells) add(text string)   { *c = append(*c, text) }
func (c *cells) Null()             { c.add(null) }
func (c *cells) Text(s string)     { c.add(strconv.Quote(s)) }
func (c *cells) Bool(b bool)       { c.add(strconv.FormatBool(b)) }
func (c *cells) Int(i int64)       { c.add(strconv.FormatInt(i, 10)) }
func (c *cells) Float(f float64)   { c.add(strconv.FormatFloat(f, 'g', -1, 64)) }
func (c *cells) Decimal(s string)  { c.add(decimal.RequireFromString(s).String()) }
func (c *cells) UUID(id uuid.UUID) { c.add(id.String()) }
func (c *cells) Timestamp(t time.Time) {
	c.add(t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano))
}
func (c *cells) Bytes(b []byte) { c.add(base64.StdEncoding.EncodeToString(b)) }
func (c *cells) JSON(b []byte)  { c.add(sameJSON(b)) }

func (c *cells) Date(year int, month time.Month, day int) {
	c.add(fmt.Sprintf("%04d-%02d-%02d", year, month, day))
}

// sameJSON spells JSON in one way: databases have their own.
func sameJSON(b []byte) string {
	dec := json.NewDecoder(bytes.NewReader(b))
	var v any
	if err := dec.Decode(&v); err != nil {
		return fmt.Sprintf("%s: %v", b, err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(out)
}
