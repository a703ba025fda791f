package main

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
)

// reporter prints diagnostics in the form that was asked for: text for people on standard error, all others, for
// programs, on standard output.
type reporter struct {
	*invocation
	format choice
}

func newReporter(inv *invocation) reporter {
	return reporter{invocation: inv, format: oneOf("text", "json", "github", "sarif", "junit", "markdown")}
}

func (r *reporter) addFlag(cmd *cobra.Command) {
	cmd.Flags().Var(&r.format, "format", "`FORM` of diagnostics: text, json, github, sarif, junit or markdown; all but text go to standard output")
	mustComplete(cmd, "format", r.format.complete)
}

// isText reports whether people read the diagnostics. Otherwise standard output is theirs alone.
func (r *reporter) isText() bool { return r.format.value == "text" }

// print writes the report; forms for programs also when there is nothing to report.
func (r *reporter) print(rep *diag.Report) error {
	printer, w := r.printer()
	return printer.Print(w, rep.Sorted())
}

func (r *reporter) printer() (diag.Printer, io.Writer) {
	forPrograms := map[string]diag.Printer{
		"json":     diag.JSON{},
		"github":   diag.GitHub{},
		"sarif":    diag.SARIF{Version: readVersion().Version},
		"junit":    diag.JUnit{},
		"markdown": diag.Markdown{},
	}
	if printer, ok := forPrograms[r.format.value]; ok {
		return printer, r.stdout
	}
	return diag.Text{Palette: r.palette(r.stderr)}, r.stderr
}
