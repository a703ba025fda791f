package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
)

// table begins a table as wide as the terminal, if output goes to one. COLUMNS, where it is set, has the last word.
func (o *operation) table(columns ...table.Column) *table.Table {
	width, err := strconv.Atoi(o.env("COLUMNS"))
	if f, ok := o.stdout.(*os.File); err != nil && ok && isTerminal(f) {
		width = terminalWidth(f)
	}
	return table.New(max(width, 0), columns...)
}

// recordPrinter prints records for people or programs.
type recordPrinter struct {
	*operation
	data  bool
	table *table.Table
	line  []byte
}

// addFlags adds --data beside the forms.
func (p *recordPrinter) addFlags(cmd *cobra.Command) {
	p.addForms(cmd)
	cmd.Flags().BoolVar(&p.data, "data", false, "show payloads too")
}

// rowsAtOnce is how many rows are aligned with each other.
const rowsAtOnce = 500

// printAll prints records as they come.
func (p *recordPrinter) printAll(records iter.Seq2[runtime.Record, error]) error {
	for rec, err := range records {
		if err == nil {
			err = p.print(&rec)
		}
		if err != nil {
			_ = p.flush() // what was read is shown all the same; the first error counts
			return err
		}
	}
	return p.flush()
}

func (p *recordPrinter) print(rec *runtime.Record) error {
	if p.json {
		return p.printJSON(rec)
	}
	if p.table == nil {
		p.table = p.newTable()
	}
	cells := []string{
		strconv.FormatInt(int64(rec.Position), 10), p.time(rec.RecordedAt), rec.Stream.String(),
		strconv.FormatInt(int64(rec.StreamVersion), 10), fmt.Sprintf("%s v%d", rec.Type, rec.Version), string(rec.Tenant), rec.Actor,
	}
	if p.data {
		cells = append(cells, oneLineJSON(rec.Data))
	}
	if p.table.Add(cells...); p.table.Len() >= rowsAtOnce {
		return p.flush()
	}
	return nil
}

func (p *recordPrinter) newTable() *table.Table {
	columns := []table.Column{
		{Title: "position", Right: true}, {Title: "recorded"}, {Title: "stream", Cut: true}, {Title: "version", Right: true},
		{Title: "type", Cut: true}, {Title: "tenant", Cut: true}, {Title: "actor", Cut: true},
	}
	if !p.data {
		return p.operation.table(columns...)
	}
	return table.New(0, append(columns, table.Column{Title: "data"})...) // payloads are asked for, so shown in full
}

// oneLineJSON takes out the space between tokens.
func oneLineJSON(data []byte) string {
	var out bytes.Buffer
	if json.Compact(&out, data) != nil {
		return string(data)
	}
	return out.String()
}

func (p *recordPrinter) printJSON(rec *runtime.Record) (err error) {
	if p.data {
		p.line, err = archive.Append(p.line[:0], rec)
	} else {
		p.line, err = archive.AppendEnvelope(p.line[:0], rec)
	}
	if err == nil {
		_, err = p.stdout.Write(p.line)
	}
	return err
}

func (p *recordPrinter) flush() error {
	if p.table == nil {
		return nil
	}
	return p.table.Flush(p.stdout)
}

// writeJSONLine prints one value of a stream.
func (o *operation) writeJSONLine(value any) error {
	enc := json.NewEncoder(o.stdout)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return fmt.Errorf("print JSON: %w", err)
	}
	return nil
}

// printEach prints each record at once: more may be long in coming.
func (p *recordPrinter) printEach(records iter.Seq2[runtime.Record, error]) error {
	for rec, err := range records {
		if err == nil {
			err = p.print(&rec)
		}
		if err == nil {
			err = p.flush()
		}
		if err != nil {
			return err
		}
	}
	return nil
}
