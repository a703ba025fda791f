package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/projection"
)

// contrasting is one `evgen projections diff`.
type contrasting struct {
	*modeling
	to, limit int
}

func projectionsDiffCommand(m *modeling) *cobra.Command {
	c := &contrasting{modeling: m}
	cmd := &cobra.Command{
		Use:   "diff PROJECTION",
		Short: "Compare the rows of two versions of a read model",
		Long: `Diff compares the live version with the newest other one, or that of --to, row by
row: - is a row that only the live one has, + one that only the other one has. While
events come, the one that is further has more.

--json prints one object a line: table, version, row.

Exit status: 1 when they differ.`,
		Example: `  evgen projections diff memory_list --store events.db
  evgen projections diff memory_list --to 3 --limit 1000 --json`,
		Args: oneArg("diff", "the name of one projection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return c.run(ctx, models, args[0]) })
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&c.to, "to", 0, "compare with version `N`")
	flags.IntVar(&c.limit, "limit", 20, "show at most `N` rows")
	flags.BoolVar(&c.json, "json", false, "print JSON for programs")
	return cmd
}

// differenceLine is the form for programs.
type differenceLine struct {
	Table   string `json:"table"`
	Version int    `json:"version"`
	Row     string `json:"row"`
}

func (c *contrasting) run(ctx context.Context, models *operate.Models, id string) error {
	live, other, err := c.pair(ctx, models, id)
	if err != nil {
		return err
	}
	var rows []projection.Difference
	err = models.Ledger(ctx, func(l projection.Ledger) (err error) {
		rows, err = l.Diff(ctx, *live, *other, c.limit)
		return err
	})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := c.print(row, live.Number); err != nil {
			return err
		}
	}
	if len(rows) > 0 {
		return errFindings
	}
	fmt.Fprintf(c.stderr, "evgen: %s and %s have the same rows\n", live, other)
	return nil
}

func (c *contrasting) print(row projection.Difference, live int) error {
	if c.json {
		return c.writeJSONLine(differenceLine{row.Table, row.In, row.Row})
	}
	sign := "+"
	if row.In == live {
		sign = "-"
	}
	_, err := fmt.Fprintf(c.stdout, "%s %s %s\n", sign, row.Table, table.Printable(row.Row))
	return err
}

// pair returns the live version and the one to compare it with.
func (c *contrasting) pair(ctx context.Context, models *operate.Models, id string) (live, other *projection.Version, err error) {
	versions, err := operate.Survey(ctx, models, id)
	if err != nil {
		return nil, nil, err
	}
	for i := range versions {
		v := &versions[i]
		switch {
		case v.State == projection.Live:
			live = &v.Version
		case v.IsTakenUp() && (c.to == 0 || c.to == v.Number):
			other = &v.Version
		}
	}
	switch {
	case live == nil:
		return nil, nil, fmt.Errorf("%s: %w", id, projection.ErrNoLiveVersion)
	case other == nil && c.to > 0:
		return nil, nil, fmt.Errorf("%s has no version %d with tables besides the live one", id, c.to)
	case other == nil:
		return nil, nil, fmt.Errorf("%s has no version with tables besides the live one; evgen projections rebuild makes one", id)
	}
	return live, other, nil
}
