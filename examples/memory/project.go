package main

import (
	"log/slog"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/runtime/projection"
)

func (a *app) projectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "project",
		Short: "Keep lists and searches up to date until interrupted",
		Long: `Project follows the events and keeps the tables up to date that list and recall
read. Other commands do that themselves when nobody else does; with project they
need not, and operators can have read models built anew: evgen projections
rebuild. Any number of processes may run it on one store: they share the work,
and take over from each other.`,
		Example: "  memory project --store postgres://app@db/memory",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withLibrary(cmd.Context(), library.Open, func(l *library.Library) error {
				log := slog.New(slog.NewTextHandler(a.err, nil))
				runner, err := l.Runner(projection.WithLogger(log))
				if err != nil {
					return err
				}
				log.Info("following the events")
				return l.Run(cmd.Context(), runner)
			})
		},
	}
}
