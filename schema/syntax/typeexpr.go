package syntax

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// typeNode reads a type expression; it returns nil when there is a fault, which is reported.
func (p *parser) typeNode(n *tree.Node, what string) *TypeExpr {
	if n.Kind == tree.Scalar && n.Tag == tree.Null && n.Text == "null" {
		p.Report.Add(typeSyntax(n.Span, "a type cannot be null alone", ""))
		return nil
	}
	text, ok := p.Text(n, what)
	if !ok {
		return nil
	}
	t := &typeParser{text: text, place: n.Sub}
	expr := t.whole()
	if t.fault != "" {
		p.Report.Add(typeSyntax(t.faultAt, t.fault, otherSpelling(text)))
		return nil
	}
	return expr
}

// otherSpelling is help for who writes lists and maps as other languages do.
func otherSpelling(text string) string {
	switch {
	case strings.Contains(text, "[]") || strings.HasPrefix(text, "array<") || strings.HasPrefix(text, "Array<"):
		return "lists are written list<T>, such as list<string>"
	case strings.Contains(text, "["):
		return "lists are written list<T>, and maps map<T>, whose keys are strings"
	case strings.HasPrefix(text, "map<") && !strings.Contains(text, ">"):
		return "quote a type with a comma, or write map<T>: keys are strings"
	}
	return ""
}

// maxTypeDepth bounds `list<list<...` so that nothing downstream recurses without end.
const maxTypeDepth = 32

// typeParser is a recursive-descent parser of
//
//	whole  = sum
//	sum    = operand { "|" operand }        operand = ( "null" | atom ) [ "?" ]
//	atom   = "(" sum ")" | name [ "@" number ] [ "<" sum { "," sum } ">" ]
//
// The first fault stops it.
type typeParser struct {
	text    string
	at      int
	depth   int
	place   func(start, end int) source.Span
	fault   string
	faultAt source.Span
}

func (t *typeParser) whole() *TypeExpr {
	e := t.sum()
	t.space()
	if t.fault == "" && t.at < len(t.text) {
		t.fail(t.at, len(t.text), "unexpected "+strconv.Quote(t.text[t.at:])+" behind the type")
	}
	return e
}

func (t *typeParser) fail(start, end int, message string) {
	if t.fault == "" {
		t.fault, t.faultAt = message, t.place(start, end)
	}
	t.at = len(t.text)
}

func (t *typeParser) space() {
	for t.at < len(t.text) && strings.ContainsRune(" \t\r\n", rune(t.text[t.at])) {
		t.at++
	}
}

// take consumes the byte c if it comes next.
func (t *typeParser) take(c byte) bool {
	t.space()
	if t.at < len(t.text) && t.text[t.at] == c {
		t.at++
		return true
	}
	return false
}

func (t *typeParser) sum() *TypeExpr {
	t.space()
	start := t.at
	if t.depth++; t.depth > maxTypeDepth {
		t.fail(start, len(t.text), "type is nested too deeply")
	}
	defer func() { t.depth-- }()
	sum := &TypeExpr{}
	for {
		t.operand(sum)
		if !t.take('|') {
			break
		}
	}
	if len(sum.Alts) == 0 && t.fault == "" {
		t.fail(start, t.at, "a type cannot be null alone")
	}
	return t.collapse(sum, start)
}

// collapse makes a sum of one alternative that alternative.
func (t *typeParser) collapse(sum *TypeExpr, start int) *TypeExpr {
	span := t.place(start, max(start, len(strings.TrimRight(t.text[:t.at], " \t\r\n"))))
	if len(sum.Alts) != 1 {
		sum.Span = span
		return sum
	}
	one := sum.Alts[0]
	one.Nullable = one.Nullable || sum.Nullable
	one.Optional = one.Optional || sum.Optional
	if one.Nullable || one.Optional {
		one.Span = span
	}
	return one
}

func (t *typeParser) operand(sum *TypeExpr) {
	t.space()
	start := t.at
	atom := t.atom()
	if t.fault != "" {
		return
	}
	switch {
	case atom.Name == "null" && atom.Version == 0 && len(atom.Args) == 0:
		if sum.Nullable {
			t.fail(start, t.at, "null stands here twice")
		}
		sum.Nullable = true
	case len(atom.Alts) > 0: // a sum in parentheses
		sum.Alts = append(sum.Alts, atom.Alts...)
		sum.Nullable = sum.Nullable || atom.Nullable
		sum.Optional = sum.Optional || atom.Optional
	default:
		sum.Nullable = sum.Nullable || atom.Nullable
		sum.Optional = sum.Optional || atom.Optional
		atom.Nullable, atom.Optional = false, false
		sum.Alts = append(sum.Alts, atom)
	}
	t.optional(sum)
}

