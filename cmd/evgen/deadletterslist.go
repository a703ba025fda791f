package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

// letterListing is one `evgen deadletters list`.
type letterListing struct {
	*modeling
	letters
	limit int
}

func deadlettersListCommand(m *modeling) *cobra.Command {
	l := &letterListing{modeling: m}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List dead letters",
		Long: `List shows dead letters in the order of their keys and positions: number,
projection, state, key, event, how often it was tried and when it will be again, and
the error.

--json prints one object a line: id, projection, version, shard, state, key, event,
type, type_version, stream, stream_version, position, attempts, error, next_attempt,
created_at.`,
		Example: `  evgen deadletters list --store events.db
  evgen deadletters list --projection memory_list --state dead --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.withModels(cmd.Context(), l.run) },
	}
	l.addForms(cmd)
	l.addFlags(cmd)
	cmd.Flags().IntVar(&l.limit, "limit", 100, "list at most `N` letters; 0 lists all")
	return cmd
}

// letterLine is the form for programs.
type letterLine struct {
	ID            int64                  `json:"id"`
	Projection    string                 `json:"projection"`
	Version       int                    `json:"version"`
	Shard         int                    `json:"shard"`
	State         projection.LetterState `json:"state"`
	Key           string                 `json:"key"`
	Event         string                 `json:"event"`
	Type          string                 `json:"type"`
	TypeVersion   int                    `json:"type_version"`
	Stream        string                 `json:"stream"`
	StreamVersion runtime.StreamVersion  `json:"stream_version"`
	Position      runtime.Position       `json:"position"`
	Attempts      int                    `json:"attempts"`
	Error         string                 `json:"error,omitempty"`
	NextAttempt   *time.Time             `json:"next_attempt,omitempty"`
	CreatedAt     time.Time              `json:"created_at"`
}

func (l *letterListing) run(ctx context.Context, models *operate.Models) error {
	found, err := l.find(ctx, models)
	if err != nil {
		return err
	}
	more := l.limit > 0 && len(found) > l.limit
	if more {
		found = found[:l.limit]
	}
	rows := l.table(table.Column{Title: "id", Right: true}, table.Column{Title: "projection", Cut: true}, table.Column{Title: "state"}, table.Column{Title: "key", Cut: true},
		table.Column{Title: "position", Right: true}, table.Column{Title: "type", Cut: true}, table.Column{Title: "tried", Right: true}, table.Column{Title: "next"}, table.Column{Title: "error", Cut: true})
	for i := range found {
		if err := l.print(rows, &found[i]); err != nil {
			return err
		}
	}
	if more {
		defer fmt.Fprintln(l.stderr, "evgen: there are more dead letters; --limit 0 lists all")
	}
	return rows.Flush(l.stdout)
}

// find returns the letters that are to be listed, and one more if there is one.
func (l *letterListing) find(ctx context.Context, models *operate.Models) ([]projection.Letter, error) {
	queries, err := l.selected(ctx, models)
	if err != nil {
		return nil, err
	}
	var found []projection.Letter
	for _, q := range queries {
		if l.limit > 0 {
			if q.Limit = l.limit + 1 - len(found); q.Limit == 0 {
				break
			}
		}
		some, err := readLetters(ctx, models, q)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	return found, nil
}

func (l *letterListing) print(rows *table.Table, p *projection.Letter) error {
	if l.json {
		return l.writeJSONLine(lineOf(p))
	}
	next := "-"
	if p.State == projection.Retrying {
		next = l.time(p.NextAttempt)
	}
	rows.Add(strconv.FormatInt(p.ID, 10), p.Version.String(), string(p.State), p.Key, strconv.FormatInt(int64(p.Record.Position), 10),
		fmt.Sprintf("%s v%d", p.Record.Type, p.Record.Version), strconv.Itoa(p.Attempts), next, p.Error)
	return nil
}

func lineOf(p *projection.Letter) letterLine {
	line := letterLine{
		ID: p.ID, Projection: p.Version.ID, Version: p.Version.Number, Shard: p.Shard, State: p.State, Key: p.Key,
		Event: p.Record.ID.String(), Type: p.Record.Type, TypeVersion: p.Record.Version, Stream: p.Record.Stream.String(),
		StreamVersion: p.Record.StreamVersion, Position: p.Record.Position, Attempts: p.Attempts, Error: p.Error, CreatedAt: p.CreatedAt,
	}
	if p.State == projection.Retrying {
		line.NextAttempt = &p.NextAttempt
	}
	return line
}
