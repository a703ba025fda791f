package main

import (
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
)

// reporter prints diagnostics in the form that was asked for: text for people on standard error, JSON for programs on
// standard output.
type reporter struct {
	*invocation
	format choice
}

func newReporter(inv *invocation) reporter {
	return reporter{invocation: inv, format: oneOf("text", "json")}
}

func (r *reporter) addFlag(cmd *cobra.Command) {
	cmd.Flags().Var(&r.format, "format", "form of diagnostics; json goes to standard output")
	mustComplete(cmd, "format", r.format.complete)
}

func (r *reporter) isJSON() bool { return r.format.value == "json" }

// print writes the report. JSON is written also when there is nothing to report.
func (r *reporter) print(rep *diag.Report) error {
	if r.isJSON() {
		return diag.JSON{}.Print(r.stdout, rep.Sorted())
	}
	return diag.Text{Palette: r.palette(r.stderr)}.Print(r.stderr, rep.Sorted())
}
