package inclusion

import (
	"regexp"
	"unicode/utf8"
)

// noText reports whether no text is left.
func (b *branch) noText() bool {
	least, most := 0, endless
	var fixed *string
	for _, c := range b.facts {
		switch n := c.node; {
		case n.atom == longerThan && c.holds:
			least = max(least, n.from)
		case n.atom == longerThan:
			most = min(most, n.from-1)
		case n.atom == isText && c.holds && fixed != nil && *fixed != n.text:
			return true
		case n.atom == isText && c.holds:
			fixed = &n.text
		}
	}
	if least > most {
		return true
	}
	if fixed == nil {
		return noMatch(b.facts, least, most)
	}
	for _, c := range b.facts {
		if said := judgeText(c.node, *fixed); said != undecided && (said == holds) != c.holds {
			return true
		}
	}
	return false
}

// judgeText says whether an atom holds of a text.
func judgeText(n *node, text string) truth {
	switch n.atom {
	case isText:
		return decided(n.text == text)
	case longerThan:
		return decided(utf8.RuneCountInString(text) >= n.from)
	case matches:
		if re, err := regexp.Compile(n.text); err == nil {
			return decided(re.MatchString(text))
		}
	}
	return undecided
}

// judgeName says whether a schema holds of a name.
func (p *prover) judgeName(n *node, name string) truth {
	switch n.form {
	case always:
		return holds
	case ofType:
		return decided(n.types&typeString != 0)
	case not:
		return p.judgeName(n.of[0], name).inverse()
	case ofAtom:
		if n.types != typeString {
			return holds
		}
		return judgeText(n, name)
	case all, any1:
		decisive, out := fails, holds
		if n.form == any1 {
			decisive, out = holds, fails
		}
		for _, part := range n.of {
			switch p.judgeName(part, name) {
			case decisive:
				return decisive
			case undecided:
				out = undecided
			}
		}
		return out
	}
	return undecided
}

// noMatch reports whether no text of some lengths matches as claimed.
func noMatch([]claim, int, int) bool { return false }
