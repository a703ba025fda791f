package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/examples/memory/page"
)

// app is what the commands share.
type app struct {
	surroundings
	store string
}

func newRoot(s surroundings) *cobra.Command {
	a := &app{surroundings: s}
	root := &cobra.Command{
		Use:   "memory",
		Short: "Remember things, and how they came to be known",
		Long: `Memory keeps what it is told as events, in one SQLite file or in PostgreSQL.
Nothing is ever overwritten: what it knows is folded from the events, as of now
or of any moment before. Any number of processes may use a store at once.

Lists and searches read tables that follow the events: each command brings them
up to date by itself, unless memory project does that all the time.

An ID may be cut to any length that is unambiguous.

Exit status: 0 done, 1 not there or not possible, or a promise of memory system
was broken, 2 wrong arguments or a store that cannot be used.`,
		Example: `  memory demo
  memory remember "Ada likes tea." --source conversation
  memory recall tea
  memory show 3f2a --as-of 2026-01-31`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	root.PersistentFlags().StringVarP(&a.store, "store", "s", "", "keep memories in `STORE`, a file or postgres://..., instead of $"+storeVariable+" or "+a.defaultFile())
	root.AddCommand(
		a.rememberCommand(),
		a.rewordCommand(),
		a.recallCommand(),
		a.listCommand(),
		a.showCommand(),
		a.historyCommand(),
		a.consolidateCommand(),
		a.forgetCommand(),
		a.projectCommand(),
		a.demoCommand(),
		a.systemCommand(),
		a.embedderCommand(),
	)
	return root
}

// arguments checks the number of arguments and says what is expected; most < 0 is no bound.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || most >= 0 && len(args) > most {
			return fmt.Errorf("wrong number of arguments: memory %s; see %s --help", cmd.Use, cmd.CommandPath())
		}
		return nil
	}
}

// page prints on standard output.
func (a *app) page() *page.Page {
	return page.New(a.out, a.palette(), a.zone)
}
