package finding

import (
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/source"
)

// ignore is a comment such as "# evgen:ignore float-for-money prices are estimates until 2027-01-31".
var ignore = regexp.MustCompile(`^#\s*evgen:ignore(?:\s+(.*))?$`)

// ending is the last day at the end of a comment.
var ending = regexp.MustCompile(`(?:^|\s)until\s+(\d\S*)\s*$`)

// Comments returns the suppressions in the comments of files, in the order given. A comment beside an element holds for
// its line; one on a line of its own holds for the next line that is not a comment.
func Comments(files []*source.File) []Suppression {
	var out []Suppression
	for _, f := range files {
		for _, c := range commentsOf(f) {
			if m := ignore.FindStringSubmatch(c.text); m != nil {
				out = append(out, newSuppression(f, c, m[1]))
			}
		}
	}
	return out
}

func newSuppression(f *source.File, c comment, text string) Suppression {
	s := Suppression{Line: c.target, Span: source.Span{File: f, Start: c.at, End: c.at + len(c.text)}}
	if m := ending.FindStringSubmatchIndex(text); m != nil {
		s.Until, text = text[m[2]:m[3]], text[:m[0]]
	}
	s.Rule, s.Reason, _ = strings.Cut(strings.TrimSpace(text), " ")
	s.Reason = strings.TrimSpace(strings.TrimLeft(s.Reason, " -:"))
	return s
}

// comment is a comment of a YAML file.
type comment struct {
	text   string // from "#" to the end of the line
	at     int    // byte offset of the "#"
	target int    // 1-based line that it is about
}

// commentsOf finds the comments of a file, not what looks like one within quotes or block text.
func commentsOf(f *source.File) []comment {
	var out []comment
	var pending []int // comments on lines of their own, which wait for the line that they are about
	scan := scanner{block: -1}
	for n := 1; n == 1 || f.Offset(n, 1) < len(f.Bytes); n++ {
		line := f.Line(n)
		at := scan.line(line)
		if at >= 0 {
			out = append(out, comment{text: strings.TrimRight(line[at:], " \t"), at: f.Offset(n, 1) + at, target: n})
			if strings.TrimSpace(line[:at]) == "" {
				pending = append(pending, len(out)-1)
				continue
			}
		}
		for _, i := range pending {
			out[i].target = n
		}
		pending = nil
	}
	return out
}
