package mind

import "github.com/google/uuid"

// shortest is the least number of characters in an abbreviated id.
const shortest = 4

// Abbreviate returns a function that cuts ids as short as [Mind.Find] can tell
// them apart among items.
func Abbreviate(items []Item) func(uuid.UUID) string {
	n := shortest
	for seen := map[string]bool{}; n < 36; n++ {
		clear(seen)
		for _, it := range items {
			seen[it.ID.String()[:n]] = true
		}
		if len(seen) == len(items) {
			break
		}
	}
	return func(id uuid.UUID) string { return id.String()[:n] }
}
