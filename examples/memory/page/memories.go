package page

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
)

// clip is the longest text in a table.
const clip = 60

// Memories prints a table of memories with their importance at a time.
func (p *Page) Memories(items []mind.Item, short func(uuid.UUID) string, at time.Time) {
	var rows [][]string
	for _, it := range items {
		rows = append(rows, []string{
			short(it.ID), status(it), strconv.FormatFloat(it.Importance(at), 'f', 2, 64), strconv.Itoa(it.Accesses),
			p.Time(it.CreatedAt), string(it.Source.Origin), Clip(it.Text, clip),
		})
	}
	p.Table([]string{"ID", "STATUS", "IMPORTANCE", "USED", "CAPTURED", "SOURCE", "TEXT"}, rows)
}

// status is empty for what is kept, so that a list of nothing else has no such column.
func status(it mind.Item) string {
	if it.Status == mind.Kept {
		return ""
	}
	return string(it.Status)
}

// Memory prints all there is to say about one memory.
func (p *Page) Memory(it mind.Item, short func(uuid.UUID) string, at time.Time) {
	p.Line("%s%s%s", p.palette.Bold, Plain(it.Text), p.palette.Reset)
	p.field("id", it.ID.String())
	p.field("version", strconv.FormatInt(int64(it.Version), 10))
	p.field("status", p.fate(it, short))
	p.field("captured", p.Time(it.CreatedAt))
	p.field("source", source(it.Source))
	p.field("used", p.uses(it))
	p.field("reworded", times(it.Rewordings))
	p.field("importance", strconv.FormatFloat(it.Importance(at), 'f', 2, 64))
	p.field("stands for", strings.Join(shorten(it.Parts, short), ", "))
}

func (p *Page) field(name, value string) {
	if value != "" {
		p.Line("  %s%-10s%s  %s", p.palette.Dim, name, p.palette.Reset, Plain(value))
	}
}

func (p *Page) fate(it mind.Item, short func(uuid.UUID) string) string {
	switch it.Status {
	case mind.Absorbed:
		return "absorbed by " + short(it.Into)
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

func shorten(ids []uuid.UUID, short func(uuid.UUID) string) []string {
	var out []string
	for _, id := range ids {
		out = append(out, short(id))
	}
	return out
}
