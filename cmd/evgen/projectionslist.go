package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/projection"
)

func projectionsListCommand(m *modeling) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List projections and their versions",
		Long: `List shows each version of each projection: its state, up to which position it has
come, how many positions that is behind the end of the store, and how many events
wait in its dead letters. A consumer of a broker has a line of its own, and one for
each partition that it reads, whose position is an offset of the broker's: what it
is behind is known where it runs. Without a store, in the database of a service that
has none, nothing is behind anything.

--json prints one object a line: projection, version, state, digest, tables,
position, behind, letters, loaded, taken_up, created_at, live_at. The digest of
consumers is "consumer", and they have no behind.`,
		Example: `  evgen projections list --store events.db
  evgen projections list --models postgres://app@db/views --json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.withModelsAndMaybeStore(cmd.Context(), m.list) },
	}
	m.addForms(cmd)
	return cmd
}

// versionLine is the form for programs.
type versionLine struct {
	Projection string            `json:"projection"`
	Version    int               `json:"version"`
	State      projection.State  `json:"state"`
	Digest     string            `json:"digest"`
	Tables     []string          `json:"tables"`
	Position   runtime.Position  `json:"position"`
	Behind     *runtime.Position `json:"behind,omitempty"`
	Letters    int               `json:"letters"`
	Loaded     bool              `json:"loaded"`
	TakenUp    bool              `json:"taken_up"`
	CreatedAt  time.Time         `json:"created_at"`
	LiveAt     *time.Time        `json:"live_at,omitempty"`
}

func (m *modeling) list(ctx context.Context, store operate.Store, models *operate.Models) error {
	head, _, err := headOf(ctx, store)
	if err != nil {
		return err
	}
	versions, err := operate.Survey(ctx, models, "")
	if err != nil {
		return err
	}
	rows := m.table(table.Column{Title: "projection", Cut: true}, table.Column{Title: "version", Right: true}, table.Column{Title: "state", Cut: true},
		table.Column{Title: "position", Right: true}, table.Column{Title: "behind", Right: true}, table.Column{Title: "letters", Right: true},
		table.Column{Title: "live since"})
	for i := range versions {
		if err := m.listOne(rows, &versions[i], head); err != nil {
			return err
		}
	}
	return rows.Flush(m.stdout)
}

func (m *modeling) listOne(rows *table.Table, v *operate.Version, head runtime.Position) error {
	at := v.Position()
	behind := behindOf(v, at, head)
	if !m.json {
		rows.Add(v.ID, fmt.Sprint(v.Number), stateOf(v), table.Number(at), numberOrDash(behind), table.Number(v.Letters()), m.time(v.LiveAt))
		return nil
	}
	line := versionLine{
		Projection: v.ID, Version: v.Number, State: v.State, Digest: v.Digest, Tables: v.Tables, Position: at, Behind: behind,
		Letters: v.Letters(), Loaded: v.Loaded, TakenUp: v.IsTakenUp(), CreatedAt: v.CreatedAt,
	}
	if !v.LiveAt.IsZero() {
		line.LiveAt = &v.LiveAt
	}
	return m.writeJSONLine(line)
}

// headless is the head where no store was named.
const headless runtime.Position = -1

// headOf is the end of a store, and its life; [headless] if store is nil.
func headOf(ctx context.Context, store operate.Store) (runtime.Position, runtime.Incarnation, error) {
	if store == nil {
		return headless, "", nil
	}
	return store.Head(ctx)
}

// behindOf is how far v is behind the end of the store; nil for a consumer, whose
// offsets are none of the store's positions, and where there is no store.
func behindOf(v *operate.Version, at, head runtime.Position) *runtime.Position {
	if v.Consumes() || head == headless {
		return nil
	}
	behind := max(0, head-at)
	return &behind
}

func numberOrDash(n *runtime.Position) string {
	if n == nil {
		return "-"
	}
	return table.Number(*n)
}

// stateOf tells more than the state where there is more to know.
func stateOf(v *operate.Version) string {
	switch {
	case !v.IsTakenUp():
		return string(v.State) + ", not taken up"
	case v.Consumes():
		return "consumer"
	case v.State == projection.Building && !v.Loaded:
		return "building, loading"
	}
	return string(v.State)
}
