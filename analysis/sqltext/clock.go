package sqltext

import (
	"slices"
	"strings"
)

// Chance is a part of a statement whose value follows from when it runs, or from nothing.
type Chance struct {
	// Name is what is called: now, gen_random_uuid.
	Name string
	At   int
}

// functions give the time or chance when they are called, with any arguments.
var functions = []string{
	"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "timeofday", "sysdate", "curdate", "curtime",
	"utc_timestamp", "utc_date", "utc_time", "unix_timestamp", "getdate", "sysdatetime",
	"random", "rand", "random_normal", "setseed", "randomblob", "gen_random_uuid", "gen_random_bytes", "newid",
	"uuidv4", "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "txid_current", "pg_current_xact_id",
}

// keywords give the time without parentheses.
var keywords = []string{"current_timestamp", "current_date", "current_time", "localtimestamp", "localtime"}

// clocks of SQLite give the time when they are called without arguments, or with 'now'.
var clocks = []string{"datetime", "date", "time", "julianday", "unixepoch", "strftime"}

// special are the constants that PostgreSQL takes for times of its own: timestamp 'now'.
var special = []string{"now", "today", "tomorrow", "yesterday"}

// Chances returns where src asks for the time or for chance, DEFAULT clauses of tables included.
func Chances(src string) []Chance {
	var out []Chance
	for _, s := range statements(src) {
		s.each(func(c clause) {
			for i := range c {
				if c.chance(i) {
					out = append(out, Chance{Name: c[i].text, At: c[i].from})
				}
			}
		})
	}
	return out
}

func (c clause) chance(i int) bool {
	switch {
	case c[i].kind == text:
		return c.timeConstant(i)
	case c[i].kind != word || c.qualified(i):
		return false
	case slices.Contains(keywords, c[i].text):
		return !c.isAlias(i)
	case i+1 >= len(c) || !c[i+1].sym("("):
		return false
	case c.has(i-1, "function") || c.has(i-1, "table") || c.has(i-1, "into") || c.has(i-1, "as"):
		return false
	case slices.Contains(functions, c[i].text):
		return true
	case c[i].text == "uuid": // of MySQL; with an argument it is a conversion
		return len(c[i+1].group) == 0
	case c[i].text == "age":
		return len(c[i+1].group.split(",")) == 1
	}
	return slices.Contains(clocks, c[i].text) && c[i+1].group.asksNow(c[i].text)
}

// qualified reports whether a name at i belongs to something that is not the schema of the server's own functions.
func (c clause) qualified(i int) bool {
	return i >= 2 && c[i-1].sym(".") && !c[i-2].is("pg_catalog") && !c[i-2].is("public")
}

// isAlias reports whether the word at i names a column: AS current_date, or t.current_date.
func (c clause) isAlias(i int) bool { return c.has(i-1, "as") || i > 0 && c[i-1].sym(".") }

// asksNow reports whether the arguments of a clock of SQLite are for the present.
func (c clause) asksNow(name string) bool {
	if len(c) == 0 {
		return name != "time" && name != "date"
	}
	for i := range c {
		if c[i].kind == text && strings.EqualFold(c[i].text, "now") {
			return true
		}
	}
	return name == "strftime" && len(c.split(",")) == 1
}

// timeConstant reports whether the constant at i is one of the server's: timestamp 'now', 'today'::date.
func (c clause) timeConstant(i int) bool {
	if !slices.Contains(special, strings.ToLower(c[i].text)) {
		return false
	}
	cast := i+2 < len(c) && c[i+1].sym("::") && timeType(c[i+2])
	return cast || i > 0 && timeType(c[i-1])
}

func timeType(n node) bool {
	return n.is("timestamp") || n.is("timestamptz") || n.is("date") || n.is("time")
}
