package main

import (
	"github.com/spf13/cobra"
)

func importCommand(inv *invocation) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FORMAT",
		Short: "Take over events that are declared elsewhere",
		Long: `Import turns the schemas of other systems into schema files of evgen, and says what
it could not keep.`,
		Example: "  evgen import jsonschema events/*.json",
		Args:    knownCommand,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(importJSONSchemaCommand(inv))
	return cmd
}
