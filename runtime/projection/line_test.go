package projection

import "testing"

// The letters in front of one that failed are those whose facts come before its own: a
// letter may be about several facts, and about none.
func TestALineEndsBeforeTheLetterThatFailed(t *testing.T) {
	var l line
	for id, facts := range []int{2, 0, 1, 3} {
		l.add(Letter{ID: int64(id)}, make([]Fact, facts))
	}
	for at, want := range map[int]int{0: 0, 1: 0, 2: 2, 3: 3, 5: 3, -1: 2} {
		if l.begins(at) {
			if want != 0 {
				t.Errorf("fact %d is said to be of the first letter", at)
			}
			continue
		}
		front := l.before(at)
		if len(front.letters) != want || len(front.facts) != front.ends[want-1] {
			t.Errorf("fact %d: %d letters with %d facts are in front, want %d", at, len(front.letters), len(front.facts), want)
		}
	}
}
