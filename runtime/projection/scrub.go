package projection

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evgen/evgen/runtime/codec"
)

// cut stands in the text of an error for what the payload says.
const cut = "…"

// scrub returns the text of an error without what it repeats of payloads, as it
// may stand in a ledger and in logs: types, paths, offsets and rules are kept, values
// are cut. Payloads are the JSON that the error may be about.
//
// What is cut: each text and number of a payload, wherever it stands by itself; what
// is quoted and is a piece of one of those texts; and the excerpts of codec errors,
// whose payload nobody need know.
func scrub(err error, payloads ...[]byte) string { return scrubOf(err, nil, payloads...) }

// scrubOf is scrub where values are known that no payload has as its own.
func scrubOf(err error, values []string, payloads ...[]byte) string {
	if err == nil {
		return ""
	}
	text := withoutExcerpts(err.Error(), err)
	for _, payload := range payloads {
		values = appendValues(values, payload)
	}
	slices.SortFunc(values, func(a, b string) int { return cmp.Compare(len(b), len(a)) }) // the longest first: it may hold others
	for _, value := range slices.Compact(values) {
		text = cutOut(text, value)
	}
	return excerpt(cutQuoted(text, values))
}

// withoutExcerpts cuts what codec errors within err quote.
func withoutExcerpts(text string, err error) string {
	var failure *codec.Error
	if errors.As(err, &failure) && failure.Excerpt != "" {
		text = strings.ReplaceAll(text, strconv.Quote(failure.Excerpt), cut)
	}
	return text
}

// appendValues appends the texts and numbers of a JSON document: as they are, and as
// they are written where that differs. Of what is no JSON it appends nothing.
func appendValues(values []string, document []byte) []string {
	d := json.NewDecoder(bytes.NewReader(document))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return values
	}
	return appendLeaves(values, v)
}

func appendLeaves(values []string, v any) []string {
	switch v := v.(type) {
	case string:
		values = append(values, v)
		if quoted := strconv.Quote(v); quoted != `"`+v+`"` {
			values = append(values, quoted[1:len(quoted)-1])
		}
	case json.Number:
		if len(v) > 1 { // a digit tells nothing, and stands in every offset
			values = append(values, v.String())
		}
	case []any:
		for _, e := range v {
			values = appendLeaves(values, e)
		}
	case map[string]any:
		for _, e := range v {
			values = appendLeaves(values, e)
		}
	}
	return values
}

// cutOut cuts value wherever it stands by itself in text, not within a word.
func cutOut(text, value string) string {
	if value == "" || value == cut {
		return text
	}
	var out strings.Builder
	for {
		i := strings.Index(text, value)
		if i < 0 {
			out.WriteString(text)
			return out.String()
		}
		end := i + len(value)
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[end:])
		first, _ := utf8.DecodeRuneInString(value)
		last, _ := utf8.DecodeLastRuneInString(value)
		if inWord(before) && inWord(first) || inWord(last) && inWord(after) {
			_, size := utf8.DecodeRuneInString(text[i:])
			out.WriteString(text[:i+size])
			text = text[i+size:]
			continue
		}
		out.WriteString(text[:i] + cut)
		text = text[end:]
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// quotedText is what errors quote: 'a', "a", `a`.
var quotedText = regexp.MustCompile("\"[^\"]*\"|'[^']*'|`[^`]*`")

// cutQuoted cuts what is quoted if it is a piece of a value: errors shorten what they quote.
func cutQuoted(text string, values []string) string {
	return quotedText.ReplaceAllStringFunc(text, func(quoted string) string {
		inner := strings.TrimSuffix(strings.TrimSuffix(quoted[1:len(quoted)-1], "..."), cut)
		piece := func(value string) bool { return inner != "" && strings.Contains(value, inner) }
		if slices.ContainsFunc(values, piece) {
			return quoted[:1] + cut + quoted[:1]
		}
		return quoted
	})
}

// scrubFacts is scrub for an error about facts of one record: what was stored, and what
// it was read as, which differs where it was sealed, or is of an older version.
func scrubFacts(err error, data []byte, facts []Fact) string { return Scrub(err, facts, data) }

// Scrub returns the text of an error without the texts, numbers and keys of maps in facts,
// and the texts and numbers of JSON payloads, that it repeats: as it may stand in a ledger
// and in logs.
func Scrub(err error, facts []Fact, payloads ...[]byte) string {
	var keys []string
	for i := range facts {
		if facts[i].Data == nil {
			continue // it could not be read
		}
		if read, err := facts[i].Data.AppendJSON(nil); err == nil {
			payloads = append(payloads, read)
		}
		keys = appendKeys(keys, reflect.ValueOf(facts[i].Data), 0)
	}
	return scrubOf(err, keys, payloads...)
}
