package diag

import "strings"

// DidYouMean returns ` (did you mean "x"?)` for the candidate that is close to the name, or "".
func DidYouMean(name string, candidates []string) string {
	if near := Nearest(name, candidates); near != "" {
		return ` (did you mean "` + near + `"?)`
	}
	return ""
}

// maxNameForDistance bounds the quadratic comparison.
const maxNameForDistance = 64

// Nearest returns the candidate that a person may have meant by the name: equal but for case, or at most a
// third of its letters away. It returns "" when none is close; the first of several equally near ones wins.
func Nearest(name string, candidates []string) string {
	if len(name) > maxNameForDistance {
		return ""
	}
	best, bestDistance := "", len([]rune(name))/3+1
	for _, c := range candidates {
		if c == name || len(c) > maxNameForDistance {
			continue
		}
		if strings.EqualFold(c, name) {
			return c
		}
		if abs(len(c)-len(name)) > 4*bestDistance { // a character has at most four bytes
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// distance is the optimal string alignment distance: insert, delete, replace, and swap of neighbours cost 1.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := [3][]int{make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)}
	for j := range rows[1] {
		rows[1][j] = j
	}
	for i := 1; i <= len(s); i++ {
		before, prev, row := rows[(i+2)%3], rows[i%3], rows[(i+1)%3]
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return rows[(len(s)+1)%3][len(t)]
}
