package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/runtime/projection"
)

// resetting is one `evgen projections reset`.
type resetting struct {
	destroying
	wait time.Duration
}

func projectionsResetCommand(m *modeling) *cobra.Command {
	r := &resetting{destroying: destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "reset PROJECTION",
		Short: "Begin a read model anew, empty, in place of the live one",
		Long: `Reset puts an empty version in the place of the live one: readers see it fill up
from the first event on. All other versions are dropped, with their rows and dead
letters, as soon as a service has taken the new one up. Side effects of events that
the live version had come to are not repeated.

Where readers are to see nothing of it, use evgen projections rebuild. Reset is for
what a rebuild cannot mend: a store that was restored to an earlier state, with
which the live version cannot be caught up, or a version that nobody should read any
more.

It says what would be lost and asks; without a terminal it needs --yes.

Exit status: 1 when no service takes it up in time: then nothing is dropped.`,
		Example: `  evgen projections reset memory_list --store postgres://app@db/shop
  evgen projections reset memory_list --yes`,
		Args: oneArg("reset", "the name of one projection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.withBoth(cmd.Context(), func(ctx context.Context, store operate.Store, models *operate.Models) error {
				return r.run(ctx, store, models, args[0])
			})
		},
	}
	r.addFlag(cmd)
	cmd.Flags().DurationVar(&r.wait, "wait", 10*time.Second, "how long to wait until a service takes it up")
	return cmd
}

func (r *resetting) run(ctx context.Context, store operate.Store, models *operate.Models, id string) error {
	old, err := operate.Survey(ctx, models, id)
	if err != nil {
		return err
	}
	lost, err := losses(ctx, models, old)
	if err != nil {
		return err
	}
	if err := r.confirm("this drops " + lost); err != nil {
		return err
	}
	head, _, err := store.Head(ctx)
	if err != nil {
		return err
	}
	v, err := projection.Reset(ctx, models, id, head)
	if err != nil {
		return err
	}
	if err := r.await(ctx, models, &v); err != nil {
		return err
	}
	var numbers []int
	for i := range old {
		numbers = append(numbers, old[i].Number)
	}
	if err := projection.Retire(ctx, models, id, numbers...); err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.stdout, "%s is live and fills up; dropped %s\n", &v, lost)
	return err
}

// await blocks until the new version is live.
func (r *resetting) await(ctx context.Context, models *operate.Models, v *projection.Version) error {
	for began := time.Now(); ; {
		now, err := versionNow(ctx, models, v)
		if err != nil {
			return err
		}
		if now.State == projection.Live {
			return nil
		}
		if time.Since(began) > r.wait || !sleep(ctx, lookEvery) {
			break
		}
	}
	fmt.Fprintf(r.stderr, `evgen: no service has taken up %s within %s, so nothing was dropped: readers see the rows as they were.
  It begins as soon as a service runs that has this projection, in the same release, on this database.
  Then evgen projections retire %s drops the old rows.
`, v, r.wait, v.ID)
	return errFindings
}
