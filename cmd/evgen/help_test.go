package main

import (
	"io"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// everyCommand calls f for the root and all commands below.
func everyCommand(t *testing.T, f func(*testing.T, *cobra.Command)) {
	t.Helper()
	root := newRoot(&invocation{process: process{stdout: io.Discard, stderr: io.Discard}})
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		t.Run(cmd.CommandPath(), func(t *testing.T) { f(t, cmd) })
		for _, below := range cmd.Commands() {
			visit(below)
		}
	}
	visit(root)
}

func TestEveryCommandHasHelpWithExamples(t *testing.T) {
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		if cmd.Short == "" || cmd.Long == "" || cmd.Example == "" {
			t.Error("help lacks a summary, an explanation or examples")
		}
		for _, line := range strings.Split(cmd.Long, "\n") {
			if len(line) > 84 {
				t.Errorf("line too long for a terminal: %q", line)
			}
		}
	})
}

func TestEveryExampleNamesCommandsAndFlagsThatExist(t *testing.T) {
	everyCommand(t, func(t *testing.T, cmd *cobra.Command) {
		for _, line := range strings.Split(cmd.Example, "\n") {
			_, call, isEvgen := strings.Cut(line, "evgen ")
			if !isEvgen {
				continue
			}
			call, _, _ = strings.Cut(call, "   ")
			call = strings.TrimRight(call, ")")
			target, rest, err := cmd.Root().Find(strings.Fields(call))
			if err != nil || target == cmd.Root() && !strings.HasPrefix(call, "--") {
				t.Errorf("%q names no command", line)
				continue
			}
			for _, word := range rest {
				if name, isFlag := strings.CutPrefix(word, "--"); isFlag && name != "version" && target.Flag(name) == nil {
					t.Errorf("%q uses --%s, which %s does not have", line, name, target.CommandPath())
				}
			}
		}
	})
}
