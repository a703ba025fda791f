package meter_test

import (
	"strings"
	"testing"
	"time"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
)

// clock is a clock that a test moves.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func TestRateAndTimeLeft(t *testing.T) {
	got := meter.Describe(12000, 0.25, 4*time.Second)
	if want := "[=====               ]  25%, 12,000 events, 3,000/s, 12 s left"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := meter.Describe(5, -1, 0); got != "5 events" {
		t.Errorf("%q", got)
	}
}

func TestALineNowAndThen(t *testing.T) {
	var out strings.Builder
	c := &clock{time.Unix(1, 0)}
	m := meter.New(&out, "import", c.now)
	m.Show(1, -1)
	c.Time = c.Add(11 * time.Second)
	m.Show(22, -1)
	m.Show(23, -1)
	m.Done()
	if got := out.String(); got != "evgen: import: 22 events, 2/s\n" {
		t.Errorf("%q", got)
	}
}

func TestATerminalHasOneLineThatIsWipedAtTheEnd(t *testing.T) {
	var out strings.Builder
	c := &clock{time.Unix(1, 0)}
	m := meter.New(&out, "import", c.now).OnTerminal()
	for range 2 {
		c.Time = c.Add(time.Second)
		m.Show(10, -1)
	}
	m.Done()
	if got := out.String(); got != "\rimport: 10 events, 10/s\x1b[K\rimport: 10 events, 5/s\x1b[K\r\x1b[K" {
		t.Errorf("%q", got)
	}
}

func TestSpansAreShort(t *testing.T) {
	for d, want := range map[time.Duration]string{
		1500 * time.Millisecond: "2 s", 61 * time.Second: "1 min", 2*time.Hour + 5*time.Minute + 10*time.Second: "2 h 5 min",
	} {
		if got := meter.Span(d); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
