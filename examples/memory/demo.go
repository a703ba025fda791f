package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
a new file given with --file, which it leaves behind to be looked at.`,
		Example: "  memory demo\n  memory demo --file demo.db && memory history 8 --file demo.db",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if a.file != "" {
				return a.demoOn(cmd.Context())
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

// demoOn refuses a file that is there: the demo must not mix with memories.
func (a *app) demoOn(ctx context.Context) error {
	switch _, err := os.Stat(a.file); {
	case err == nil:
		return fmt.Errorf("play on %s: %w; name a new one", a.file, fs.ErrExist)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("play on a new file: %w", err)
	}
	return a.play(ctx, a.file)
}

func (a *app) play(ctx context.Context, file string) error {
	return demo.Run(ctx, page.New(a.out, a.palette(), time.UTC), file)
}
