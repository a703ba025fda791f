package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
)

// printOne prints all that is known of a record, one member a line.
func (p *recordPrinter) printOne(rec *runtime.Record) error {
	var out strings.Builder
	member := func(name, value string) { fmt.Fprintf(&out, "%-12s %s\n", name, table.Printable(value)) }
	member("type", fmt.Sprintf("%s v%d", rec.Type, rec.Version))
	member("id", rec.ID.String())
	member("stream", fmt.Sprintf("%s version %d", rec.Stream, rec.StreamVersion))
	member("position", fmt.Sprint(rec.Position))
	member("tenant", orDash(string(rec.Tenant)))
	member("actor", orDash(rec.Actor))
	member("correlation", rec.Correlation.String())
	member("causation", rec.Causation.String())
	member("occurred", p.time(rec.OccurredAt))
	member("recorded", p.time(rec.RecordedAt))
	for _, name := range slices.Sorted(maps.Keys(rec.Headers)) {
		member("header", name+": "+rec.Headers[name])
	}
	out.WriteString("\n" + indentedJSON(rec.Data) + "\n")
	_, err := p.stdout.Write([]byte(out.String()))
	return err
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// indentedJSON lays JSON out for people.
func indentedJSON(data []byte) string {
	var out bytes.Buffer
	if json.Indent(&out, data, "", "  ") != nil {
		return table.Printable(string(data))
	}
	lines := strings.Split(out.String(), "\n")
	for i := range lines {
		lines[i] = table.Printable(lines[i])
	}
	return strings.Join(lines, "\n")
}
