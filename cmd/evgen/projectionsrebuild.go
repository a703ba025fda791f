package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/meter"
	"github.com/evgen/evgen/runtime/projection"
)

// rebuilding is one `evgen projections rebuild`.
type rebuilding struct {
	*modeling
	wait   time.Duration
	detach bool
}

func projectionsRebuildCommand(m *modeling) *cobra.Command {
	r := &rebuilding{modeling: m}
	cmd := &cobra.Command{
		Use:   "rebuild PROJECTION",
		Short: "Have a read model built anew, beside the live one",
		Long: `Rebuild asks for another version of a projection, from the first event on. A running
service builds it while readers go on seeing the live one; the command shows how far
it has come until it has caught up. Then evgen projections diff compares both, and
evgen projections swap makes the new one live.

Ctrl-C ends the command, not the rebuild. evgen projections retire calls it off.

Exit status: 1 when no service takes it up in time.`,
		Example: `  evgen projections rebuild memory_list --store postgres://app@db/shop
  evgen projections rebuild memory_list --detach`,
		Args: oneArg("rebuild", "the name of one projection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.withBoth(cmd.Context(), func(ctx context.Context, store operate.Store, models *operate.Models) error {
				return r.run(ctx, store, models, args[0])
			})
		},
	}
	cmd.Flags().DurationVar(&r.wait, "wait", 10*time.Second, "how long to wait until a service takes it up")
	cmd.Flags().BoolVar(&r.detach, "detach", false, "do not wait for the rebuild")
	return cmd
}

func (r *rebuilding) run(ctx context.Context, store operate.Store, models *operate.Models, id string) error {
	v, err := projection.Rebuild(ctx, models, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(r.stderr, "evgen: asked for %s\n", &v)
	if r.detach {
		return nil
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	err = r.follow(ctx, store, models, &v)
	if ctx.Err() != nil {
		fmt.Fprintf(r.stderr, "evgen: %s goes on without this command; evgen projections lag %s --watch shows how far it is\n", &v, id)
		return nil
	}
	return err
}

// lookEvery is how often the ledger is looked at.
const lookEvery = 200 * time.Millisecond

// follow shows the progress of a version until it has caught up.
func (r *rebuilding) follow(ctx context.Context, store operate.Store, models *operate.Models, v *projection.Version) error {
	progress := r.meter(v.String())
	defer progress.Done()
	began := time.Now()
	for {
		now, err := versionNow(ctx, models, v)
		if err != nil {
			return err
		}
		head, _, err := store.Head(ctx)
		if err != nil {
			return err
		}
		switch at := now.Position(); {
		case !now.IsTakenUp() && time.Since(began) > r.wait:
			progress.Done()
			return r.untaken(v)
		case now.IsTakenUp() && now.Loaded && at >= head:
			progress.Done()
			return r.caughtUp(now, began)
		default:
			progress.Show(int64(at), share(at, head))
		}
		if !sleep(ctx, lookEvery) {
			return ctx.Err()
		}
	}
}

// versionNow is what has become of a version.
func versionNow(ctx context.Context, models *operate.Models, v *projection.Version) (*operate.Version, error) {
	versions, err := operate.Survey(ctx, models, v.ID)
	if err != nil {
		return nil, err
	}
	for i := range versions {
		if versions[i].Number == v.Number {
			return &versions[i], nil
		}
	}
	return nil, fmt.Errorf("%s was retired", v)
}

func (r *rebuilding) untaken(v *projection.Version) error {
	fmt.Fprintf(r.stderr, `evgen: no service has taken up %s within %s.
  Is one running that has this projection, in the same release as the live version, on this database?
  It begins as soon as one does; evgen projections lag %s --watch shows it.
  evgen projections retire %s %d calls it off.
`, v, r.wait, v.ID, v.ID, v.Number)
	return errFindings
}

func (r *rebuilding) caughtUp(v *operate.Version, began time.Time) error {
	fmt.Fprintf(r.stderr, "evgen: %s has caught up: %s\n", v, meter.Describe(int64(v.Position()), -1, time.Since(began)))
	if n := v.Letters(); n > 0 {
		fmt.Fprintf(r.stderr, "evgen: %d events failed; evgen deadletters list --projection %s shows them\n", n, v.ID)
	}
	if v.State == projection.Live {
		fmt.Fprintf(r.stderr, "evgen: it is live\n")
		return nil
	}
	fmt.Fprintf(r.stderr, "evgen: evgen projections diff %s compares it with the live one, evgen projections swap %s makes it live\n", v.ID, v.ID)
	return nil
}
