package jsonschema

import (
	"path"
	"strings"
	"unicode"

	"github.com/evgen/evgen/schema/goname"
)

// signs are the words for characters that alone make a name: +1 is plus_1.
var signs = map[rune]string{
	'+': "plus", '-': "minus", '*': "star", '$': "dollar", '@': "at", '#': "hash", '%': "percent", '&': "and",
	'=': "equals", '<': "less", '>': "greater", '!': "not", '?': "question", '/': "slash", '.': "dot", ':': "colon", '~': "tilde", '_': "underscore", ' ': "space",
}

// words splits a name at everything but letters and digits, and where a capital begins a word.
func words(name string) []string {
	var ascii strings.Builder
	for _, r := range name {
		if r > unicode.MaxASCII {
			r = fold(r)
		}
		ascii.WriteRune(r)
	}
	return strings.FieldsFunc(goname.Snake(ascii.String()), func(r rune) bool { return r == '_' })
}

// latin are letters with marks, by their plain letter; other letters cannot stand in a name of the language.
var latin = map[string]rune{
	"àáâãåā": 'a', "äæ": 'a', "çćč": 'c', "èéêëē": 'e', "ìíîï": 'i', "ñń": 'n', "òóôõöø": 'o', "ùúûü": 'u', "ýÿ": 'y', "ß": 's', "šś": 's', "žźż": 'z',
}

func fold(r rune) rune {
	for marked, plain := range latin {
		if strings.ContainsRune(marked, unicode.ToLower(r)) {
			return plain
		}
	}
	return '_'
}

// snake is the name of a field for a property: lower case, words joined by underscores; "" if nothing is left.
func snake(wire string) string { return startLetter(strings.Join(words(wire), "_")) }

// spelled is snake with the signs of a name written out.
func spelled(wire string) string {
	var b strings.Builder
	for _, r := range wire {
		if word, ok := signs[r]; ok {
			b.WriteString("_" + word + "_")
			continue
		}
		b.WriteRune(r)
	}
	return snake(b.String())
}

func startLetter(s string) string {
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		return "n" + s
	}
	return s
}

// pascal is the name of a type or event for any text; "" if nothing is left.
func pascal(text string) string {
	var b strings.Builder
	for _, w := range words(text) {
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	s := b.String()
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		return "N" + s
	}
	return s
}

// singular is what one element of a list is called. It only knows regular plurals.
func singular(word string) string {
	lower := strings.ToLower(word)
	switch {
	case strings.HasSuffix(lower, "ies") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(lower, "sses"), strings.HasSuffix(lower, "xes"), strings.HasSuffix(lower, "ches"), strings.HasSuffix(lower, "shes"):
		return word[:len(word)-2]
	case strings.HasSuffix(lower, "ss"), strings.HasSuffix(lower, "us"), strings.HasSuffix(lower, "is"), strings.HasSuffix(lower, "news"):
		return word
	case strings.HasSuffix(lower, "s") && len(word) > 2:
		return word[:len(word)-1]
	}
	return word
}

// nameOf is the name that a schema has where it is defined: its key among definitions, or its file's.
func nameOf(n *node) string {
	switch {
	case n == nil:
		return ""
	case n.up == nil:
		id := identify(n)
		if title := n.str("title"); title != "" && len(words(title)) <= 3 {
			return title
		}
		if len(id.names) > 0 {
			return path.Base(id.names[0])
		}
		return ""
	case n.up.key == "properties" || n.up.sort == sortArray || n.key == "items" || n.key == "additionalProperties":
		return ""
	}
	return n.key
}

// docOfTitle is the title of a named schema where it says more than the name.
func docOfTitle(n *node, hint string) string {
	if title := n.str("title"); pascal(title) != pascal(hint) {
		return title
	}
	return ""
}
