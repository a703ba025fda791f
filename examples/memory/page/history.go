package page

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/evgen/evgen/examples/memory/events/memory"
)

// History prints a table of events, with the version in which each was stored
// and, where that is an older one, the version that it was read as.
func (p *Page) History(events []memory.Envelope) {
	var rows [][]string
	for _, e := range events {
		rows = append(rows, []string{
			strconv.FormatInt(int64(e.StreamVersion), 10), p.Time(e.OccurredAt), e.Actor, eventName(e), Versions(e), Clip(What(e.Data), clip),
		})
	}
	p.Table([]string{"#", "OCCURRED", "BY", "EVENT", "STORED", "WHAT"}, rows)
}

// Envelopes prints what History leaves out: position, time of recording, and
// the ids of each event.
func (p *Page) Envelopes(events []memory.Envelope) {
	var rows [][]string
	for _, e := range events {
		rows = append(rows, []string{
			strconv.FormatInt(int64(e.StreamVersion), 10), strconv.FormatInt(int64(e.Position), 10), p.Time(e.RecordedAt),
			e.ID.String(), e.Correlation.String(), e.Causation.String(),
		})
	}
	p.Table([]string{"#", "POSITION", "RECORDED", "EVENT ID", "CORRELATION", "CAUSATION"}, rows)
}

// Versions names the stored version of an event, and behind an arrow the
// version of today if that is another.
func Versions(e memory.Envelope) string {
	stored, today := e.Version, e.Data.EventVersion()
	if stored == today {
		return fmt.Sprintf("v%d", stored)
	}
	return fmt.Sprintf("v%d %s v%d", stored, upcastArrow, today)
}

func eventName(e memory.Envelope) string {
	return strings.TrimPrefix(e.Data.EventType(), "memory.")
}

// What says in a few words what happened.
func What(event memory.Event) string {
	switch e := event.(type) {
	case memory.MemoryCreated:
		return fmt.Sprintf("%s (%s)", e.Text, source(e.Source))
	case memory.MemoryReworded:
		return e.Text
	case memory.MemoryAccessed:
		if e.Query == nil {
			return ""
		}
		return fmt.Sprintf("asked for %q", *e.Query)
	case memory.MemoryConsolidated:
		return "stands for " + strings.Join(shorten(e.Parts), ", ")
	case memory.MemoryAbsorbed:
		return "into " + Short(e.Into)
	case memory.ConsolidationRequested:
		return "to become " + Short(e.Whole)
	case memory.MemoryEmbedded:
		return fmt.Sprintf("%d numbers, by %s", len(e.Vector), e.Model)
	case memory.MemoryForgotten:
		return e.Reason
	}
	return ""
}
