// Package meter says how far work has come.
//
// In go counts, out come lines with a rate and the time that is left: one that
// is written anew on a terminal, one now and then elsewhere. It starts no
// goroutine: whoever works calls it.
package meter

import (
	"fmt"
	"io"
	"time"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
)

// Meter measures one piece of work.
type Meter struct {
	out      io.Writer
	what     string
	now      func() time.Time
	terminal bool
	began    time.Time
	said     time.Time
	shown    bool
}

// How often a line is written: on a terminal and elsewhere.
const (
	onTerminal = 200 * time.Millisecond
	elsewhere  = 10 * time.Second
)

// New begins to measure by clock now. what names the work: "import".
func New(out io.Writer, what string, now func() time.Time) *Meter {
	at := now()
	return &Meter{out: out, what: what, now: now, began: at, said: at}
}

// OnTerminal makes the meter write one line again and again.
func (m *Meter) OnTerminal() *Meter { m.terminal = true; return m }

// Show says that so many events are done, which is a share of all work from 0 to
// 1; a negative share is unknown. Most calls do nothing.
func (m *Meter) Show(events int64, share float64) {
	pause := elsewhere
	if m.terminal {
		pause = onTerminal
	}
	now := m.now()
	if now.Sub(m.said) < pause {
		return
	}
	m.said, m.shown = now, true
	text := m.what + ": " + Describe(events, share, now.Sub(m.began))
	if m.terminal {
		fmt.Fprintf(m.out, "\r%s\x1b[K", text)
		return
	}
	fmt.Fprintf(m.out, "evgen: %s\n", text)
}

// Done wipes the line that stands on a terminal.
func (m *Meter) Done() {
	if m.terminal && m.shown {
		fmt.Fprint(m.out, "\r\x1b[K")
	}
}

// Describe tells events that took so long, the rate, and what is left of the whole.
func Describe(events int64, share float64, took time.Duration) string {
	text := table.Number(events) + " events"
	if share >= 0 {
		text = bar(share) + fmt.Sprintf(" %3.0f%%, ", 100*min(share, 1)) + text
	}
	if seconds := took.Seconds(); seconds > 0 {
		text += ", " + table.Number(int64(float64(events)/seconds)) + "/s"
	}
	if share > 0 && share < 1 {
		text += ", " + Span(time.Duration(float64(took)*(1-share)/share)) + " left"
	}
	return text
}

// bar draws a share with 20 characters.
func bar(share float64) string {
	const width = 20
	full := int(width * min(share, 1))
	out := make([]byte, 0, width+2)
	out = append(out, '[')
	for i := range width {
		if i < full {
			out = append(out, '=')
		} else {
			out = append(out, ' ')
		}
	}
	return string(append(out, ']'))
}

// Span writes a duration as people say it: 12 s, 3 min, 2 h 5 min.
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d.Round(time.Second)/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Round(time.Minute)/time.Minute))
	default:
		d = d.Round(time.Minute)
		return fmt.Sprintf("%d h %d min", int(d/time.Hour), int(d%time.Hour/time.Minute))
	}
}
