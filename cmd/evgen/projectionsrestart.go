package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/delivery"
	"github.com/evgen/evgen/runtime/projection"
	"github.com/evgen/evgen/runtime/reaction"
)

// restarting is one `evgen projections restart`.
type restarting struct {
	destroying
	from   int64 // -1: not given
	dryRun bool
}

func projectionsRestartCommand(m *modeling) *cobra.Command {
	r := &restarting{destroying: destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "restart NAME",
		Short: "Have a consumer, a reaction or a saga's beginning read from another place",
		Long: `Restart moves the place from which events are read by what is neither rebuilt nor
reset, since its effects stay. Running services go on there within about a second.

Of a consumer it takes a partition, as evgen projections list names it, such as
mailer.ORDERS. That is read from the oldest message that the broker keeps: as it has
to be after its stream or topic was made anew, after messages were dropped before
they were read, and where the consumer's filters have changed. Letters of the
partition must be retried, or dropped, first.

Of a reaction, and of what begins a saga, it needs --from: they go on behind that
position of the store, be that earlier or later than where they stand, or in another
life of a store that was restored.

It says what will happen again, or not at all, and asks; without a terminal it needs
--yes.

Exit status: 1 with --dry-run when something would be done; 2 when evgen could not
do its job.`,
		Example: `  evgen projections restart mailer.ORDERS --models postgres://app@db/mails
  evgen projections restart stock.Reserve --from 120000 --dry-run --store postgres://app@db/shop`,
		Args: oneArg("restart", "the name of one reaction or saga, or of a consumer and its partition"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.withModels(cmd.Context(), func(ctx context.Context, models *operate.Models) error { return r.run(ctx, models, args[0]) })
		},
	}
	r.addFlag(cmd)
	cmd.Flags().Int64Var(&r.from, "from", -1, "go on behind this `POSITION` of the store")
	cmd.Flags().BoolVar(&r.dryRun, "dry-run", false, "say what would happen and change nothing")
	return cmd
}

func (r *restarting) run(ctx context.Context, models *operate.Models, name string) error {
	versions, err := operate.Survey(ctx, models, name)
	if err != nil {
		return err
	}
	live := slices.IndexFunc(versions, func(v operate.Version) bool { return v.State == projection.Live })
	switch {
	case live < 0:
		return fmt.Errorf("no version of %s is live", name)
	case versions[live].Consumes():
		return r.consumer(ctx, models, &versions[live])
	case versions[live].Reacts():
		return r.withStore(ctx, func(ctx context.Context, store operate.Store) error {
			return r.reaction(ctx, store, models, &versions[live])
		})
	}
	return fmt.Errorf("%s is a read model: evgen projections rebuild and reset begin it anew", name)
}

func (r *restarting) consumer(ctx context.Context, models *operate.Models, v *operate.Version) error {
	consumer, partition := v.Partition()
	switch {
	case len(v.Shards) == 0:
		return fmt.Errorf("%s names no partition; evgen projections list shows those that it reads, as %s.PARTITION", v.ID, v.ID)
	case r.from >= 0:
		return errors.New("a partition is read from its beginning; --from is for reactions and sagas")
	case v.Letters() > 0:
		return fmt.Errorf("%s has %s dead letters, which refer to offsets that would be gone: retry or drop them first", v.ID, table.Number(v.Letters()))
	}
	effect := fmt.Sprintf("%s reads partition %s from the oldest message that is kept, and not from offset %s on: what it has taken in has no effect a second time; "+
		"what is not kept has none; of a stream whose next version is not there, all that is new waits as dead letters, unless the consumer is sparse", consumer, partition, table.Number(v.Position()))
	return r.decide(effect, func() error { return delivery.Restart(ctx, models, consumer, partition) })
}

func (r *restarting) reaction(ctx context.Context, store operate.Store, models *operate.Models, v *operate.Version) error {
	if r.from < 0 {
		return fmt.Errorf("say with --from behind which position of the store %s goes on; it stands at %s", v.ID, table.Number(v.Position()))
	}
	begins, err := r.beginsSagas(ctx, v.ID)
	if err != nil {
		return err
	}
	from := runtime.Position(r.from)
	return r.decide(effectOf(v, from, begins), func() error { return reaction.Restart(ctx, models, store, v.ID, from) })
}

// beginsSagas reports whether sagas of a name have run: then what is called so begins them.
func (r *restarting) beginsSagas(ctx context.Context, name string) (begins bool, err error) {
	err = r.withSagas(ctx, "", func(ctx context.Context, sagas *operate.Sagas) error {
		names, err := sagas.Names(ctx)
		begins = slices.Contains(names, name)
		return err
	})
	if errors.Is(err, operate.ErrNoSagas) {
		err = nil
	}
	return begins, err
}

// effectOf says what becomes of the events between where v stands and where it is to go on.
func effectOf(v *operate.Version, from runtime.Position, saga bool) string {
	var out []string
	if first := v.Position(); from > first {
		out = append(out, fmt.Sprintf("%s passes over what lies behind position %s up to %s, if it has not read that yet: these events have no effect",
			v.ID, table.Number(first), table.Number(from)))
	}
	if last := v.Furthest(); from < last {
		again := "what it has emitted is not emitted again, but what they lead to today and did not then is"
		if saga {
			again = "they begin the sagas again that were pruned, and are brought to open sagas that await them, also those in front of their start event"
		}
		out = append(out, fmt.Sprintf("%s reads the events behind position %s up to %s again: %s", v.ID, table.Number(from), table.Number(last), again))
	}
	if len(out) == 0 {
		return fmt.Sprintf("%s goes on at position %s, where it stands, in the present life of the store", v.ID, table.Number(from))
	}
	return strings.Join(out, "; ")
}

// decide says what would happen, and has it done if that is meant.
func (r *restarting) decide(effect string, restart func() error) error {
	if r.dryRun {
		fmt.Fprintln(r.stdout, effect)
		return errFindings
	}
	if err := r.confirm(effect); err != nil {
		return err
	}
	if err := restart(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(r.stdout, "%s\n", effect)
	return err
}
