package syntax

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// inBlock writes a scalar for the block form: plain where that is safe, else in double quotes.
func inBlock(s string) string {
	if plainInBlock(s) {
		return s
	}
	return doubleQuoted(s)
}

// inFlow writes a scalar for the flow form and for keys, where commas and brackets end it.
func inFlow(s string) string {
	if plainInBlock(s) && !strings.ContainsAny(s, ",[]{}") && !strayQuestion(s) {
		return s
	}
	return doubleQuoted(s)
}

// otherMeanings are words that some YAML reader takes for something else than text.
var otherMeanings = map[string]bool{
	"true": true, "false": true, "null": true, "yes": true, "no": true, "on": true, "off": true, "y": true, "n": true,
}

// timeSpan are texts that begin with a digit and yet cannot be taken for a number.
var timeSpan = regexp.MustCompile(`^[1-9][0-9]*(ms|s|m|h)$`)

// plainInBlock reports whether a text may stand without quotes. It is stricter than YAML.
func plainInBlock(s string) bool {
	if s == "" || otherMeanings[strings.ToLower(s)] || !printableLine(s) {
		return false
	}
	if timeSpan.MatchString(s) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsLetter(first) && !strings.ContainsRune("_$^/(", first) {
		return false
	}
	return !strings.Contains(s, ": ") && !strings.Contains(s, " #") && !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, " ")
}

// strayQuestion finds question marks that do not end a word: those end a plain scalar of the flow form.
func strayQuestion(s string) bool {
	for i := range len(s) {
		if s[i] != '?' {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		if before >= utf8.RuneSelf || !unicode.IsLetter(before) && !unicode.IsDigit(before) && !strings.ContainsRune("_>)", before) {
			return true
		}
	}
	return strings.Contains(s, ":") // a colon before a comma or bracket would split it too
}

var escapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func doubleQuoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range strings.ToValidUTF8(s, string(utf8.RuneError)) {
		switch e := escapes[c]; {
		case e != "":
			b.WriteString(e)
		case unicode.IsPrint(c):
			b.WriteRune(c)
		case c <= 0xFF:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			fmt.Fprintf(&b, `\U%08x`, c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
