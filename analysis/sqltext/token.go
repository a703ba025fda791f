package sqltext

import "strings"

// kind says what a token is.
type kind uint8

const (
	word   kind = iota + 1 // a keyword or a name, lower case
	quoted                 // a name in quotes, as it stands
	text                   // a string constant, without its quotes
	number
	parameter // $1, ?, :name, @name
	hole      // a part that is not known before the program runs
	symbol    // an operator or a punctuation mark
)

// token is a piece of SQL. From and end are offsets in bytes.
type token struct {
	kind      kind
	text      string
	from, end int
}

// is reports whether t is this unquoted word.
func (t token) is(w string) bool { return t.kind == word && t.text == w }

// sym reports whether t is this operator or mark.
func (t token) sym(s string) bool { return t.kind == symbol && t.text == s }

// named reports whether t can be the name of something.
func (t token) named() bool { return t.kind == word || t.kind == quoted || t.kind == hole }

// scanner reads tokens of PostgreSQL, SQLite and MySQL, as far as they have them in common.
type scanner struct {
	src string
	at  int
	out []token
}

// scan splits SQL into tokens; comments are left out.
func scan(src string) []token {
	s := scanner{src: src}
	for s.at < len(src) {
		s.next()
	}
	return s.out
}

func (s *scanner) next() {
	c := s.src[s.at]
	switch {
	case c <= ' ' && c != 0:
		s.at++
	case s.starts("--"):
		s.skipLine()
	case s.starts("/*"):
		s.skipComment()
	case c == '\'':
		s.quote(text, '\'', s.at, s.afterE())
	case c == '"' || c == '`':
		s.quote(quoted, c, s.at, false)
	case c == '$':
		s.dollar()
	case c == 0 || c == '{' || c == '%' && s.verb() > 0:
		s.hole()
	case c == '?' || (c == ':' || c == '@') && s.at+1 < len(s.src) && letter(s.src[s.at+1]) && !s.starts("::"):
		s.emit(parameter, s.wordEnd(s.at+1))
	case letter(c):
		s.emit(word, s.wordEnd(s.at))
	case digit(c):
		s.emit(number, s.numberEnd())
	default:
		s.emit(symbol, s.at+s.symbolLen())
	}
}

func (s *scanner) starts(prefix string) bool { return strings.HasPrefix(s.src[s.at:], prefix) }

func (s *scanner) emit(k kind, end int) {
	t := token{kind: k, text: s.src[s.at:end], from: s.at, end: end}
	if k == word {
		t.text = strings.ToLower(t.text)
	}
	s.out = append(s.out, t)
	s.at = end
}

func (s *scanner) skipLine() {
	if n := strings.IndexByte(s.src[s.at:], '\n'); n >= 0 {
		s.at += n + 1
		return
	}
	s.at = len(s.src)
}

// skipComment skips a block comment; those of PostgreSQL nest.
func (s *scanner) skipComment() {
	depth := 0
	for s.at < len(s.src) {
		switch {
		case s.starts("/*"):
			depth++
			s.at += 2
		case s.starts("*/"):
			depth--
			s.at += 2
			if depth == 0 {
				return
			}
		default:
			s.at++
		}
	}
}

// afterE reports whether a string constant follows the letter E, which makes backslashes escapes, and drops the letter.
func (s *scanner) afterE() bool {
	if n := len(s.out); n > 0 && s.out[n-1].is("e") && s.out[n-1].end == s.at {
		s.out = s.out[:n-1]
		return true
	}
	return false
}

// quote reads what stands between two marks; a doubled mark stands for itself.
func (s *scanner) quote(k kind, mark byte, from int, backslash bool) {
	var b strings.Builder
	for s.at++; s.at < len(s.src); s.at++ {
		c := s.src[s.at]
		if c == '\\' && backslash {
			s.at++
			continue
		}
		if c == mark {
			if s.at+1 >= len(s.src) || s.src[s.at+1] != mark {
				break
			}
			s.at++
		}
		b.WriteByte(c)
	}
	s.at = min(s.at+1, len(s.src))
	s.out = append(s.out, token{kind: k, text: b.String(), from: from, end: s.at})
}

// dollar reads $1, or a string constant between $tag$ and $tag$.
func (s *scanner) dollar() {
	end := s.wordEnd(s.at + 1)
	if end < len(s.src) && s.src[end] == '$' && (end == s.at+1 || !digit(s.src[s.at+1])) {
		tag := s.src[s.at : end+1]
		body := s.src[end+1:]
		n := strings.Index(body, tag)
		if n < 0 {
			n = len(body)
		}
		close := min(end+1+n+len(tag), len(s.src))
		s.out = append(s.out, token{kind: text, text: body[:n], from: s.at, end: close})
		s.at = close
		return
	}
	s.emit(parameter, end)
}

// hole reads what a program fills in: {table}, %s, or the mark of an unknown part.
func (s *scanner) hole() {
	end := s.at + 1
	switch s.src[s.at] {
	case '{':
		if n := strings.IndexByte(s.src[s.at:], '}'); n > 0 {
			end = s.at + n + 1
		}
	case '%':
		end = s.at + s.verb()
	}
	for end < len(s.src) && (letter(s.src[end]) || digit(s.src[end])) {
		end++ // prefix_%s_suffix is one name
	}
	if n := len(s.out); n > 0 && s.out[n-1].end == s.at && s.out[n-1].kind == word {
		s.out[n-1] = token{kind: hole, text: s.src[s.out[n-1].from:end], from: s.out[n-1].from, end: end}
		s.at = end
		return
	}
	s.emit(hole, end)
}

// verb returns the length of a verb of fmt, 0 if none stands here.
func (s *scanner) verb() int {
	rest := s.src[s.at+1:]
	n := 0
	if strings.HasPrefix(rest, "[") {
		n = strings.IndexByte(rest, ']') + 1
	}
	if n < len(rest) && strings.IndexByte("sdvq", rest[n]) >= 0 && (n+1 == len(rest) || !letter(rest[n+1]) || rest[n+1] == '_') {
		return n + 2
	}
	return 0
}

func (s *scanner) wordEnd(at int) int {
	for at < len(s.src) && (letter(s.src[at]) || digit(s.src[at])) {
		at++
	}
	return at
}

func (s *scanner) numberEnd() int {
	at := s.at
	for at < len(s.src) && (digit(s.src[at]) || s.src[at] == '.' || letter(s.src[at])) {
		at++
	}
	return at
}

var symbols = []string{"->>", "#>>", "::", "||", "<=", ">=", "<>", "!=", "->", "#>", "==", "@>", "<@", ":="}

func (s *scanner) symbolLen() int {
	for _, m := range symbols {
		if s.starts(m) {
			return len(m)
		}
	}
	return 1
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80 }
func digit(c byte) bool  { return c >= '0' && c <= '9' }
