package templates

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"
)

// docWidth is where doc comments are wrapped.
const docWidth = 100

// comment writes text of a schema, or of ours, as line comments: whatever it holds, it stays a comment.
func comment(text string) *jen.Statement {
	lines := commentLines(text)
	code := jen.Null()
	for i, line := range lines {
		if i > 0 {
			code.Line()
		}
		code.Comment(line)
	}
	return code
}

// playing is a doc comment that ends with the directive by which `evgen vet` knows who implements the type.
func playing(text, role string) *jen.Statement {
	return comment(text).Line().Comment("//").Line().Comment("//evgen:role " + role)
}

// commentLines wraps text into lines that begin with "//". Paragraphs stay apart.
func commentLines(text string) []string {
	var out []string
	for _, line := range strings.Split(strings.Map(oneLineBreak, strings.TrimSpace(text)), "\n") {
		line = quotes.Replace(harmless(line))
		switch {
		case line != "":
			out = append(out, wrap(line)...)
		case len(out) > 0 && out[len(out)-1] != "//":
			out = append(out, "//")
		}
	}
	if len(out) > 0 && out[len(out)-1] == "//" {
		out = out[:len(out)-1]
	}
	if len(out) == 0 {
		return []string{"//"}
	}
	return out
}

// quotes are written as gofmt would: it takes doubled ones in doc comments for those of TeX.
var quotes = strings.NewReplacer("``", "“", "''", "”")

// oneLineBreak makes a newline of everything that ends a line, but leaves "\r\n" to make one blank of it.
func oneLineBreak(r rune) rune {
	switch {
	case r == '\r':
		return ' '
	case isLineBreak(r):
		return '\n'
	default:
		return r
	}
}

// isLineBreak covers every rune that some reader of Go takes for the end of a line.
func isLineBreak(r rune) bool {
	return r == '\n' || r == '\u2028' || r == '\u2029' || r == '\v' || r == '\f' || r == '\u0085'
}

// harmless replaces what cannot be seen.
func harmless(line string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar || r == '\uFEFF' {
			return ' '
		}
		return r
	}, line))
}

// wrap breaks a line between words. A word that the go command would take for a build constraint, even behind a space,
// does not begin a line as it is.
func wrap(line string) []string {
	var out []string
	current := "//"
	for _, word := range strings.Fields(line) {
		if len(current) > 2 && len(current)+1+len(word) > docWidth {
			out = append(out, current)
			current = "//"
		}
		if current == "//" && strings.HasPrefix(word, "+build") {
			word = "+ " + word[1:]
		}
		current += " " + word
	}
	return append(out, current)
}

// sentence joins a lead and a text of the schema: "Source is a shared type: Where it came from."
func sentence(lead, text string) string {
	if strings.TrimSpace(text) == "" {
		return lead + "."
	}
	return lead + ": " + strings.TrimSpace(text)
}

// deprecated adds the paragraph by which tools know.
func deprecated(text, reason string) string {
	if reason == "" {
		return text
	}
	return text + "\n\nDeprecated: " + reason
}
