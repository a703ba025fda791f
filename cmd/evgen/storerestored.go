package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
)

// restoring is one `evgen store restored`.
type restoring struct {
	destroying
	dryRun bool
}

func storeRestoredCommand(o *operation) *cobra.Command {
	r := &restoring{destroying: destroying{modeling: &modeling{operation: o}}}
	cmd := &cobra.Command{
		Use:   "restored",
		Short: "Begin a new life of a store that was restored from a backup",
		Long: `Restored gives a store a new incarnation, the id by which a life of it is known. It
is for a store that was restored alone, to a state before the one from which others
have read: run it before anything is written. Without it, new events take the
positions of those that are lost, and whoever has read those misses the new ones.

From then on every read model of the life before stands still, and says so;
readers see its rows as they were. evgen projections rebuild and swap bring each
into the new life; evgen projections reset does so at once, and readers see it
fill up. Services notice by themselves. Other readers, such as subscribers that
keep positions, must begin anew.

Where read models were restored together with the store, nothing is to be done: then
this command costs a rebuild of each.

It says who would stand still and asks; without a terminal it needs --yes.

--json prints one object: store, head, before, after, stand_still.`,
		Example: `  evgen store restored --dry-run --store postgres://owner@db/shop
  evgen store restored --store events.db --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return r.withStore(cmd.Context(), r.run) },
	}
	r.addFlag(cmd)
	r.addForms(cmd)
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "say who would stand still and change nothing")
	cmd.Flags().StringVar(&r.models, "models", "", "`DSN` or path of the read models (default $EVGEN_MODELS, or the store)")
	return cmd
}

// restoredLine is the form for programs.
type restoredLine struct {
	Store      string              `json:"store"`
	Head       runtime.Position    `json:"head"`
	Before     runtime.Incarnation `json:"before"`
	After      runtime.Incarnation `json:"after,omitempty"`
	StandStill []standingLine      `json:"stand_still"`
}

type standingLine struct {
	holderLine
	// Beyond says that it has read what the store does not have.
	Beyond bool `json:"beyond"`
}

func (r *restoring) run(ctx context.Context, store operate.Store) error {
	renewer, ok := store.(operate.Renewer)
	if !ok {
		return errors.New("this store has one life only")
	}
	at, err := r.place()
	if err != nil {
		return err
	}
	line := restoredLine{Store: at.String()}
	if line.Head, line.Before, err = store.Head(ctx); err != nil {
		return err
	}
	if line.StandStill, err = r.standing(ctx, line.Head, line.Before); err != nil {
		return err
	}
	if r.dryRun {
		return r.tell(line)
	}
	if err := r.confirm(r.question(line)); err != nil {
		return err
	}
	if line.After, err = renewer.Renew(ctx); err != nil {
		return err
	}
	return r.tell(line)
}

// standing are the versions that belong to the life that ends.
func (r *restoring) standing(ctx context.Context, head runtime.Position, life runtime.Incarnation) (lines []standingLine, err error) {
	lines = []standingLine{}
	err = r.withModels(ctx, func(ctx context.Context, models *operate.Models) error {
		versions, err := operate.Survey(ctx, models, "")
		for i := range versions {
			v := &versions[i]
			if !v.Consumes() && v.Incarnation == life {
				at := v.Furthest()
				lines = append(lines, standingLine{holderLine{v.ID, v.Number, at}, at > head})
			}
		}
		return err
	})
	if errors.Is(err, operate.ErrNoLedger) {
		return lines, nil
	}
	return lines, err
}

func (r *restoring) question(line restoredLine) string {
	var out strings.Builder
	fmt.Fprintf(&out, "this begins a new life of %s, which ends at position %d", line.Store, line.Head)
	if len(line.StandStill) == 0 {
		return out.String()
	}
	var names []string
	beyond := false
	for _, s := range line.StandStill {
		names = append(names, fmt.Sprintf("%s v%d", s.Projection, s.Version))
		beyond = beyond || s.Beyond
	}
	fmt.Fprintf(&out, "; %s will stand still until they are rebuilt", strings.Join(names, ", "))
	if !beyond {
		out.WriteString(" (none of them has read beyond that position: if they were restored with the store, or nothing was restored, leave it)")
	}
	return out.String()
}

func (r *restoring) tell(line restoredLine) error {
	if r.json {
		return r.writeJSONLine(line)
	}
	if len(line.StandStill) > 0 {
		rows := r.table(table.Column{Title: "projection", Cut: true}, table.Column{Title: "version", Right: true}, table.Column{Title: "position", Right: true}, table.Column{Title: "note", Cut: true})
		for _, s := range line.StandStill {
			note := "stands still until it is rebuilt"
			if s.Beyond {
				note = "has read what the store no longer has; " + note
			}
			rows.Add(s.Projection, fmt.Sprint(s.Version), table.Number(s.Position), note)
		}
		if err := rows.Flush(r.stdout); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("%s ends at position %d; its life would be a new one\n", line.Store, line.Head)
	if line.After != "" {
		text = fmt.Sprintf("%s has begun a new life at position %d; rebuild and swap what stands still\n", line.Store, line.Head)
	}
	_, err := r.stdout.Write([]byte(text))
	return err
}
