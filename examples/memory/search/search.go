// Package search says by which words a memory is found, and which one comes first.
//
// In go texts and times; out come words and weights, the same on every machine:
// databases compare and add up what they are given, and no dictionary, locale or
// clock of theirs has a say. It reads nothing and knows of no database.
package search

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
)

// longest is the number of characters of a word that count; PostgreSQL takes 2046 bytes.
const longest = 100

// Words returns the words of a text, each once, sorted, in lower case: runs of
// letters, marks and digits.
func Words(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsNumber(r)
	})
	for i, word := range words {
		if runes := []rune(word); len(runes) > longest {
			words[i] = string(runes[:longest])
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// HalfLife is how long it takes until half of an importance is gone that nothing
// refreshes.
const HalfLife = 30 * 24 * time.Hour

// epoch is the time of which the weight is 1. It never changes.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// span bounds exponents, so that sums stay finite: 80 years to either side.
const span = 1000

// Weight returns what one use at a time adds to a score. It doubles every
// [HalfLife], so that old uses need not decay: sums of weights sort memories as
// their importance does, today and at any time to come.
func Weight(at time.Time) float64 {
	return math.Exp2(min(max(at.Sub(epoch).Hours()/HalfLife.Hours(), -span), span))
}
