package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
	"github.com/evgen/evgen/runtime/saga"
)

// sagaPruning is one `evgen sagas prune`.
type sagaPruning struct {
	destroying
	saga      string
	states    []string
	olderThan time.Duration
	dryRun    bool
}

func sagasPruneCommand(m *modeling) *cobra.Command {
	p := &sagaPruning{destroying: destroying{modeling: m}}
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Forget sagas that ended long ago",
		Long: `Prune deletes sagas that are over, with their step ledgers and the events that were
kept for them, some hundreds in a transaction, beside running services. Those in
compensation_failed wait for a decision: they go only if --state names them.

Nothing of a saga is left then: a new start event of its key begins it again, under
the keys of the former one's steps. Choose a time after which no second start event
comes. Start events that were read before begin nothing.

It says what would go and asks; without a terminal it needs --yes. Broken off, it is
run again.

Exit status: 1 with --dry-run when something would go; 2 when evgen could not do its
job.`,
		Example: `  evgen sagas prune --older-than 720h --dry-run --store postgres://owner@db/shop
  evgen sagas prune --older-than 8760h --saga onboarding --state compensated --yes`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.withSagas(cmd.Context(), p.saga, p.run) },
	}
	p.addFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&p.saga, "saga", "", "only sagas of this `NAME`, such as onboarding")
	flags.StringSliceVar(&p.states, "state", []string{string(saga.Completed), string(saga.Compensated)}, "`STATES` in which they ended")
	flags.DurationVar(&p.olderThan, "older-than", 0, "how long ago they ended, such as 720h")
	flags.BoolVar(&p.dryRun, "dry-run", false, "say what would go and delete nothing")
	_ = cmd.MarkFlagRequired("older-than")
	return cmd
}

func (p *sagaPruning) run(ctx context.Context, sagas *operate.Sagas) error {
	chosen := saga.Pruning{Saga: p.saga, OlderThan: p.olderThan}
	for _, s := range p.states {
		chosen.States = append(chosen.States, saga.State(s))
	}
	found, err := saga.Prunable(ctx, sagas, chosen)
	if err != nil {
		return err
	}
	if err := p.show(found); err != nil || len(found) == 0 {
		return err
	}
	if p.dryRun {
		return errFindings
	}
	if err := p.confirm("this deletes these sagas: a new start event of the same key begins one again"); err != nil {
		return err
	}
	n, err := saga.Prune(ctx, sagas, chosen)
	fmt.Fprintf(p.stdout, "%s sagas are gone\n", table.Number(n))
	return err
}

func (p *sagaPruning) show(found []saga.Count) error {
	if len(found) == 0 {
		_, err := fmt.Fprintf(p.stdout, "no saga that is %s ended more than %s ago\n", strings.Join(p.states, " or "), p.olderThan)
		return err
	}
	rows := p.table(table.Column{Title: "saga", Cut: true}, table.Column{Title: "state"}, table.Column{Title: "sagas", Right: true})
	for _, c := range found {
		rows.Add(c.Saga, string(c.State), table.Number(c.Sagas))
	}
	return rows.Flush(p.stdout)
}
