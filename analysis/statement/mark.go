package statement

import (
	"strconv"
	"strings"

	"github.com/evgen/evgen/analysis/sqltext"
)

// A mark stands, in the text of a [Remote], for what a caller passes as a parameter.
const (
	markBegin = "\x01"
	markEnd   = "\x02"
)

func mark(param int) string { return markBegin + strconv.Itoa(param) + markEnd }

// cutMark parts a text at its first mark.
func cutMark(text string) (before string, param int, after string, ok bool) {
	before, rest, ok := strings.Cut(text, markBegin)
	if !ok {
		return text, 0, "", false
	}
	number, after, _ := strings.Cut(rest, markEnd)
	param, err := strconv.Atoi(number)
	return before, param, after, err == nil
}

// plain is a text whose marks are holes.
func plain(text string) string {
	for {
		before, _, after, ok := cutMark(text)
		if !ok {
			return text
		}
		text = before + sqltext.Hole + after
	}
}
