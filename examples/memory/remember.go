package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/events/memory"
	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
)

func (a *app) rememberCommand() *cobra.Command {
	var origin, uri string
	cmd := &cobra.Command{
		Use:   "remember TEXT",
		Short: "Capture a memory and print its id",
		Example: `  memory remember "Ada likes tea."
  memory remember "The office closes at six." --source document --uri https://example.com/house-rules`,
		Args: arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			source, err := newSource(origin, uri)
			if err != nil {
				return err
			}
			return a.withNewMind(cmd.Context(), func(m *mind.Mind) error {
				id, err := m.Remember(cmd.Context(), args[0], source)
				if err != nil {
					return err
				}
				return a.confirm(cmd.Context(), m, id)
			})
		},
	}
	cmd.Flags().StringVar(&origin, "source", string(memory.OriginConversation), "where it comes from: "+strings.Join(origins(), ", "))
	cmd.Flags().StringVar(&uri, "uri", "", "address of the source")
	return cmd
}

func origins() []string {
	return []string{string(memory.OriginConversation), string(memory.OriginDocument), string(memory.OriginTool)}
}

func newSource(origin, uri string) (memory.Source, error) {
	if !slices.Contains(origins(), origin) {
		return memory.Source{}, fmt.Errorf("there is no source %q: it is one of %s", origin, strings.Join(origins(), ", "))
	}
	source := memory.Source{Origin: memory.Origin(origin)}
	if uri != "" {
		source.URI = &uri
	}
	return source, nil
}

// confirm prints the id and the text of a memory that was written.
func (a *app) confirm(ctx context.Context, m *mind.Mind, id uuid.UUID) error {
	it, err := m.Now(ctx, id)
	if err != nil {
		return err
	}
	p := a.page()
	p.Line("%s  %s", page.Short(id), page.Plain(it.Text))
	return p.Err()
}
