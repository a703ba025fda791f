package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime"
)

// moment is the point in a memory's history that is asked for; the zero moment is now.
type moment struct {
	version int64
	asOf    string
}

func (a *app) showCommand() *cobra.Command {
	var when moment
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Print one memory, as it is or as it was",
		Long: `Show prints one memory. With --at it is folded up to one version, with --as-of
up to what the store held at that time: a time such as 2026-01-31T12:00:00Z, a
local one such as 2026-01-31 or "2026-01-31 12:00", or how long ago, such as 90m.`,
		Example: "  memory show 3f2a\n  memory show 3f2a --at 1\n  memory show 3f2a --as-of 24h",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("at") && when.version < 1 {
				return fmt.Errorf("version %d: versions count from 1", when.version)
			}
			if when.version != 0 && when.asOf != "" {
				return errors.New("--at and --as-of do not go together: each names a moment")
			}
			return a.show(cmd.Context(), args[0], when)
		},
	}
	cmd.Flags().Int64Var(&when.version, "at", 0, "as of this `VERSION`")
	cmd.Flags().StringVar(&when.asOf, "as-of", "", "as of this `TIME`")
	return cmd
}

func (a *app) show(ctx context.Context, prefix string, when moment) error {
	at, err := a.parseTime(when.asOf)
	if err != nil {
		return err
	}
	return a.withMind(ctx, func(m *mind.Mind) error {
		id, err := m.Find(ctx, prefix)
		if err != nil {
			return err
		}
		it, err := travel(ctx, m, id, when.version, at)
		if err != nil {
			return err
		}
		if at.IsZero() {
			at = a.now()
		}
		p := a.page()
		p.Memory(it, at)
		return p.Err()
	})
}

func travel(ctx context.Context, m *mind.Mind, id uuid.UUID, version int64, at time.Time) (mind.Item, error) {
	switch {
	case version > 0:
		return m.At(ctx, id, runtime.StreamVersion(version))
	case !at.IsZero():
		return m.AsOf(ctx, id, at)
	}
	return m.Now(ctx, id)
}

// timeForms are the ways in which people write times; those without a zone are local.
var timeForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}

// parseTime reads a time, or how long ago it was. No text is the zero time.
func (a *app) parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return a.now().Add(-ago), nil
	}
	for _, form := range timeForms {
		if t, err := time.ParseInLocation(form, text, a.zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("cannot read time %q: write 2026-01-31, 2026-01-31T12:00:00Z, or how long ago, such as 90m", text)
}
