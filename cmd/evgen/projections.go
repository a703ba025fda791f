package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/operate"
)

// modeling is what commands on read models share.
type modeling struct {
	*operation
	models string // DSN; "" for that of the store
	tables string // schema of the tables
}

func projectionsCommand(inv *invocation) *cobra.Command {
	m := &modeling{operation: &operation{invocation: inv}}
	cmd := &cobra.Command{
		Use:   "projections",
		Short: "Look at read models, and look after them",
		Long: `Projections works on the read models that services keep in the database of the
store, or in that of --models (EVGEN_MODELS). Services do the work: a command notes
what is wanted in the ledger, beside the checkpoints, and running services take it
up within about a second.

A projection has versions. One is live: readers see it. Another one may be building,
beside it, until it is swapped in; the one before stands by for a swap back.`,
		Example: `  evgen projections list --store postgres://app@db/shop
  evgen projections rebuild memory_list
  evgen projections swap memory_list
  evgen projections lag --watch`,
		Args: knownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	m.addModels(cmd)
	cmd.AddCommand(
		projectionsListCommand(m),
		projectionsLagCommand(m),
		projectionsRebuildCommand(m),
		projectionsSwapCommand(m),
		projectionsDiffCommand(m),
		projectionsResetCommand(m),
		projectionsRestartCommand(m),
		projectionsRetireCommand(m),
	)
	return cmd
}

// addModels adds the flags of all commands below cmd.
func (m *modeling) addModels(cmd *cobra.Command) {
	m.addStore(cmd)
	flags := cmd.PersistentFlags()
	flags.StringVar(&m.models, "models", "", "`DSN` or path of the read models (default $EVGEN_MODELS, or the store)")
	flags.StringVar(&m.tables, "tables", "", "`NAME` of the schema of their tables in PostgreSQL (default public)")
}

// withModels opens the read models for f.
func (m *modeling) withModels(ctx context.Context, f func(context.Context, *operate.Models) error) error {
	at, err := m.modelsPlace()
	if err != nil {
		return err
	}
	models, err := at.OpenModels(ctx, m.tables)
	if err != nil {
		return err
	}
	return errors.Join(f(ctx, models), models.Close())
}

// withBoth opens the store, too.
func (m *modeling) withBoth(ctx context.Context, f func(context.Context, operate.Store, *operate.Models) error) error {
	return m.withStore(ctx, func(ctx context.Context, store operate.Store) error {
		return m.withModels(ctx, func(ctx context.Context, models *operate.Models) error { return f(ctx, store, models) })
	})
}

// withModelsAndMaybeStore is withBoth for what can do without a store: that is nil if
// none was named, as where a service that only consumes keeps what it knows.
func (m *modeling) withModelsAndMaybeStore(ctx context.Context, f func(context.Context, operate.Store, *operate.Models) error) error {
	if _, err := m.place(); errors.Is(err, operate.ErrNoPlace) {
		return m.withModels(ctx, func(ctx context.Context, models *operate.Models) error { return f(ctx, nil, models) })
	}
	return m.withBoth(ctx, f)
}

func (m *modeling) modelsPlace() (operate.Place, error) {
	text := m.models
	if text == "" {
		text = m.env("EVGEN_MODELS")
	}
	if text == "" {
		return m.place()
	}
	dir, err := m.workDir()
	if err != nil {
		return operate.Place{}, err
	}
	return operate.Parse(text, m.schema, dir)
}

// destroying is a command that asks before it does what cannot be undone.
type destroying struct {
	*modeling
	yes bool
}

func (d *destroying) addFlag(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&d.yes, "yes", "y", false, "do not ask")
}

// confirm says what would be lost, and asks on a terminal whether to go on. Elsewhere --yes must have been said.
func (d *destroying) confirm(lost string) error {
	if d.yes {
		return nil
	}
	if in, ok := d.stdin.(*os.File); !ok || !isTerminal(in) || !isTerminal(d.stderr) {
		return fmt.Errorf("%s; say --yes if that is meant", lost)
	}
	fmt.Fprintf(d.stderr, "%s. Go on? [y/N] ", lost)
	answer, err := bufio.NewReader(d.stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer: %w", err)
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return errors.New("nothing was done")
	}
	return nil
}
