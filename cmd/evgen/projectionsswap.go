package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/projection"
)

// swapping is one `evgen projections swap`.
type swapping struct {
	*modeling
	to   int
	back bool
	wait time.Duration
}

func projectionsSwapCommand(m *modeling) *cobra.Command {
	s := &swapping{modeling: m}
	cmd := &cobra.Command{
		Use:   "swap PROJECTION",
		Short: "Make another version of a read model live",
		Long: `Swap makes the newest version that is building live, in one transaction: readers see
the old one or the new one, never something in between. It waits until the new one
has caught up. The old one stands by and keeps following: --back swaps back to it.`,
		Example: `  evgen projections swap memory_list --store postgres://app@db/shop
  evgen projections swap memory_list --to 3
  evgen projections swap memory_list --back`,
		Args: oneArg("swap", "the name of one projection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return s.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return s.run(ctx, models, args[0]) })
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&s.to, "to", 0, "make version `N` live instead of the newest one")
	flags.BoolVar(&s.back, "back", false, "make the version live that was so before")
	flags.DurationVar(&s.wait, "wait", 30*time.Second, "how long to wait until it has caught up")
	cmd.MarkFlagsMutuallyExclusive("to", "back")
	return cmd
}

func (s *swapping) run(ctx context.Context, models *operate.Models, id string) error {
	ctx, stop := context.WithTimeout(ctx, s.wait)
	defer stop()
	if err := s.warn(ctx, models, id); err != nil {
		return err
	}
	if err := s.swap(ctx, models, id); err != nil {
		return s.explained(err, id)
	}
	versions, err := operate.Survey(ctx, models, id)
	if err != nil {
		return err
	}
	for i := range versions {
		if versions[i].State == projection.Live {
			_, err = fmt.Fprintf(s.stdout, "%s is live\n", &versions[i])
		}
	}
	return err
}

// warn says what becomes of the dead letters of the live version.
func (s *swapping) warn(ctx context.Context, models *operate.Models, id string) error {
	versions, err := operate.Survey(ctx, models, id)
	if err != nil {
		return err
	}
	for i := range versions {
		v := &versions[i]
		if n := v.Letters(); v.State == projection.Live && n > 0 {
			fmt.Fprintf(s.stderr, "evgen: %s has %s dead letters: their events have side effects in neither version from now on\n", v, table.Number(n))
		}
	}
	return nil
}

func (s *swapping) swap(ctx context.Context, models *operate.Models, id string) error {
	if s.back {
		return projection.SwapBack(ctx, models, id)
	}
	to, err := s.target(ctx, models, id)
	if err != nil {
		return err
	}
	return projection.Swap(ctx, models, id, to)
}

// target is the version that was named, or the newest one that is building.
func (s *swapping) target(ctx context.Context, models *operate.Models, id string) (to int, err error) {
	if s.to > 0 {
		return s.to, nil
	}
	versions, err := operate.Survey(ctx, models, id)
	if err != nil {
		return 0, err
	}
	for i := range versions {
		if versions[i].State == projection.Building {
			to = versions[i].Number
		}
	}
	if to == 0 {
		return 0, fmt.Errorf("no version of %s is building; evgen projections rebuild %s makes one, --to names another one", id, id)
	}
	return to, nil
}

// explained says what to do about a version that does not catch up.
func (s *swapping) explained(err error, id string) error {
	if !errors.Is(err, projection.ErrBehind) {
		return err
	}
	return fmt.Errorf("%w; evgen projections lag %s shows how far each is", err, id)
}
