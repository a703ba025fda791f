package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
)

func (a *app) historyCommand() *cobra.Command {
	var long bool
	cmd := &cobra.Command{
		Use:   "history ID",
		Short: "Print everything that happened to a memory",
		Long: `History prints the events of a memory, the oldest first. STORED is the version
in which an event was stored; v1 → v2 says that it was read as version 2.`,
		Example: "  memory history 3f2a\n  memory history 3f2a --long",
		Args:    arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withMind(cmd.Context(), func(m *mind.Mind) error {
				events, err := eventsOf(cmd.Context(), m, args[0])
				if err != nil {
					return err
				}
				p := a.page()
				p.History(events)
				if long {
					p.Line("")
					p.Envelopes(events)
				}
				return p.Err()
			})
		},
	}
	cmd.Flags().BoolVarP(&long, "long", "l", false, "also positions and ids, with what caused each event")
	return cmd
}

// eventsOf returns the events of the memory that prefix means.
func eventsOf(ctx context.Context, m *mind.Mind, prefix string) ([]memory.Envelope, error) {
	id, err := m.Find(ctx, prefix)
	if err != nil {
		return nil, err
	}
	var events []memory.Envelope
	for event, err := range m.History(ctx, id) {
		if err != nil {
			return nil, err
		}
		events = append(events, event)
	}
	if len(events) == 0 {
		return nil, fmt.Errorf("history of %s: %w", id, mind.ErrUnknown)
	}
	return events, nil
}
