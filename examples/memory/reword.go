package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
)

func (a *app) rewordCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "reword ID TEXT",
		Short:   "Say the same in better words",
		Example: `  memory reword 3f2a "Ada likes green tea."`,
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.change(cmd.Context(), args[0], mind.Reword(args[1]))
		},
	}
}

func (a *app) forgetCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "forget ID REASON",
		Short: "Never use a memory again",
		Long: `Forget marks a memory with a reason, after which nothing can happen to it any
more. Its history stays: see memory history.`,
		Example: `  memory forget 3f2a "Ada asked for it."`,
		Args:    arguments(2, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.change(cmd.Context(), args[0], mind.Forget(args[1]))
		},
	}
}

// change carries out a command on the memory that prefix means.
func (a *app) change(ctx context.Context, prefix string, decide runtime.Decide[mind.Memory]) error {
	return a.withMind(ctx, func(m *mind.Mind) error {
		id, err := m.Find(ctx, prefix)
		if err != nil {
			return err
		}
		if _, err := m.Do(ctx, id, decide); err != nil {
			return err
		}
		return a.confirm(ctx, m, id)
	})
}
