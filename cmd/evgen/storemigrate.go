package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
)

// storeMigrating is one `evgen store migrate`.
type storeMigrating struct {
	*operation
	print, dryRun bool
	role          string
	partitions    int64
}

func storeMigrateCommand(o *operation) *cobra.Command {
	m := &storeMigrating{operation: o}
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Make the tables of a store, or bring them up to date",
		Long: `Migrate applies the steps that a store lacks, in one transaction, and says from
which level to which. A file that is missing is made. Other processes that migrate
at the same time wait. Running programs go on: a step never takes away what the
release before needs.

--print prints all steps as SQL and connects to nothing: for goose, atlas, or a
database administrator. Each step is applied once, in one transaction, and records
itself, so that a later migrate goes on behind it.`,
		Example: `  evgen store migrate --store postgres://owner@db/shop
  evgen store migrate --dry-run --store events.db
  evgen store migrate --role app --partitions 50000000
  evgen store migrate --print --store postgres://db/shop --schema shop_events`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return m.run(cmd.Context()) },
	}
	cmd.Flags().BoolVar(&m.print, "print", false, "print the SQL of all steps instead of applying it")
	cmd.Flags().BoolVar(&m.dryRun, "dry-run", false, "say what would be done; exit status 1 if anything")
	cmd.Flags().StringVar(&m.role, "role", "", "grant the existing role `NAME` what a program needs: to read and to append")
	cmd.Flags().Int64Var(&m.partitions, "partitions", 0, "the first time: store events by ranges of `N` positions")
	return cmd
}

func (m *storeMigrating) run(ctx context.Context) error {
	if m.print && m.dryRun {
		return errors.New("--print and --dry-run do not go together: --print connects to nothing")
	}
	at, err := m.target()
	if err != nil {
		return err
	}
	steps, err := at.Steps()
	if err != nil {
		return err
	}
	switch {
	case m.print:
		return m.printSteps(steps)
	case m.dryRun:
		return m.plan(ctx, at, steps)
	}
	from, to, err := at.Migrate(ctx)
	if err != nil {
		return err
	}
	if from == to {
		_, err = fmt.Fprintf(m.stdout, "%s is at level %d, the newest\n", at, to)
		return err
	}
	_, err = fmt.Fprintf(m.stdout, "%s went from level %d to %d\n", at, from, to)
	return err
}

func (m *storeMigrating) target() (operate.Place, error) {
	at, err := m.place()
	if err == nil && at.IsFile() && (m.role != "" || m.partitions != 0) {
		err = errors.New("--role and --partitions are for PostgreSQL")
	}
	return at.WithRole(m.role).WithPartitions(m.partitions), err
}

func (m *storeMigrating) printSteps(steps []operate.Step) error {
	for _, step := range steps {
		if _, err := fmt.Fprintf(m.stdout, "-- Step %d: %s\n\n%s\n", step.Level, step.Name, step.SQL); err != nil {
			return fmt.Errorf("print step %d: %w", step.Level, err)
		}
	}
	return nil
}

// plan says what a migration would do.
func (m *storeMigrating) plan(ctx context.Context, at operate.Place, steps []operate.Step) error {
	level, err := at.Level(ctx)
	if err != nil {
		return err
	}
	if level >= len(steps) {
		_, err := fmt.Fprintf(m.stdout, "%s is at level %d, the newest is %d: nothing to do\n", at, level, len(steps))
		return err
	}
	fmt.Fprintf(m.stdout, "%s would go from level %d to %d\n", at, level, len(steps))
	for _, step := range steps[level:] {
		fmt.Fprintf(m.stdout, "  step %d: %s\n", step.Level, step.Name)
	}
	return errFindings
}
