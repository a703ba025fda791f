package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaRetrying is one `evgen sagas retry`.
type sagaRetrying struct {
	*modeling
	sagaSelection
	all bool
}

func sagasRetryCommand(m *modeling) *cobra.Command {
	r := &sagaRetrying{modeling: m}
	cmd := &cobra.Command{
		Use:   "retry ID...",
		Short: "Have sagas go on at once",
		Long: `Retry makes the step that a saga waits to try again due at once, with all its
attempts. Of a saga in compensation_failed it makes due the compensations that were
given up. What is done stays done.

--all takes all sagas in compensation_failed that the other flags select.`,
		Example: `  evgen sagas retry 4711 --store events.db
  evgen sagas retry --all --saga onboarding`,
		Args: func(cmd *cobra.Command, args []string) error {
			if r.all == (len(args) > 0) {
				return fmt.Errorf("retry needs the ids of sagas, or --all; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.withSagas(cmd.Context(), r.saga, func(ctx context.Context, sagas *operate.Sagas) error { return r.run(ctx, sagas, args) })
		},
	}
	r.addFlags(cmd)
	cmd.Flags().BoolVar(&r.all, "all", false, "all sagas in compensation_failed that the other flags select")
	return cmd
}

func (r *sagaRetrying) run(ctx context.Context, sagas *operate.Sagas, ids []string) error {
	var chosen []saga.Instance
	if r.all {
		q := r.query()
		q.States = []saga.State{saga.CompensationFailed}
		found, err := sagas.List(ctx, q)
		if err != nil {
			return err
		}
		chosen = found
	}
	for _, id := range ids {
		one, err := r.named(ctx, sagas, id)
		if err != nil {
			return err
		}
		chosen = append(chosen, *one)
	}
	var errs []error
	for i := range chosen {
		errs = append(errs, sagas.Retry(ctx, chosen[i].Ref))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	_, err := fmt.Fprintf(r.stdout, "%s sagas are due; evgen sagas show tells what becomes of them\n", table.Number(len(chosen)))
	return err
}

// sagaCancelling is one `evgen sagas cancel`.
type sagaCancelling struct {
	destroying
	sagaSelection
	reason  string
	abandon bool
}

func sagasCancelCommand(m *modeling) *cobra.Command {
	c := &sagaCancelling{destroying: destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "cancel ID",
		Short: "Have a saga undone",
		Long: `Cancel has a saga that runs or waits compensated: what was done is undone, in
reverse, at once, or, if a worker is at a step, when that is over.

A service does that. For a saga whose steps no program has any more, --abandon
ends it as it is: in compensation_failed, which names what was done and is not
undone, or in compensated where nothing was. If a program that has these steps runs
again after all, evgen sagas retry has it undo them.

It says what would be undone and asks; without a terminal it needs --yes.`,
		Example: `  evgen sagas cancel 4711 --reason "ordered twice" --store events.db
  evgen sagas cancel 4711 --saga onboarding --yes
  evgen sagas cancel 4711 --abandon --reason "refunded by hand"`,
		Args: oneArg("cancel", "the id of one saga"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return c.withSagas(cmd.Context(), c.saga, func(ctx context.Context, sagas *operate.Sagas) error { return c.run(ctx, sagas, args[0]) })
		},
	}
	c.addFlag(cmd)
	c.addFlags(cmd)
	cmd.Flags().StringVar(&c.reason, "reason", "", "`TEXT` that is noted as the failure of the saga")
	cmd.Flags().BoolVar(&c.abandon, "abandon", false, "end it at once and undo nothing")
	return cmd
}

func (c *sagaCancelling) run(ctx context.Context, sagas *operate.Sagas, id string) error {
	found, err := c.named(ctx, sagas, id)
	if err != nil {
		return err
	}
	if c.abandon {
		return c.end(ctx, sagas, found)
	}
	if err := c.confirm(fmt.Sprintf("%s is %s at step %q: what it has done would be undone", nameOf(found), found.State, found.Step)); err != nil {
		return err
	}
	if err := sagas.Cancel(ctx, found.Ref, c.reason); err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.stdout, "%s is to be compensated; evgen sagas show tells what becomes of it\n", nameOf(found))
	return err
}

// end ends a saga as it is.
func (c *sagaCancelling) end(ctx context.Context, sagas *operate.Sagas, found *saga.Instance) error {
	if err := c.confirm(fmt.Sprintf("%s is %s at step %q: it would end there, and nothing of what it has done would be undone", nameOf(found), found.State, found.Step)); err != nil {
		return err
	}
	if err := sagas.Abandon(ctx, found.Ref, c.reason); err != nil {
		return err
	}
	_, err := fmt.Fprintf(c.stdout, "%s is over; evgen sagas show tells what it has done\n", nameOf(found))
	return err
}
