package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/archive"
)

// storeExporting is one `evgen store export`.
type storeExporting struct {
	*operation
	selection
	out          string
	after, until int64
}

func storeExportCommand(o *operation) *cobra.Command {
	e := &storeExporting{operation: o}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write events to a file of JSON lines",
		Long: `Export writes the events of a store in the order of their positions, one JSON object
a line: position, id, type, version, stream, stream_version, tenant, correlation,
causation, actor, occurred_at, recorded_at, headers and data. The payload in data is
that of the store byte for byte; where a line cannot hold its bytes, data_base64
stands in its place. What is empty is left out.

A name that ends in .gz is compressed. The file appears when it is whole. It ends
with the last event that was there when the export began; --after goes on behind an
earlier one. evgen store import reads it.`,
		Example: `  evgen store export -o shop.jsonl.gz --store events.db
  evgen store export --after 120000 -o rest.jsonl
  evgen store export --type shop.OrderPlaced | jq .data`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.withStore(cmd.Context(), e.run) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&e.out, "out", "o", "-", "write to `FILE`; - is standard output")
	flags.Int64Var(&e.after, "after", 0, "begin behind `POSITION`")
	flags.Int64Var(&e.until, "until", 0, "end with `POSITION`")
	e.addFlags(cmd)
	return cmd
}

func (e *storeExporting) run(ctx context.Context, store operate.Store) error {
	filter, err := e.filter()
	if err != nil {
		return err
	}
	head, _, err := store.Head(ctx)
	if err != nil {
		return err
	}
	filter.Until = head
	if e.until > 0 {
		filter.Until = min(head, runtime.Position(e.until))
	}
	if e.out == "-" {
		out := bufio.NewWriterSize(e.stdout, 1<<16)
		_, err := e.write(ctx, store, filter, out)
		return errors.Join(err, out.Flush())
	}
	return e.writeFile(ctx, store, filter)
}

func (e *storeExporting) writeFile(ctx context.Context, store operate.Store, filter runtime.Filter) error {
	dir, err := e.workDir()
	if err != nil {
		return err
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	file, err := archive.Create(e.resolve(dir, e.out))
	if err != nil {
		return err
	}
	defer file.Discard()
	events, err := e.write(ctx, store, filter, file)
	if err == nil {
		err = file.Commit()
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("interrupted; %s was not written", e.out)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(e.stderr, "evgen: exported %s events up to position %d to %s\n", table.Number(events), filter.Until, e.out)
	return nil
}

// write writes the lines and returns how many.
func (e *storeExporting) write(ctx context.Context, store operate.Store, filter runtime.Filter, out io.Writer) (events int64, err error) {
	progress := e.meter("export")
	defer progress.Done()
	after := runtime.Position(e.after)
	if filter.Until == 0 || filter.Until <= after {
		return 0, nil
	}
	var line []byte
	for rec, err := range store.ReadAll(ctx, after, filter) {
		if err == nil {
			line, err = archive.Append(line[:0], &rec)
		}
		if err == nil {
			_, err = out.Write(line)
		}
		if err != nil {
			return events, err
		}
		events++
		progress.Show(events, share(rec.Position-after, filter.Until-after))
	}
	return events, nil
}
