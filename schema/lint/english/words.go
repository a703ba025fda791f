package english

import (
	"strings"
	"unicode"
)

// Words splits a name at capitals, digits and underscores: "HTTPRequestSentV2" is HTTP, Request, Sent, V2.
func Words(name string) []string {
	var words []string
	runes := []rune(name)
	start := 0
	for i := range runes {
		if i > start && boundary(runes, i) {
			words = append(words, string(runes[start:i]))
			start = i
		}
		if isSeparator(runes[i]) {
			start = i + 1
		}
	}
	if start < len(runes) {
		words = append(words, string(runes[start:]))
	}
	return words
}

func isSeparator(c rune) bool { return c == '_' || c == '.' || c == '-' }

// boundary reports whether a word ends before i: at a separator, before the capital of a new word, before digits
// other than those of a version.
func boundary(runes []rune, i int) bool {
	c, before := runes[i], runes[i-1]
	switch {
	case isSeparator(c):
		return true
	case unicode.IsUpper(c):
		return !unicode.IsUpper(before) || i+1 < len(runes) && unicode.IsLower(runes[i+1])
	case unicode.IsDigit(c):
		return !unicode.IsDigit(before) && !unicode.IsUpper(before)
	default:
		return false
	}
}

// isVersion reports whether a word numbers something: "V2", "3".
func isVersion(word string) bool {
	digits := strings.TrimPrefix(strings.ToLower(word), "v")
	return digits != "" && strings.Trim(digits, "0123456789") == ""
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
