package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/examples/memory/mind"
)

// clip is the longest text in a table.
const clip = 60

// List prints a table of memories as the read model shows them.
func (p *Page) List(list []memoryread.MemoryListRow) {
	var rows [][]string
	for _, row := range list {
		last := ""
		if row.LastAccessedAt != nil {
			last = p.Time(*row.LastAccessedAt)
		}
		rows = append(rows, []string{
			Short(row.MemoryID), status(mind.Status(row.Status)), strconv.FormatInt(row.Accesses, 10), last,
			p.Time(row.CreatedAt), string(row.Origin), Clip(row.Text, clip),
		})
	}
	p.Table([]string{"ID", "STATUS", "USED", "LAST", "CAPTURED", "SOURCE", "TEXT"}, rows)
}

// Memories prints a table of memories with their importance at a time.
func (p *Page) Memories(items []mind.Item, at time.Time) {
	var rows [][]string
	for _, it := range items {
		rows = append(rows, []string{
			Short(it.ID), status(it.Status), strconv.FormatFloat(it.Importance(at), 'f', 2, 64), strconv.Itoa(it.Accesses),
			p.Time(it.CreatedAt), string(it.Source.Origin), Clip(it.Text, clip),
		})
	}
	p.Table([]string{"ID", "STATUS", "IMPORTANCE", "USED", "CAPTURED", "SOURCE", "TEXT"}, rows)
}

// status is empty for what is kept, so that a list of nothing else has no such column.
func status(s mind.Status) string {
	if s == mind.Kept {
		return ""
	}
	return string(s)
}

// Memory prints all there is to say about one memory.
func (p *Page) Memory(it mind.Item, at time.Time) {
	p.Line("%s%s%s", p.palette.Bold, Plain(it.Text), p.palette.Reset)
	p.field("id", it.ID.String())
	p.field("version", strconv.FormatInt(int64(it.Version), 10))
	p.field("status", p.fate(it))
	p.field("captured", p.Time(it.CreatedAt))
	p.field("source", source(it.Source))
	p.field("used", p.uses(it))
	p.field("reworded", times(it.Rewordings))
	p.field("importance", strconv.FormatFloat(it.Importance(at), 'f', 2, 64))
	p.field("stands for", strings.Join(shorten(it.Parts), ", "))
}

func (p *Page) field(name, value string) {
	if value != "" {
		p.Line("  %s%-10s%s  %s", p.palette.Dim, name, p.palette.Reset, Plain(value))
	}
}

func (p *Page) fate(it mind.Item) string {
	switch it.Status {
	case mind.Absorbed:
		return "absorbed by " + Short(it.Into)
	case mind.Forgotten:
		return "forgotten: " + it.Reason
	}
	return string(it.Status)
}

func (p *Page) uses(it mind.Item) string {
	if it.Accesses == 0 {
		return "never"
	}
	return times(it.Accesses) + ", last " + p.Time(it.LastAccess)
}

func times(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func source(s memory.Source) string {
	if s.URI == nil {
		return string(s.Origin)
	}
	return fmt.Sprintf("%s, %s", s.Origin, *s.URI)
}

func shorten(ids []uuid.UUID) []string {
	var out []string
	for _, id := range ids {
		out = append(out, Short(id))
	}
	return out
}
