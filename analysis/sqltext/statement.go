// Package sqltext reads SQL as far as rules need it: which statements insert rows without saying what becomes of those
// that are there, which add to what a row holds without a guard, and which ask the server for the time or for chance.
//
// In goes the text of one or more statements, in which [Hole] stands for parts that nobody knows; out come facts about
// them with offsets into the text. It knows comments, strings of every kind, common table expressions and conflict
// clauses of PostgreSQL, SQLite and MySQL. It never fails: what it does not understand has no fault.
package sqltext

// Hole stands, in the text of a statement, for a part that is not known before the program runs.
const Hole = "\x00"

// clause is a run of tokens on one level of parentheses: what stands in them is in the group of the opening one.
type clause []node

// node is a token, or the clause between two parentheses; then it ends behind the closing one.
type node struct {
	token
	group clause // of "("
}

// statements splits text at its semicolons.
func statements(src string) []clause {
	tokens := scan(src)
	var out []clause
	for len(tokens) > 0 {
		var top clause
		top, tokens, _ = nest(tokens)
		for len(top) > 0 {
			n := 0
			for n < len(top) && !top[n].sym(";") {
				n++
			}
			if n > 0 {
				out = append(out, top[:n])
			}
			top = top[min(n+1, len(top)):]
		}
	}
	return out
}

// nest takes tokens up to the parenthesis that closes this level, and says where that ends.
func nest(tokens []token) (c clause, rest []token, end int) {
	for len(tokens) > 0 {
		t := tokens[0]
		tokens = tokens[1:]
		end = t.end
		switch {
		case t.sym(")"):
			return c, tokens, end
		case t.sym("("):
			n := node{token: t}
			n.group, tokens, n.end = nest(tokens)
			n.end = max(n.end, t.end)
			end = n.end
			c = append(c, n)
		default:
			c = append(c, node{token: t})
		}
	}
	return c, nil, end
}

// each calls f for c and for every clause within it.
func (c clause) each(f func(clause)) {
	f(c)
	for _, n := range c {
		if n.sym("(") {
			n.group.each(f)
		}
	}
}

// index returns where words stand, one after the other, at or behind from; -1 if they do not.
func (c clause) index(from int, words ...string) int {
	for i := max(from, 0); i+len(words) <= len(c); i++ {
		if c.has(i, words...) {
			return i
		}
	}
	return -1
}

// lastIndex returns where a word stands last, -1 if it does not.
func (c clause) lastIndex(w string) int {
	for i := len(c) - 1; i >= 0; i-- {
		if c[i].is(w) {
			return i
		}
	}
	return -1
}

// has reports whether words stand at i.
func (c clause) has(i int, words ...string) bool {
	if i < 0 || i+len(words) > len(c) {
		return false
	}
	for j, w := range words {
		if !c[i+j].is(w) {
			return false
		}
	}
	return true
}

// until cuts c at the first of some words.
func (c clause) until(words ...string) clause {
	for i := range c {
		for _, w := range words {
			if c[i].is(w) {
				return c[:i]
			}
		}
	}
	return c
}

// verb reports whether a word that begins statements does so at i, rather than being the name of something or a part of
// another clause.
func (c clause) verb(i int) bool {
	return i == 0 || c[i-1].sym("(") || c.has(0, "explain") || c.has(0, "prepare")
}

// definition reports whether c defines something, such as a table, a trigger or a function.
func (c clause) definition() bool {
	return c.has(0, "create") || c.has(0, "alter") || c.has(0, "drop") || c.has(0, "grant") || c.has(0, "comment")
}

// name reads a possibly qualified name at i: its last part, and where it ends.
func (c clause) name(i int) (string, int) {
	if i >= len(c) || !c[i].named() {
		return "", i
	}
	last := c[i].text
	for i++; i+1 < len(c) && c[i].sym(".") && c[i+1].named(); i += 2 {
		last = c[i+1].text
	}
	return last, i
}

// Open reports whether a statement of src begins with a part that is not known: it may do anything.
func Open(src string) bool {
	for _, s := range statements(src) {
		if s[0].kind == hole {
			return true
		}
	}
	return false
}

// AsksExists reports whether src selects whether there are rows: SELECT EXISTS (...).
func AsksExists(src string) bool {
	for _, s := range statements(src) {
		if s.has(0, "select") && s.index(0, "exists") > 0 {
			return true
		}
	}
	return false
}

// Claims reports whether src inserts a row and returns it only when it was not there: ON CONFLICT DO NOTHING RETURNING.
func Claims(src string) bool {
	for _, s := range statements(src) {
		if i := s.index(0, "insert", "into"); i >= 0 && s.index(i, "do", "nothing") > 0 && s.index(i, "returning") > 0 {
			return true
		}
	}
	return false
}
