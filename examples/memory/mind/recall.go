package mind

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// Recall returns at most limit kept memories that hold every word of query, the
// most important first, and marks them accessed. One that is forgotten
// meanwhile is left out.
func (m *Mind) Recall(ctx context.Context, query string, limit int) ([]Item, error) {
	all, err := m.All(ctx)
	if err != nil {
		return nil, err
	}
	var recalled []Item
	for _, it := range matching(all, query, m.now()) {
		if len(recalled) == limit {
			break
		}
		_, err := m.Do(ctx, it.ID, Access(query))
		var gone *GoneError
		if errors.As(err, &gone) {
			continue
		}
		if err != nil {
			return recalled, err
		}
		if it, err = m.Now(ctx, it.ID); err != nil {
			return recalled, err
		}
		recalled = append(recalled, it)
	}
	return recalled, nil
}

// matching selects kept memories with all words of query and sorts them by
// their importance at a time.
func matching(items []Item, query string, at time.Time) []Item {
	words := strings.Fields(strings.ToLower(query))
	var hits []Item
	for _, it := range items {
		if it.Status == Kept && holdsAll(strings.ToLower(it.Text), words) {
			hits = append(hits, it)
		}
	}
	slices.SortStableFunc(hits, func(a, b Item) int { return cmp.Compare(b.Importance(at), a.Importance(at)) })
	return hits
}

func holdsAll(text string, words []string) bool {
	return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(text, word) })
}
