package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/mind"
)

var errNothingFound = errors.New("nothing is remembered")

func (a *app) recallCommand() *cobra.Command {
	var limit int
	cmd := &cobra.Command{
		Use:   "recall WORD...",
		Short: "Find what holds all the words, and note that it was of use",
		Long: `Recall prints the memories that hold all the words, in either case and also
where they are the beginnings of longer ones, the most important first. Each of
them counts as used, and so becomes more important.`,
		Example: "  memory recall tea\n  memory recall ada likes --limit 1",
		Args:    arguments(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withMind(cmd.Context(), func(m *mind.Mind) error {
				query := strings.Join(args, " ")
				items, err := m.Recall(cmd.Context(), query, limit)
				if err != nil {
					return err
				}
				if len(items) == 0 {
					return fmt.Errorf("recall %q: %w", query, errNothingFound)
				}
				p := a.page()
				p.Memories(items, a.now())
				return p.Err()
			})
		},
	}
	cmd.Flags().IntVarP(&limit, "limit", "n", 5, "print at most so many")
	return cmd
}
