package jetstream

import (
	"slices"
	"strings"
)

// overlap reports whether a subject can be of two patterns: "a.*.c" and "a.>" share
// "a.b.c".
func overlap(a, b string) bool {
	for {
		var x, y string
		var more, others bool
		x, a, more = strings.Cut(a, ".")
		y, b, others = strings.Cut(b, ".")
		switch {
		case x == ">" || y == ">":
			return true
		case x != y && x != "*" && y != "*":
			return false
		case more != others:
			return false
		case !more:
			return true
		}
	}
}

// overlapsAny reports whether a pattern shares a subject with one of some others.
func overlapsAny(pattern string, others []string) bool {
	return slices.ContainsFunc(others, func(other string) bool { return overlap(pattern, other) })
}
