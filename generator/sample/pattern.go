package sample

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/model"
)

// maxRepeats bounds what a pattern may ask for, such as `(a{1000}){1000}`.
const maxRepeats = 1 << 12

// matching returns a string that a pattern matches and that has an allowed length. Where none is found it is the
// shortest that the pattern describes.
func matching(pattern string, l *model.Limits) string {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	exp := regexp.MustCompile(pattern)
	shortest := ""
	for extra := range 64 {
		g := &generated{extra: extra}
		g.write(parsed.Simplify())
		s := g.out.String()
		if extra == 0 {
			shortest = s
		}
		if exp.MatchString(s) && fits(s, l) {
			return s
		}
	}
	return shortest
}

func fits(s string, l *model.Limits) bool {
	n := utf8.RuneCountInString(s)
	return (l.MinLength == nil || n >= *l.MinLength) && (l.MaxLength == nil || n <= *l.MaxLength)
}

// generated is a string under construction. extra is how often the first unbounded repetition goes beyond its minimum.
type generated struct {
	out   strings.Builder
	extra int
}

func (g *generated) write(r *syntax.Regexp) {
	if g.out.Len() > maxRepeats {
		return
	}
	switch r.Op {
	case syntax.OpLiteral:
		g.out.WriteString(string(r.Rune))
	case syntax.OpCharClass:
		g.out.WriteRune(plainest(r.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		g.out.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range r.Sub {
			g.write(sub)
		}
	case syntax.OpAlternate:
		g.write(r.Sub[0])
	case syntax.OpPlus:
		g.repeat(r.Sub[0], 1)
	case syntax.OpStar, syntax.OpQuest:
		g.repeat(r.Sub[0], 0)
	}
}

func (g *generated) repeat(r *syntax.Regexp, atLeast int) {
	n := atLeast + g.extra
	g.extra = 0
	for range n {
		g.write(r)
	}
}

// plainest picks the character of a class that reads best.
func plainest(ranges []rune) rune {
	for _, want := range "a0Ab1-_ " {
		for i := 0; i+1 < len(ranges); i += 2 {
			if ranges[i] <= want && want <= ranges[i+1] {
				return want
			}
		}
	}
	if len(ranges) == 0 {
		return 'a'
	}
	return ranges[0]
}
