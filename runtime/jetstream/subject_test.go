package jetstream

import "testing"

func TestPatternsOverlapWhereASubjectIsOfBoth(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a.b", "a.b", true},
		{"a.b", "a.c", false},
		{"a.b", "a.b.c", false},
		{"a.*", "a.b", true},
		{"a.*", "a.b.c", false},
		{"a.>", "a.b.c", true},
		{"a.>", "a", false},
		{"a.>", "b.>", false},
		{"*.b", "a.*", true},
		{"*.b.>", "a.*.c", true},
		{"*.b.>", "a.*", false},
		{">", "a", true},
	} {
		if overlap(c.a, c.b) != c.want || overlap(c.b, c.a) != c.want {
			t.Errorf("%s and %s: not %t", c.a, c.b, c.want)
		}
	}
}
