package sqltext

import "slices"

// Increment is an assignment that adds to what a row holds, without a condition that keeps it from adding twice.
type Increment struct {
	Table, Column string
	At            int
}

// Increments returns the assignments x = x + n of src that a repeated statement would make again. One is guarded where
// the condition of its UPDATE, or of its ON CONFLICT DO UPDATE, asks for a column that the same statement sets to
// something new (version = $2 ... WHERE version < $2), where it asks NOT EXISTS, or asks a common table expression
// whether an insert with ON CONFLICT DO NOTHING has inserted.
func Increments(src string) []Increment {
	var out []Increment
	for _, s := range statements(src) {
		if s.definition() {
			continue
		}
		fresh := s.firstTimers()
		s.each(func(c clause) { out = append(out, c.increments(fresh)...) })
	}
	return out
}

// assignment is one column = expression of SET.
type assignment struct {
	column string
	at     int
	value  clause
}

// increments returns those of the UPDATE, or of the DO UPDATE, of this level.
func (c clause) increments(fresh []string) []Increment {
	if c.index(0, "merge", "into") >= 0 {
		return c.merged()
	}
	set := c.setClause()
	if set < 0 {
		return nil
	}
	table := c.target()
	rest := c[set+1:]
	list := rest.until("where", "from", "returning")
	assignments := list.assignments()
	if rest[len(list):].guards(assignments, fresh) {
		return nil
	}
	return adding(table, assignments)
}

func adding(table string, assignments []assignment) []Increment {
	var out []Increment
	for _, a := range assignments {
		if a.adds() {
			out = append(out, Increment{Table: table, Column: a.column, At: a.at})
		}
	}
	return out
}

// merged returns those of a MERGE: each WHEN MATCHED has a condition of its own.
func (c clause) merged() []Increment {
	at := c.index(0, "merge", "into")
	table, _ := c.name(at + 2)
	var out []Increment
	for _, when := range c.whens() {
		then, set := when.index(0, "then"), when.setClause()
		if then < 0 || set < then {
			continue
		}
		assignments := when[set+1:].until("returning").assignments()
		if !when[:then].tells(assignments, nil) {
			out = append(out, adding(table, assignments)...)
		}
	}
	return out
}

// whens cuts c at each WHEN.
func (c clause) whens() []clause {
	var out []clause
	for at := c.index(0, "when"); at >= 0; {
		next := c.index(at+1, "when")
		if next < 0 {
			return append(out, c[at:])
		}
		out = append(out, c[at:next])
		at = next
	}
	return out
}

// setClause returns where SET stands, -1 if this level updates nothing.
func (c clause) setClause() int {
	for i := range c {
		if c.has(i, "set") && (c.index(0, "update") >= 0 && c.index(0, "update") < i) {
			return i
		}
	}
	return -1
}

// target is the table that is updated, or inserted into.
func (c clause) target() string {
	at := c.index(0, "insert", "into") + 2
	if at < 2 {
		at = c.index(0, "update") + 1
		if c.has(at, "only") {
			at++
		}
	}
	name, _ := c.name(at)
	return name
}

// assignments splits the list behind SET, (a, b) = (1, 2) included.
func (c clause) assignments() []assignment {
	var out []assignment
	for _, part := range c.split(",") {
		eq := slices.IndexFunc(part, func(n node) bool { return n.sym("=") })
		if eq < 1 || eq+1 >= len(part) {
			continue
		}
		if part[0].sym("(") {
			out = append(out, pairs(part[0].group, part[eq+1:])...)
			continue
		}
		name, _ := part.name(0)
		out = append(out, assignment{name, part[0].from, part[eq+1:]})
	}
	return out
}

func pairs(columns, value clause) []assignment {
	if value[0].is("row") && len(value) > 1 {
		value = value[1:]
	}
	var out []assignment
	values := value[0].group.split(",")
	for i, column := range columns.split(",") {
		if i < len(values) && len(column) > 0 {
			name, _ := column.name(0)
			out = append(out, assignment{name, column[0].from, values[i]})
		}
	}
	return out
}

// split cuts c at a mark.
func (c clause) split(mark string) []clause {
	var out []clause
	from := 0
	for i := range c {
		if c[i].sym(mark) {
			out = append(out, c[from:i])
			from = i + 1
		}
	}
	if from < len(c) {
		out = append(out, c[from:])
	}
	return out
}

// adds reports whether the value is made of the column itself, by arithmetic or by appending.
func (a assignment) adds() bool {
	own, operator := false, false
	guarded := false
	a.value.each(func(c clause) {
		if c.subquery() {
			return
		}
		for i := range c {
			own = own || c.refers(i, a.column)
			operator = operator || isAdding(c, i)
			guarded = guarded || c.has(i, "case") && c.compares(a.column)
		}
	})
	return own && operator && !guarded
}

// subquery reports whether c selects rows: what stands there is of another row.
func (c clause) subquery() bool { return c.has(0, "select") || c.has(0, "with") }

// compares reports whether a CASE of this level decides by the order of another column, as one by versions does.
func (c clause) compares(column string) bool {
	when := c.index(0, "when")
	if when < 0 {
		return false
	}
	cond, ordered := c[when:].until("then"), false
	for i, n := range cond {
		if cond.refers(i, column) {
			return false
		}
		ordered = ordered || n.kind == symbol && slices.Contains(orders, n.text)
	}
	return ordered
}