func (t *typeParser) optional(sum *TypeExpr) {
	t.space()
	at := t.at
	if !t.take('?') {
		return
	}
	switch {
	case t.depth > 1 && !t.inParens():
		t.fail(at, at+1, "only a field can be optional; write `| null` for an element that may be null")
	case sum.Optional:
		t.fail(at, at+1, "`?` stands here twice")
	}
	sum.Optional = true
}

// inParens reports whether all that is open around the current place are parentheses.
func (t *typeParser) inParens() bool {
	before := t.text[:t.at]
	return strings.Count(before, "<") == strings.Count(before, ">")
}

func (t *typeParser) atom() *TypeExpr {
	start := t.at
	if t.take('(') {
		e := t.sum()
		t.close(')', start)
		return e
	}
	e := &TypeExpr{Name: t.name()}
	if t.fault == "" && t.at < len(t.text) && t.text[t.at] == '@' {
		t.at++
		e.Version = t.version()
	}
	nameEnd := t.at
	t.space()
	if open := t.at; t.take('<') {
		e.Args = t.args(open)
		nameEnd = t.at
	} else {
		t.at = nameEnd
	}
	e.Span = t.place(start, nameEnd)
	if t.fault == "" {
		t.checkArgs(e, start, nameEnd)
	}
	return e
}

func (t *typeParser) args(open int) []*TypeExpr {
	var args []*TypeExpr
	for {
		args = append(args, t.sum())
		if !t.take(',') {
			break
		}
	}
	t.close('>', open)
	return args
}

func (t *typeParser) close(c byte, open int) {
	if !t.take(c) {
		t.fail(open, open+1, "`"+string(t.text[open])+"` has no matching `"+string(c)+"`")
	}
}

func (t *typeParser) name() string {
	start := t.at
	for t.at < len(t.text) {
		r, n := utf8.DecodeRuneInString(t.text[t.at:])
		if r != '_' && r != '.' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		t.at += n
	}
	if t.at == start {
		t.missingName(start)
		return ""
	}
	return t.text[start:t.at]
}

func (t *typeParser) missingName(at int) {
	if at >= len(t.text) {
		t.fail(max(0, at-1), at, "a type is missing at the end")
		return
	}
	_, n := utf8.DecodeRuneInString(t.text[at:])
	t.fail(at, at+n, "expected a type, found "+strconv.Quote(t.text[at:at+n]))
}

func (t *typeParser) version() int {
	start := t.at
	for t.at < len(t.text) && t.text[t.at] >= '0' && t.text[t.at] <= '9' {
		t.at++
	}
	n, err := strconv.Atoi(t.text[start:t.at])
	if err != nil || n < 1 || t.text[start] == '0' || n > maxVersion {
		t.fail(max(0, start-1), max(t.at, start), "expected a version number behind `@`")
	}
	return n
}

// generics says how many arguments the built-in generic types take.
var generics = map[string]int{"list": 1, "map": 1, "one_or_many": 1}

// checkArgs also turns map<string, T> into map<T>.
func (t *typeParser) checkArgs(e *TypeExpr, start, end int) {
	if e.Name == "map" && len(e.Args) == 2 && e.Args[0].isPlainString() {
		e.Args = e.Args[1:]
	}
	want, generic := generics[e.Name]
	switch {
	case !generic && len(e.Args) > 0:
		t.fail(start, end, strconv.Quote(e.Name)+" takes no type in angle brackets")
	case generic && len(e.Args) == 0:
		t.fail(start, end, strconv.Quote(e.Name)+" needs the type of its elements: "+e.Name+"<string>")
	case generic && e.Name == "map" && len(e.Args) > 1:
		t.fail(start, end, "keys of a map are strings: write map<T>")
	case generic && len(e.Args) != want:
		t.fail(start, end, strconv.Quote(e.Name)+" takes one type")
	case generic && e.Version > 0:
		t.fail(start, end, strconv.Quote(e.Name)+" has no versions")
	}
}

func (e *TypeExpr) isPlainString() bool {
	return e.Name == "string" && !e.Nullable && !e.Optional && e.Version == 0
}
