package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/projection"
)

// retiring is one `evgen projections retire`.
type retiring struct{ destroying }

func projectionsRetireCommand(m *modeling) *cobra.Command {
	r := &retiring{destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "retire PROJECTION [VERSION...]",
		Short: "Drop versions of a read model that are not live",
		Long: `Retire drops versions with their tables, checkpoints and dead letters: those that
are named, or all that stand by. A version that is building is called off by naming
it. The live version cannot be retired.

It says what would be lost and asks; without a terminal it needs --yes.`,
		Example: `  evgen projections retire memory_list --store postgres://app@db/shop
  evgen projections retire memory_list 3 --yes`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("retire needs the name of a projection; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			numbers, err := versionNumbers(args[1:])
			if err != nil {
				return err
			}
			return r.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return r.run(ctx, models, args[0], numbers) })
		},
	}
	r.addFlag(cmd)
	return cmd
}

// versionNumbers reads 3 and v3.
func versionNumbers(words []string) ([]int, error) {
	var numbers []int
	for _, word := range words {
		n, err := strconv.Atoi(strings.TrimPrefix(word, "v"))
		if err != nil || n < 1 {
			return nil, fmt.Errorf("%q is not the number of a version", word)
		}
		numbers = append(numbers, n)
	}
	return numbers, nil
}

func (r *retiring) run(ctx context.Context, models *operate.Models, id string, numbers []int) error {
	chosen, err := retirable(ctx, models, id, numbers)
	if err != nil {
		return err
	}
	if len(chosen) == 0 {
		return fmt.Errorf("no version of %s stands by", id)
	}
	lost, err := losses(ctx, models, chosen)
	if err != nil {
		return err
	}
	if err := r.confirm("this drops " + lost); err != nil {
		return err
	}
	numbers = nil
	for i := range chosen {
		numbers = append(numbers, chosen[i].Number)
	}
	if err := projection.Retire(ctx, models, id, numbers...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.stdout, "dropped %s\n", lost)
	return err
}

// retirable returns the versions with those numbers, or all that stand by.
func retirable(ctx context.Context, models *operate.Models, id string, numbers []int) ([]operate.Version, error) {
	versions, err := operate.Survey(ctx, models, id)
	if err != nil {
		return nil, err
	}
	var chosen []operate.Version
	for i := range versions {
		v := versions[i]
		named := slices.Contains(numbers, v.Number)
		switch {
		case named && v.State == projection.Live:
			return nil, fmt.Errorf("%s is live; swap in another version first", &v)
		case named, len(numbers) == 0 && v.State == projection.Standby:
			chosen = append(chosen, v)
		}
	}
	if len(numbers) > 0 && len(chosen) < len(slices.Compact(slices.Sorted(slices.Values(numbers)))) {
		return nil, fmt.Errorf("%s does not have all of the versions %v", id, numbers)
	}
	return chosen, nil
}

// losses says what versions hold.
func losses(ctx context.Context, models *operate.Models, versions []operate.Version) (string, error) {
	var parts []string
	err := models.Ledger(ctx, func(l projection.Ledger) error {
		parts = nil
		for i := range versions {
			v := &versions[i]
			rows := int64(0)
			if v.IsTakenUp() {
				var err error
				if rows, err = l.Count(ctx, v.Version); err != nil {
					return err
				}
			}
			parts = append(parts, fmt.Sprintf("%s (%s, %s rows, %s dead letters)", v, v.State, table.Number(rows), table.Number(v.Letters())))
		}
		return nil
	})
	return strings.Join(parts, ", "), err
}
