package finding

import "strings"

// scanner follows YAML from line to line as far as it takes to tell a comment from text.
type scanner struct {
	quote byte // of a quoted scalar that goes on, or 0
	depth int  // of brackets
	block int  // indentation of the key of a block scalar that goes on, or -1
}

// line reads a line and returns where its comment begins, or -1.
func (s *scanner) line(line string) int {
	if s.inBlock(line) {
		return -1
	}
	opens := true // a value may begin here
	for i := 0; i < len(line); i++ {
		c := line[i]
		switch {
		case s.quote != 0:
			i = s.quoted(line, i)
			opens = false
		case c == ' ' || c == '\t':
		case c == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t'):
			s.startBlock(line[:i])
			return i
		case opens && (c == '"' || c == '\''):
			s.quote = c
		default:
			opens = s.plain(line, i, opens)
		}
	}
	s.startBlock(line)
	return -1
}

// quoted reads one character of a quoted scalar and returns the place of the last byte that it took.
func (s *scanner) quoted(line string, i int) int {
	switch {
	case line[i] == '\\' && s.quote == '"':
		return i + 1
	case line[i] != s.quote:
		return i
	case s.quote == '\'' && strings.HasPrefix(line[i+1:], "'"):
		return i + 1
	default:
		s.quote = 0
		return i
	}
}

// plain reads a character outside of quotes and reports whether a value may begin behind it.
func (s *scanner) plain(line string, i int, opens bool) bool {
	switch line[i] {
	case '[', '{':
		if opens || s.depth > 0 {
			s.depth++
		}
		return true
	case ']', '}':
		s.depth = max(0, s.depth-1)
		return false
	case ',':
		return s.depth > 0
	case ':':
		return i+1 == len(line) || line[i+1] == ' ' || s.depth > 0
	case '-', '?':
		return opens && i+1 < len(line) && line[i+1] == ' '
	default:
		return false
	}
}

// inBlock reports whether a line belongs to the block scalar that goes on.
func (s *scanner) inBlock(line string) bool {
	if s.block < 0 || strings.TrimSpace(line) == "" {
		return s.block >= 0
	}
	if indentation(line) > s.block {
		return true
	}
	s.block = -1
	return false
}

// startBlock remembers that a line ends in the header of a block scalar: "doc: |", "- >-".
func (s *scanner) startBlock(line string) {
	if s.quote != 0 || s.depth > 0 {
		return
	}
	text := strings.TrimRight(line, " \t")
	head := strings.TrimRight(text, "+-123456789")
	if !strings.HasSuffix(head, "|") && !strings.HasSuffix(head, ">") {
		return
	}
	if before := strings.TrimRight(head[:len(head)-1], " \t"); strings.HasSuffix(before, ":") || strings.HasSuffix(before, "-") {
		s.block = keyIndentation(before)
	}
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// keyIndentation is where the key stands whose value begins: behind the dashes of lists.
func keyIndentation(line string) int {
	at := indentation(line)
	for strings.HasPrefix(line[at:], "- ") {
		at += 2
		at += indentation(line[at:])
	}
	return at
}
