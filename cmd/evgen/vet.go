package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/cmd/evgen/internal/govet"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
)

// vetting is one `evgen vet`.
type vetting struct {
	*invocation
	report        reporter
	json          bool
	failOn        choice
	fix           bool
	baseline      string
	writeBaseline string
}

func vetCommand(inv *invocation) *cobra.Command {
	v := &vetting{invocation: inv, report: newReporter(inv), failOn: oneOf("error", "warning", "info")}
	cmd := &cobra.Command{
		Use:   "vet [PACKAGES]",
		Short: "Look for faults in the Go around generated code",
		Long: `Vet judges what people write around generated code: evolvers, upcasters,
projection handlers, reactions, consumers. It finds them by the generated types
that they implement, never by their names, and follows their calls through the
module and its dependencies: to a clock, a network, the order of a map. A finding
tells the shortest chain of calls.

Packages are named as for the go command, by default ./... It runs go vet with
evgen as its tool, so it needs the go command, and shares its cache;
go vet -vettool=$(which evgen) does the same. The standard vet is not replaced.

A comment lets a finding pass, //evgen:ignore RULE reason: on its line, on the
line above, or in the doc comment of the function. evgen explain RULE says what
a finding means.

Exit status: 1 when there are findings at or above --fail-on; 2 when packages
could not be judged, since they do not compile, or evgen could not do its job.`,
		Example: `  evgen vet
  evgen vet ./internal/...
  evgen vet --fix                 mend what can be mended safely
  evgen vet --format sarif > evgen.sarif
  evgen vet --write-baseline evgen.vet.json
  evgen vet --baseline evgen.vet.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args) },
	}
	v.report.addFlag(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&v.json, "json", false, "the same as --format json")
	flags.Var(&v.failOn, "fail-on", "exit 1 when a finding is at least this severe")
	mustComplete(cmd, "fail-on", v.failOn.complete)
	flags.BoolVar(&v.fix, "fix", false, "mend what can be mended safely, and say what was done")
	flags.StringVar(&v.baseline, "baseline", "", "pass over findings that `FILE` accepts")
	flags.StringVar(&v.writeBaseline, "write-baseline", "", "accept the findings of today: write them into `FILE`")
	return cmd
}

func (v *vetting) run(ctx context.Context, patterns []string) error {
	if err := v.coherent(); err != nil {
		return err
	}
	dir, err := v.workDir()
	if err != nil {
		return err
	}
	found, err := v.look(ctx, dir, patterns)
	if err == nil && v.fix {
		found, err = v.mend(ctx, dir, patterns, found)
	}
	switch {
	case found == nil:
		return err
	case err == nil && v.writeBaseline != "":
		return v.accept(dir, found)
	}
	findings, unread := v.accepted(dir, found.findings)
	if unread != nil {
		return unread
	}
	if printed := v.print(found, findings); printed != nil {
		return printed
	}
	if err != nil {
		return err // packages that were not judged weigh more than findings in others
	}
	return v.conclude(findings)
}

// coherent refuses flags that do not go together.
func (v *vetting) coherent() error {
	switch {
	case v.baseline != "" && v.writeBaseline != "":
		return errors.New("--baseline and --write-baseline do not go together: one reads what was accepted, the other starts anew")
	case v.fix && v.writeBaseline != "":
		return errors.New("--fix and --write-baseline do not go together; mend first, then accept what is left")
	case v.json && v.report.format.value != "text" && v.report.format.value != "json":
		return fmt.Errorf("--json and --format %s do not go together", v.report.format.value)
	case v.json:
		v.report.format.value = "json"
	}
	return nil
}

// look runs go vet. Beside an error of packages that do not compile there may be findings in others.
func (v *vetting) look(ctx context.Context, dir string, patterns []string) (*vetted, error) {
	tool, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the binary of evgen, for go vet to start: %w", err)
	}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	defer v.showProgress("vetting")()
	raw, err := govet.Command{Tool: tool, Dir: dir, Env: os.Environ()}.Run(ctx, patterns)
	if raw == nil && err != nil && !errors.As(err, new(*govet.Broken)) {
		return nil, err
	}
	return newVetted(dir, raw), v.complain(err)
}

// complain prints what go vet says of packages that do not compile, a line each.
func (v *vetting) complain(err error) error {
	var broken *govet.Broken
	if !errors.As(err, &broken) {
		return err
	}
	for _, line := range broken.Complaints {
		fmt.Fprintln(v.stderr, line)
	}
	return errors.New("some packages were not judged: they have to compile first")
}

// print writes findings in the form that was asked for.
func (v *vetting) print(found *vetted, findings []finding.Finding) error {
	printer, w := v.report.printer()
	switch v.report.format.value {
	case "sarif":
		printer = diag.SARIF{Version: readVersion().Version, Rules: analysis.Pages(), Fixes: found.offers}
	case "junit":
		printer = diag.JUnit{Rules: analysis.Pages()}
	}
	if err := printer.Print(w, finding.Diagnostics(findings)); err != nil {
		return err
	}
	if n := found.mendable(findings); n > 0 && !v.fix && v.report.isText() {
		fmt.Fprintf(v.stderr, "evgen: `evgen vet --fix` can mend %d %s\n", n, plural(n, "finding"))
	}
	return nil
}

// conclude decides the exit status.
func (v *vetting) conclude(findings []finding.Finding) error {
	least := map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}[v.failOn.value]
	for _, f := range findings {
		if f.Severity >= least {
			return errFindings
		}
	}
	return nil
}
