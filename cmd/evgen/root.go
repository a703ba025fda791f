package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/evgen/evgen/schema/diag"
)

// newRoot builds the command tree.
func newRoot(inv *invocation) *cobra.Command {
	root := &cobra.Command{
		Use:   "evgen",
		Short: "Typed Go from versioned events",
		Long: `evgen turns versioned events, declared in YAML, into typed Go, and proves that
every fact ever stored can still be read.

Exit status: 0 all is well, 1 findings (diagnostics, stale or unformatted
files), 2 evgen could not do its job.`,
		Example: `  evgen init                      start in an existing Go module
  evgen generate                  write the Go code
  evgen generate --check          fail when it is stale, for CI
  evgen evolve OrderPlaced        add the next version of an event
  evgen import jsonschema *.json  take over existing events`,
		Version:       readVersion().String(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          knownCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("{{.Version}}\n")
	root.SetArgs(inv.args)
	root.SetIn(inv.stdin)
	root.SetOut(inv.stdout)
	root.SetErr(inv.stderr)
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	addGlobalFlags(root, inv)
	root.AddCommand(
		initCommand(inv),
		generateCommand(inv),
		formatCommand(inv),
		evolveCommand(inv),
		checkCommand(inv),
		diffCommand(inv),
		lintCommand(inv),
		vetCommand(inv),
		graphCommand(inv),
		logCommand(inv),
		releaseCommand(inv),
		explainCommand(inv),
		importCommand(inv),
		exportCommand(inv),
		hookCommand(inv),
		storeCommand(inv),
		projectionsCommand(inv),
		deadlettersCommand(inv),
		sagasCommand(inv),
		subjectsCommand(inv),
		schemaCommand(inv),
		versionCommand(inv),
		completionCommand(),
	)
	return root
}

func addGlobalFlags(root *cobra.Command, inv *invocation) {
	inv.color = oneOf("auto", "always", "never")
	flags := root.PersistentFlags()
	flags.StringVarP(&inv.chdir, "chdir", "C", "", "work in `DIR` instead of the current directory")
	flags.Var(&inv.color, "color", "when to colour diagnostics; auto also honours NO_COLOR")
	mustComplete(root, "color", inv.color.complete)
}

// mustComplete registers the completion of a flag; it fails only for a flag that is not there, a bug.
func mustComplete(cmd *cobra.Command, flag string, f cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, f); err != nil {
		panic(err)
	}
}

// knownCommand refuses what is not the name of a command.
func knownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args[0])
}

func unknownCommand(parent *cobra.Command, name string) error {
	var names []string
	for _, c := range parent.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return fmt.Errorf("there is no command %q%s; see %s --help",
		strings.TrimPrefix(parent.CommandPath()+" "+name, "evgen "), diag.DidYouMean(name, names), parent.CommandPath())
}

// flagError says which flag is wrong and what was perhaps meant.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	name := unknown.GetSpecifiedName()
	if unknown.GetSpecifiedShortnames() != "" {
		return fmt.Errorf("there is no flag -%s; see %s --help", name, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return fmt.Errorf("there is no flag --%s%s; see %s --help", name, diag.DidYouMean("--"+name, known), cmd.CommandPath())
}

// helpCommand is `evgen help COMMAND`.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "Print the help of a command",
		Long:    "Help prints the help of a command; `evgen COMMAND --help` does the same.",
		Example: "  evgen help generate\n  evgen help import jsonschema",
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(target, args[len(args)-max(1, len(rest))])
			}
			return target.Help()
		},
	}
}

// noArgs refuses arguments of a command that takes none.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("%s takes no arguments, got %q; see %s --help", cmd.Name(), args[0], cmd.CommandPath())
}