var orders = []string{"<", ">", "<=", ">=", "<>", "!="}

// refers reports whether the column of the row that is there is read at i: not of EXCLUDED, the row that is offered.
func (c clause) refers(i int, column string) bool {
	if !c[i].named() || c[i].text != column || i+1 < len(c) && (c[i+1].sym("(") || c[i+1].sym(".")) {
		return false
	}
	return i < 2 || !c[i-1].sym(".") || !c[i-2].is("excluded")
}

var arithmetic = []string{"+", "-", "*", "/", "||"}

func isAdding(c clause, i int) bool {
	switch {
	case c[i].sym("||"):
		return i > 0 && !c.mergesObjects()
	case c[i].is("not"): // what is turned over twice is as it was
		return i == 0
	case c[i].kind == symbol:
		return i > 0 && slices.Contains(arithmetic, c[i].text)
	case c[i].kind == word:
		return (c[i].text == "array_append" || c[i].text == "array_cat" || c[i].text == "concat" || c[i].text == "json_insert" || c[i].text == "array_prepend") && i+1 < len(c) && c[i+1].sym("(")
	}
	return false
}

// mergesObjects reports whether || joins objects of JSON, or pairs of hstore, in which a key stands once.
func (c clause) mergesObjects() bool {
	return c.index(0, "jsonb_build_object") >= 0 || c.index(0, "hstore") >= 0 ||
		slices.ContainsFunc(c, func(n node) bool { return n.is("jsonb") })
}

// guards reports whether the condition that follows the assignments fails once they have been made.
func (c clause) guards(set []assignment, fresh []string) bool {
	for i := range c {
		if c[i].named() && slices.Contains(fresh, c[i].text) {
			return true
		}
	}
	where := c.index(0, "where")
	return where >= 0 && c[where:].until("returning").tells(set, fresh)
}

// tells reports whether a condition tells rows for which assignments were made already from others.
func (c clause) tells(set []assignment, fresh []string) bool {
	guarded := false
	c.each(func(cond clause) {
		if cond.index(0, "not", "exists") >= 0 {
			guarded = true
		}
		for i := range cond {
			guarded = guarded || cond.readsFresh(i, fresh) || slices.ContainsFunc(set, func(a assignment) bool { return cond.excludes(i, a) })
		}
	})
	return guarded
}

func (c clause) readsFresh(i int, fresh []string) bool {
	return c[i].named() && slices.Contains(fresh, c[i].text) && i > 0 && c[i-1].is("from")
}

// excludes reports whether the condition at i tells rows that a has changed already from others.
func (c clause) excludes(i int, a assignment) bool {
	if !c.refers(i, a.column) {
		return false
	}
	if !a.adds() {
		return !c.sameAs(i, a)
	}
	// version = version + 1 WHERE version = $3: the version that was read is gone afterwards
	return equals(c, i) && a.byOne()
}

// sameAs reports whether the condition only repeats the assignment: name = $2 ... WHERE name = $2.
func (c clause) sameAs(i int, a assignment) bool {
	if !equals(c, i) || len(a.value) != 1 {
		return false
	}
	next := i + 2
	return next < len(c) && c[next].text == a.value[0].text && (next+1 == len(c) || c[next+1].kind == word)
}

// equals reports whether the column at i is compared by = with a parameter.
func equals(c clause, i int) bool {
	return i+2 < len(c) && c[i+1].sym("=") && c[i+2].kind == parameter
}

// byOne reports whether a adds a number that stands in the text, as versions are counted.
func (a assignment) byOne() bool {
	return slices.ContainsFunc(a.value, func(n node) bool { return n.kind == number })
}

// firstTimers returns the names of common table expressions that yield a row only when they have inserted it.
func (c clause) firstTimers() []string {
	var out []string
	if !c.has(0, "with") {
		return nil
	}
	for i := range c {
		if !c[i].sym("(") || i < 2 || !c[i-1].is("as") {
			continue
		}
		g := c[i].group
		if g.index(0, "insert") >= 0 && g.index(0, "do", "nothing") > 0 && g.index(0, "returning") > 0 {
			out = append(out, c.named(i-2))
		}
	}
	return out
}

// named returns the name at i, or in front of the list of columns that stands there.
func (c clause) named(i int) string {
	if c[i].sym("(") && i > 0 {
		i--
	}
	return c[i].text
}

// Writes reports whether src updates or inserts rows.
func Writes(src string) bool {
	found := false
	for _, s := range statements(src) {
		s.each(func(c clause) {
			found = found || c.setClause() >= 0 || c.index(0, "insert", "into") >= 0 || c.index(0, "replace", "into") >= 0
		})
	}
	return found
}

// Guarded reports whether an update of src has a condition that fails once it has taken place: see [Increments].
func Guarded(src string) bool {
	guarded := false
	for _, s := range statements(src) {
		fresh := s.firstTimers()
		s.each(func(c clause) {
			if c.index(0, "merge", "into") >= 0 {
				guarded = guarded || len(c.merged()) == 0
			} else if set := c.setClause(); set >= 0 {
				rest := c[set+1:]
				list := rest.until("where", "from", "returning")
				guarded = guarded || rest[len(list):].guards(list.assignments(), fresh)
			}
		})
	}
	return guarded
}
