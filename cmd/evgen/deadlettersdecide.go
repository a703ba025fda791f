package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/projection"
)

// letterRetrying is one `evgen deadletters retry`.
type letterRetrying struct {
	*modeling
	letters
	all bool
}

func deadlettersRetryCommand(m *modeling) *cobra.Command {
	r := &letterRetrying{modeling: m}
	cmd := &cobra.Command{
		Use:   "retry ID...",
		Short: "Have dead letters tried again at once",
		Long: `Retry makes letters due, as if they had never failed: a running service tries them
within about a second, each before those that are parked behind it. It decodes the
stored events with its own upcasters.

--all takes all letters, or those that the other flags select.`,
		Example: `  evgen deadletters retry 17 18 --store events.db
  evgen deadletters retry --all --projection memory_list --state dead`,
		Args: func(cmd *cobra.Command, args []string) error {
			if r.all == (len(args) > 0) {
				return fmt.Errorf("retry needs the numbers of letters, or --all; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := letterIDs(args)
			if err != nil {
				return err
			}
			return r.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return r.run(ctx, models, ids) })
		},
	}
	r.addFlags(cmd)
	cmd.Flags().BoolVar(&r.all, "all", false, "all letters that the other flags select")
	return cmd
}

func (r *letterRetrying) run(ctx context.Context, models *operate.Models, ids []int64) error {
	queries, err := r.queries(ctx, models, ids)
	if err != nil {
		return err
	}
	due := 0
	for _, q := range queries {
		n, err := projection.RetryLetters(ctx, models, q)
		if err != nil {
			return err
		}
		due += n
	}
	_, err = fmt.Fprintf(r.stdout, "%s dead letters are due; evgen deadletters list shows what becomes of them\n", table.Number(due))
	return err
}

// queries select the letters that are to be tried.
func (r *letterRetrying) queries(ctx context.Context, models *operate.Models, ids []int64) ([]projection.LetterQuery, error) {
	if r.all {
		return r.selected(ctx, models)
	}
	_, err := namedLetters(ctx, models, ids)
	return []projection.LetterQuery{{IDs: ids}}, err
}

// letterDropping is one `evgen deadletters drop`.
type letterDropping struct{ destroying }

func deadlettersDropCommand(m *modeling) *cobra.Command {
	d := &letterDropping{destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "drop ID...",
		Short: "Give dead letters up",
		Long: `Drop removes letters: their events never have their effect on this version of the
read model, and what is parked behind them goes on. The events stay in the store,
and a rebuild meets them again.

It says what would be lost and asks; without a terminal it needs --yes.`,
		Example: `  evgen deadletters drop 17 --store events.db
  evgen deadletters drop 17 18 --yes`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("drop needs the numbers of letters; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			ids, err := letterIDs(args)
			if err != nil {
				return err
			}
			return d.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return d.run(ctx, models, ids) })
		},
	}
	d.addFlag(cmd)
	return cmd
}

func (d *letterDropping) run(ctx context.Context, models *operate.Models, ids []int64) error {
	found, err := namedLetters(ctx, models, ids)
	if err != nil {
		return err
	}
	if err := d.confirm(lostEffects(found)); err != nil {
		return err
	}
	n, err := projection.DropLetters(ctx, models, projection.LetterQuery{IDs: ids})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.stdout, "dropped %s dead letters\n", table.Number(n))
	return err
}

// lostEffects says what the read model will lack.
func lostEffects(found []projection.Letter) string {
	first := &found[0]
	text := fmt.Sprintf("%s will lack the effect of %s v%d at position %d", &first.Version, first.Record.Type, first.Record.Version, first.Record.Position)
	if others := len(found) - 1; others > 0 {
		text += fmt.Sprintf(", and of %s more events", table.Number(others))
	}
	return text
}
