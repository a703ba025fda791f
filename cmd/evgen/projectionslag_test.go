package main

import (
	"slices"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

func TestPaceIsThatOfTheLastInterval(t *testing.T) {
	l := &lagging{before: map[string]runtime.Position{}}
	at := time.Unix(100, 0)
	half := runtime.Position(500)
	if p := l.pace("a", 1000, &half, at); p.known {
		t.Errorf("at the first look: %+v", p)
	}
	for _, c := range []struct {
		position, behind runtime.Position
		want             []string
	}{
		{1200, 400, []string{"100/s", "4 s"}},
		{1600, 100, []string{"200/s", "1 s"}},
		{1600, 300, []string{"0/s", "-"}},
		{1900, 0, []string{"150/s", "0 s"}},
		{900, 50, []string{"-500/s", "-"}}, // begun anew
	} {
		l.looked, at = at, at.Add(2*time.Second)
		if got := l.pace("a", c.position, &c.behind, at).cells(); !slices.Equal(got, c.want) {
			t.Errorf("at %d: %q, want %q", c.position, got, c.want)
		}
	}
}
