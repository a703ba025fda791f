package sqltext

// Insert is an INSERT that says nothing of rows that are there already.
type Insert struct {
	Table string
	// At is the offset of INSERT.
	At     int
	Copies bool // a COPY
	// Clause is what makes rows that are there stay as they are, and Fix is where it belongs. It is empty where there is
	// none that PostgreSQL and SQLite both take, or where RETURNING would not return the row any more.
	Clause string
	Fix    int
}

// Inserts returns the inserts of src that fail, or add a row again, when they are repeated: those without ON CONFLICT,
// OR IGNORE, OR REPLACE, IGNORE, ON DUPLICATE KEY or NOT EXISTS, and without a DELETE from the table in front of them. COPY
// into a table is one of them.
func Inserts(src string) []Insert {
	var out []Insert
	emptied := map[string]bool{}
	for _, s := range statements(src) {
		if s.definition() {
			emptied[s.deleted()] = true
			continue
		}
		s.each(func(c clause) {
			if t := c.deleted(); t != "" {
				emptied[t] = true
			}
		})
		s.each(func(c clause) {
			if in, ok := c.bareInsert(); ok && !emptied[in.Table] {
				out = append(out, in)
			}
		})
	}
	return out
}

// Deletes returns the tables from which src deletes rows, those included that it truncates, or makes for itself.
func Deletes(src string) []string {
	var out []string
	for _, s := range statements(src) {
		s.each(func(c clause) {
			if t := c.deleted(); t != "" {
				out = append(out, t)
			}
		})
	}
	return out
}

func (c clause) deleted() string {
	if i := c.index(0, "delete", "from"); i >= 0 && c.verb(i) {
		table, _ := c.name(i + 2)
		return table
	}
	for _, words := range [][]string{
		{"truncate", "table", "only"}, {"truncate", "only"}, {"truncate", "table"}, {"truncate"},
		{"create", "temp", "table", "if", "not", "exists"}, {"create", "temporary", "table", "if", "not", "exists"},
		{"create", "temp", "table"}, {"create", "temporary", "table"},
	} {
		if c.has(0, words...) {
			table, _ := c.name(len(words))
			return table
		}
	}
	return ""
}

// bareInsert returns the insert of this level, if it lacks a conflict clause.
func (c clause) bareInsert() (Insert, bool) {
	if table, next := c.name(1); c.has(0, "copy") && table != "" && c.index(next, "from") >= 0 {
		return Insert{Table: table, At: c[0].from, Copies: true}, true
	}
	i := c.index(0, "insert", "into")
	if i < 0 || !c.verb(i) {
		return Insert{}, false
	}
	rest := c[i:]
	if rest.index(0, "on", "conflict") > 0 || rest.index(0, "on", "duplicate", "key") > 0 || rest.guardedSelect() {
		return Insert{}, false
	}
	table, _ := rest.name(2)
	return Insert{Table: table, At: rest[0].from, Clause: rest.conflictClause(), Fix: rest[len(rest)-1].end}, true
}

// conflictClause returns what makes an insert leave rows alone that are there. SQLite takes ON for that of a join, unless
// the SELECT in front of it has gone beyond its FROM, and none at all behind DEFAULT VALUES.
func (c clause) conflictClause() string {
	const nothing = " ON CONFLICT DO NOTHING"
	if c.index(0, "returning") > 0 || c.index(0, "default", "values") > 0 {
		return ""
	}
	from := c.lastIndex("from")
	if from < 0 || from < c.lastIndex("select") {
		return nothing
	}
	for _, word := range []string{"where", "group", "having", "window", "order", "limit", "offset", "fetch", "for"} {
		if c.index(from, word) > 0 {
			return nothing
		}
	}
	return " WHERE true" + nothing
}

// guardedSelect reports whether the rows come from a SELECT that leaves out those which are there: NOT EXISTS, NOT IN,
// EXCEPT, or a LEFT JOIN that found nothing.
func (c clause) guardedSelect() bool {
	if c.index(0, "select") < 0 {
		return false
	}
	return c.index(0, "not", "exists") > 0 || c.index(0, "except") > 0 || c.index(0, "not", "in") > 0 ||
		c.index(0, "left") > 0 && c.index(0, "is", "null") > 0
}
