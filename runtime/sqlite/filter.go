package sqlite

import (
	"database/sql/driver"
	"strings"

	"github.com/evgen/evgen/runtime"
)

// selectFiltered returns the query for the records that f lets through, and its
// arguments but for the last two: the positions to read after and up to. The
// primary key carries it; a filter by stream may take events_by_stream.
func selectFiltered(f runtime.Filter) (string, []driver.Value) {
	q := filterQuery{}
	q.text.WriteString("SELECT " + eventColumns + " FROM events WHERE ")
	among(&q, "type", f.Types)
	among(&q, "substr(stream, 1, instr(stream, '-') - 1)", f.Categories)
	among(&q, "stream", f.Streams)
	among(&q, "tenant", f.Tenants)
	q.text.WriteString("position > ? AND position <= ? ORDER BY position")
	return q.text.String(), q.args
}

type filterQuery struct {
	text strings.Builder
	args []driver.Value
}

// among demands that expression is one of values, if there are any.
func among[T runtime.StreamID | runtime.Tenant | string](q *filterQuery, expression string, values []T) {
	if len(values) == 0 {
		return
	}
	q.text.WriteString(expression + " IN (?" + strings.Repeat(", ?", len(values)-1) + ") AND ")
	for _, v := range values {
		q.args = append(q.args, text(v))
	}
}

func text[T runtime.StreamID | runtime.Tenant | string](v T) string {
	switch v := any(v).(type) {
	case runtime.StreamID:
		return v.String()
	case runtime.Tenant:
		return string(v)
	case string:
		return v
	}
	return ""
}
