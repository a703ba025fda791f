package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
)

func completionCommand() *cobra.Command {
	scripts := completionScripts()
	shells := slices.Sorted(maps.Keys(scripts))
	return &cobra.Command{
		Use:   "completion " + strings.Join(shells, "|"),
		Short: "Print a completion script for a shell",
		Long: `Completion prints a script that teaches a shell evgen's commands and flags, and the
names of your events.`,
		Example: `  source <(evgen completion bash)
  evgen completion zsh > "${fpath[1]}/_evgen"
  evgen completion fish > ~/.config/fish/completions/evgen.fish
  evgen completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("completion needs one shell: %s", strings.Join(shells, ", "))
			}
			if scripts[args[0]] == nil {
				return fmt.Errorf("there is no completion for %q%s; it is one of %s", args[0], diag.DidYouMean(args[0], shells), strings.Join(shells, ", "))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return scripts[args[0]](cmd.Root(), cmd.OutOrStdout())
		},
	}
}

// completionScripts are the writers of scripts, by shell.
func completionScripts() map[string]func(*cobra.Command, io.Writer) error {
	return map[string]func(*cobra.Command, io.Writer) error{
		"bash":       func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":        func(root *cobra.Command, w io.Writer) error { return root.GenZshCompletion(w) },
		"fish":       func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": func(root *cobra.Command, w io.Writer) error { return root.GenPowerShellCompletionWithDesc(w) },
	}
}
