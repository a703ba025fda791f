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

// begins reports whether fact at is known to belong to the first letter.
func (l *line) begins(at int) bool { return at >= 0 && at < l.ends[0] }

// before returns the letters in front of the one that fact at belongs to, which is not
// the first, and half of them if at is unknown.
func (l *line) before(at int) line {
	n := max(len(l.letters)/2, 1)
	if at >= 0 {
		n = 1
		for l.ends[n] <= at {
			n++
		}
	}
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
