package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/demo"
	"github.com/evgen/evgen/examples/memory/page"
)

func (a *app) demoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Play a session and show what events are good for",
		Long: `Demo plays a session on a file in a temporary directory, which it removes, or on
an empty store given with --store, which it leaves behind to be looked at.`,
		Example: "  memory demo\n  memory demo --store demo.db && memory history 8 --store demo.db",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.store != "" {
				return a.play(cmd.Context(), a.store)
			}
			return a.passingDemo(cmd.Context())
		},
	}
}

// passingDemo leaves nothing behind.
func (a *app) passingDemo(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "memory-demo-*")
	if err != nil {
		return fmt.Errorf("make a place for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	return a.play(ctx, filepath.Join(dir, "memory.db"))
}

func (a *app) play(ctx context.Context, store string) error {
	return demo.Run(ctx, page.New(a.out, a.palette(), time.UTC), store)
}
