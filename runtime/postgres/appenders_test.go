package postgres

import (
	"slices"
	"testing"
	"time"

	"github.com/evgen/evgen/runtime"
)

// sighting is one look: what was visible, then who held the lock, and what is safe then.
type sighting struct {
	last    runtime.Position
	holders []string
	safe    runtime.Position
}

func TestSafeIsWhatNoOpenAppenderCanOwn(t *testing.T) {
	for name, looks := range map[string][]sighting{
		"nobody holds the lock":                        {{7, nil, 7}, {9, nil, 9}},
		"what was there before all looks holds all":    {{7, []string{"1/1"}, 0}, {9, []string{"1/1"}, 0}, {9, nil, 9}},
		"who comes later owns only what is later":      {{7, nil, 7}, {9, []string{"1/1"}, 7}, {12, []string{"1/1"}, 7}, {13, []string{"2/1"}, 12}},
		"constant load moves on":                       {{7, []string{"1/1"}, 0}, {9, []string{"2/1"}, 7}, {12, []string{"3/1"}, 9}, {15, []string{"4/1", "3/1"}, 9}, {16, []string{"4/1"}, 12}},
		"an idle one stops at what was there before":   {{7, nil, 7}, {9, []string{"idle", "1/1"}, 7}, {12, []string{"idle", "1/2"}, 7}, {15, []string{"idle"}, 7}, {15, nil, 15}},
		"gone and come back is another one":            {{7, nil, 7}, {9, []string{"1/1"}, 7}, {12, nil, 12}, {14, []string{"1/1"}, 12}},
		"prepared before a crash may own what is open": {{7, nil, 7}, {9, []string{"1/1"}, 7}, {12, []string{"-1/77"}, 7}, {13, nil, 13}},
	} {
		t.Run(name, func(t *testing.T) {
			var a appenders
			var safe runtime.Position
			for i, look := range looks {
				safe = a.look(safe, look.last, look.holders, time.Now())
				if safe != look.safe {
					t.Fatalf("look %d: safe is %d, want %d", i, safe, look.safe)
				}
			}
		})
	}
}

func TestWaitingIsForYoungAppendersBelow(t *testing.T) {
	var a appenders
	start := time.Now()
	a.look(0, 5, []string{"old"}, start)
	a.look(0, 9, []string{"old", "young"}, start.Add(time.Second))
	now := start.Add(time.Second)
	if !a.settling(9, time.Second, now) {
		t.Error("a young appender may own what is below 9, and nobody waits for it")
	}
	if a.settling(5, time.Second, now) {
		t.Error("the young appender owns nothing up to 5, and the old one is not worth waiting for")
	}
	if got := a.longest(time.Second, now); !slices.Equal(got, []string{"old"}) {
		t.Errorf("open for a second: %v", got)
	}
}
