package main

import (
	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/mind"
)

func (a *app) consolidateCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "consolidate ID ID... TEXT",
		Short: "Let one memory stand for several",
		Long: `Consolidate captures TEXT as a memory of its own that stands for the others,
which are no longer recalled. If it breaks off, the same command again does what
is missing.`,
		Example: `  memory consolidate 3f2a 81c0 "Ada likes hot drinks."`,
		Args:    arguments(3, -1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx, last := cmd.Context(), len(args)-1
			return a.withMind(ctx, func(m *mind.Mind) error {
				var parts []uuid.UUID
				for _, prefix := range args[:last] {
					id, err := m.Find(ctx, prefix)
					if err != nil {
						return err
					}
					parts = append(parts, id)
				}
				whole, err := m.Consolidate(ctx, parts, args[last])
				if err != nil {
					return err
				}
				return a.confirm(ctx, m, whole)
			})
		},
	}
}
