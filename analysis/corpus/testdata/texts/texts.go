// Package texts helps with lists of texts.
package texts

import (
	"cmp"
	"slices"
	"sort"
	"strings"
)

// Normalize lowers and sorts in place.
func Normalize(list []string) []string {
	for i := range list {
		list[i] = strings.ToLower(list[i])
	}
	sort.Strings(list)
	return list
}

// Order sorts in place, by way of another function.
func Order[T cmp.Ordered](list []T) { order(list) }

func order[T cmp.Ordered](list []T) { slices.Sort(list) }

// Sorted returns a sorted copy.
func Sorted[T cmp.Ordered](list []T) []T {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// Default sets what is missing.
func Default(m map[string]string, key, value string) {
	if _, ok := m[key]; !ok {
		m[key] = value
	}
}

// Unique returns each text once.
func Unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// Without drops a text, in the room of the list.
func Without(list []string, drop string) []string {
	kept := list[:0]
	for _, s := range list {
		if s != drop {
			kept = append(kept, s)
		}
	}
	return kept
}
