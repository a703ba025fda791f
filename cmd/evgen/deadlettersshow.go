package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/archive"
	"github.com/evgen/evgen/runtime/projection"
)

// letterShowing is one `evgen deadletters show`.
type letterShowing struct{ recordPrinter }

func deadlettersShowCommand(m *modeling) *cobra.Command {
	s := &letterShowing{recordPrinter{operation: m.operation}}
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show a dead letter with its event",
		Long: `Show prints all that is known of a dead letter: the error that it failed with last,
and its event as it is stored, with the payload.

--json prints the object of evgen deadletters list, with the event in record, in the
form of evgen store export.`,
		Example: `  evgen deadletters show 17 --store events.db
  evgen deadletters show 17 --json`,
		Args: oneArg("show", "the number of one dead letter"),
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := letterIDs(args)
			if err != nil {
				return err
			}
			return m.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return s.run(ctx, models, ids) })
		},
	}
	m.addForms(cmd)
	return cmd
}

func (s *letterShowing) run(ctx context.Context, models *operate.Models, ids []int64) error {
	found, err := namedLetters(ctx, models, ids)
	if err != nil {
		return err
	}
	for i := range found {
		if err := s.printLetter(&found[i]); err != nil {
			return err
		}
	}
	return nil
}

func (s *letterShowing) printLetter(p *projection.Letter) error {
	if s.json {
		return s.printLetterJSON(p)
	}
	var out strings.Builder
	member := func(name, value string) { fmt.Fprintf(&out, "%-12s %s\n", name, table.Printable(value)) }
	member("letter", fmt.Sprint(p.ID))
	member("projection", fmt.Sprintf("%s, shard %d", &p.Version, p.Shard))
	member("state", string(p.State))
	member("key", p.Key)
	member("attempts", fmt.Sprint(p.Attempts))
	if p.State == projection.Retrying {
		member("next", s.time(p.NextAttempt))
	}
	member("parked", s.time(p.CreatedAt))
	member("error", orDash(p.Error))
	out.WriteByte('\n')
	if _, err := s.stdout.Write([]byte(out.String())); err != nil {
		return err
	}
	return s.printOne(&p.Record)
}

// letterRecord is a letter with its event.
type letterRecord struct {
	letterLine
	Record json.RawMessage `json:"record"`
}

func (s *letterShowing) printLetterJSON(p *projection.Letter) error {
	record, err := archive.Append(nil, &p.Record)
	if err != nil {
		return err
	}
	return s.writeJSONLine(letterRecord{lineOf(p), record})
}
