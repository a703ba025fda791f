package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/events/memory/memoryread"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/projection"
)

func (a *app) listCommand() *cobra.Command {
	var gone bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "Print what is remembered",
		Example: "  memory list\n  memory list --all",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withMind(cmd.Context(), func(m *mind.Mind) error {
				rows, err := everything(cmd.Context(), m)
				if err != nil {
					return err
				}
				if !gone {
					rows = kept(rows)
				}
				if len(rows) == 0 {
					_, err := a.err.Write([]byte("nothing is remembered yet: memory remember TEXT\n"))
					return err
				}
				p := a.page()
				p.List(rows)
				return p.Err()
			})
		},
	}
	cmd.Flags().BoolVarP(&gone, "all", "a", false, "also what was absorbed or forgotten")
	return cmd
}

// everything reads the list page by page.
func everything(ctx context.Context, m *mind.Mind) (all []memoryread.MemoryListRow, err error) {
	for page := (projection.Page{Limit: 1000}); ; {
		rows, next, err := m.List(ctx, page)
		if all = append(all, rows...); err != nil || next == "" {
			return all, err
		}
		page.After = next
	}
}

func kept(rows []memoryread.MemoryListRow) []memoryread.MemoryListRow {
	var out []memoryread.MemoryListRow
	for _, row := range rows {
		if row.Status == string(mind.Kept) {
			out = append(out, row)
		}
	}
	return out
}
