package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/mind"
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
				items, err := m.All(cmd.Context())
				if err != nil {
					return err
				}
				if !gone {
					items = kept(items)
				}
				if len(items) == 0 {
					_, err := a.err.Write([]byte("nothing is remembered yet: memory remember TEXT\n"))
					return err
				}
				return a.printItems(cmd.Context(), m, items)
			})
		},
	}
	cmd.Flags().BoolVarP(&gone, "all", "a", false, "also what was absorbed or forgotten")
	return cmd
}

func kept(items []mind.Item) []mind.Item {
	var out []mind.Item
	for _, it := range items {
		if it.Status == mind.Kept {
			out = append(out, it)
		}
	}
	return out
}

// printItems prints a table with ids as short as the whole file allows.
func (a *app) printItems(ctx context.Context, m *mind.Mind, items []mind.Item) error {
	all, err := m.All(ctx)
	if err != nil {
		return err
	}
	p := a.page()
	p.Memories(items, mind.Abbreviate(all), a.now())
	return p.Err()
}
