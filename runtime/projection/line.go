package projection

// line is letters of one key in their order, and what they are about: the facts of
// letters[i] end at ends[i].
type line struct {
	letters []Letter
	facts   []Fact
	ends    []int
}

func (l *line) add(letter Letter, facts []Fact) {
	l.letters = append(l.letters, letter)
	l.facts = append(l.facts, facts...)
	l.ends = append(l.ends, len(l.facts))
}

func (l *line) ids() []int64 {
	ids := make([]int64, len(l.letters))
	for i := range l.letters {
		ids[i] = l.letters[i].ID
	}
	return ids
}

// before returns the letters in front of the one that fact at belongs to, half of
// them if at is unknown, and one at least.
func (l *line) before(at int) line {
	n := len(l.letters) / 2
	if at >= 0 {
		n = 0
		for l.ends[n] <= at {
			n++
		}
	}
	n = max(n, 1)
	return line{l.letters[:n], l.facts[:l.ends[n-1]], l.ends[:n]}
}

// ahead returns due and those that wait right behind it in letters, which are in order.
func ahead(letters []Letter, due *Letter) []Letter {
	line := []Letter{*due}
	for i := range letters {
		if l := &letters[i]; l.ID != due.ID {
			if l.State != Parked || l.Key != due.Key {
				break
			}
			line = append(line, *l)
		}
	}
	return line
}
