package main

import (
	_ "embed" // the schema of what check says
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/syntax"
)

// checkSchema is the JSON Schema of `evgen check --format json`; docs/check-json.md says the same in words.
//
//go:embed check.schema.json
var checkSchema []byte

func schemaCommand(inv *invocation) *cobra.Command {
	var settings, output bool
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of schema files, for editors",
		Long: `Schema prints the JSON Schema that schema files follow, so that editors complete
and check them. Editors with yaml-language-server find it through a first line:

  # yaml-language-server: $schema=../evgen.schema.json

With --config it is that of evgen.yaml; with --check, that of what evgen check
--format json prints, for programs that read it.`,
		Example: `  evgen schema > evgen.schema.json
  evgen schema --config > evgen.config.schema.json
  evgen schema --check > evgen.check.schema.json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			text := syntax.JSONSchema()
			switch {
			case settings:
				text = syntax.ConfigJSONSchema()
			case output:
				text = checkSchema
			}
			_, err := fmt.Fprintf(inv.stdout, "%s\n", trimNewline(text))
			return err
		},
	}
	cmd.Flags().BoolVar(&settings, "config", false, "print that of evgen.yaml instead")
	cmd.Flags().BoolVar(&output, "check", false, "print that of the output of check --format json instead")
	cmd.MarkFlagsMutuallyExclusive("config", "check")
	return cmd
}

func trimNewline(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\n' {
		b = b[:len(b)-1]
	}
	return b
}
