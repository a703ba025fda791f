package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/syntax"
)

func schemaCommand(inv *invocation) *cobra.Command {
	var settings bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of schema files, for editors",
		Long: `Schema prints the JSON Schema that schema files follow, so that editors complete
and check them. Editors with yaml-language-server find it through a first line:

  # yaml-language-server: $schema=../evgen.schema.json`,
		Example: `  evgen schema > evgen.schema.json
  evgen schema --config > evgen.config.schema.json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			text := syntax.JSONSchema()
			if settings {
				text = syntax.ConfigJSONSchema()
			}
			_, err := fmt.Fprintf(inv.stdout, "%s\n", trimNewline(text))
			return err
		},
	}
	cmd.Flags().BoolVar(&settings, "config", false, "print that of evgen.yaml instead")
	return cmd
}

func trimNewline(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	return b
}
