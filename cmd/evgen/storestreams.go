package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
)

// storeListing is one `evgen store streams`.
type storeListing struct {
	*operation
	categories, tenants []string
	after               string
	limit               int
}

func storeStreamsCommand(o *operation) *cobra.Command {
	l := &storeListing{operation: o}
	cmd := &cobra.Command{
		Use:   "streams",
		Short: "List the streams of a store",
		Long: `Streams lists streams by name: the version of the last event, when it was recorded,
and whose the stream is. A list that --limit cuts off says how to go on.

--json prints one object a line: stream, version, tenant, recorded_at.`,
		Example: `  evgen store streams --store events.db
  evgen store streams --category Order --limit 1000 --json
  evgen store streams --after Order-17`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return l.withStore(cmd.Context(), l.run) },
	}
	l.addForms(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&l.categories, "category", nil, "only streams of `CATEGORY`s, such as Order")
	flags.StringSliceVar(&l.tenants, "tenant", nil, "only streams of `TENANT`s")
	flags.StringVar(&l.after, "after", "", "begin behind `STREAM`")
	flags.IntVar(&l.limit, "limit", 100, "list at most `N` streams; 0 lists all")
	return cmd
}

// streamLine is the form for programs.
type streamLine struct {
	Stream     string                `json:"stream"`
	Version    runtime.StreamVersion `json:"version"`
	Tenant     runtime.Tenant        `json:"tenant,omitempty"`
	RecordedAt *time.Time            `json:"recorded_at,omitempty"`
}

func (l *storeListing) run(ctx context.Context, s operate.Store) error {
	q := runtime.StreamQuery{Categories: l.categories, Tenants: tenants(l.tenants), Limit: l.limit}
	if l.limit > 0 {
		q.Limit++ // one more says whether there is one
	}
	if l.after != "" {
		var err error
		if q.After, err = runtime.ParseStreamID(l.after); err != nil {
			return err
		}
	}
	rows := l.table(table.Column{Title: "stream", Cut: true}, table.Column{Title: "version", Right: true}, table.Column{Title: "recorded"}, table.Column{Title: "tenant", Cut: true})
	listed, last := 0, ""
	for info, err := range s.Streams(ctx, q) {
		if err != nil {
			return err
		}
		if l.limit > 0 && listed == l.limit {
			return l.cutOff(rows, last)
		}
		if err := l.print(rows, &info); err != nil {
			return err
		}
		listed, last = listed+1, info.Stream.String()
	}
	return rows.Flush(l.stdout)
}

func (l *storeListing) print(rows *table.Table, info *runtime.StreamInfo) error {
	if l.json {
		line := streamLine{Stream: info.Stream.String(), Version: info.Version, Tenant: info.Tenant}
		if !info.RecordedAt.IsZero() {
			line.RecordedAt = &info.RecordedAt
		}
		return l.writeJSONLine(line)
	}
	rows.Add(info.Stream.String(), table.Number(info.Version), l.time(info.RecordedAt), string(info.Tenant))
	if rows.Len() >= rowsAtOnce {
		return rows.Flush(l.stdout)
	}
	return nil
}

// cutOff ends a list that has more to come.
func (l *storeListing) cutOff(rows *table.Table, last string) error {
	if err := rows.Flush(l.stdout); err != nil {
		return err
	}
	fmt.Fprintf(l.stderr, "evgen: there are more streams; --after %s goes on, --limit 0 lists all\n", table.Printable(last))
	return nil
}
