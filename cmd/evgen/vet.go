package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

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
	short         map[string]*bool // forms that have a flag of their own
	failOn        choice
	fix           bool
	baseline      string
	writeBaseline string
}

func vetCommand(inv *invocation) *cobra.Command {
	v := &vetting{invocation: inv, report: newReporter(inv), short: map[string]*bool{}, failOn: oneOf("error", "warning", "info")}
	cmd := &cobra.Command{
		Use:   "vet [PACKAGES]",
		Short: "Look for faults in the Go around generated code",
		Long: `Vet judges what people write around generated code: evolvers, upcasters,
projection handlers, reactions, consumers, the steps of sagas. It finds them by
the generated types that they implement, never by their names, and follows their
calls through the module and its dependencies: to a clock, a network, the order
of a map. A finding tells the shortest chain of calls.

Packages are named as for the go command, by default ./... It runs go vet with
evgen as its tool, so it needs the go command, and shares its cache;
go vet -vettool=$(which evgen) does the same. The standard vet is not replaced.

A comment lets a finding pass, //evgen:ignore RULE reason: on its line, on the
line above, or in the doc comment of the function. evgen explain RULE says what
a finding means.

Exit status: 1 when there are findings at or above --fail-on; 2 when packages
could not be judged, since they do not compile or are not there, or evgen could
not do its job. What can be judged is judged all the same.`,
		Example: `  evgen vet
  evgen vet ./internal/...
  evgen vet --fix                 mend what can be mended safely
  evgen vet --sarif > evgen.sarif
  evgen vet --write-baseline evgen.vet.json
  evgen vet --baseline evgen.vet.json`,
		RunE: func(cmd *cobra.Command, args []string) error { return v.run(cmd.Context(), args) },
	}
	v.report.addFlag(cmd)
	flags := cmd.Flags()
	for _, form := range shortForms {
		v.short[form] = flags.Bool(form, false, "the same as --format "+form)
	}
	flags.Var(&v.failOn, "fail-on", "exit 1 when a finding is at least this severe")
	mustComplete(cmd, "fail-on", v.failOn.complete)
	flags.BoolVar(&v.fix, "fix", false, "mend what can be mended safely, and say what was done")
	flags.StringVar(&v.baseline, "baseline", "", "pass over findings that `FILE` accepts")
	flags.StringVar(&v.writeBaseline, "write-baseline", "", "accept the findings of today: write them into `FILE`")
	return cmd
}

// shortForms are the forms of findings that scripts ask for most.
var shortForms = []string{"json", "sarif", "github"}

func (v *vetting) run(ctx context.Context, patterns []string) error {
	if err := v.coherent(); err != nil {
		return err
	}
	dir, err := v.workDir()
	if err != nil {
		return err
	}
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	found, err := v.look(ctx, dir, patterns)
	if err == nil && v.fix && found.isWhole() {
		found, err = v.mend(ctx, found)
	}
	switch {
	case err != nil:
		return err
	case v.writeBaseline != "" && found.isWhole():
		return v.accept(dir, found)
	}
	findings, err := v.accepted(ctx, found)
	if err == nil {
		err = v.print(found, findings)
	}
	switch {
	case err != nil:
		return err
	case !found.isWhole(): // weighs more than findings in others
		return found.unjudged()
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
	}
	for _, form := range shortForms {
		if !*v.short[form] {
			continue
		}
		if other := v.report.format.value; other != "text" && other != form {
			return fmt.Errorf("--%s and --format %s do not go together", form, other)
		}
		v.report.format.value = form
	}
	return nil
}

// look runs go vet, and prints what that has to say of packages that cannot be judged.
func (v *vetting) look(ctx context.Context, dir string, patterns []string) (*vetted, error) {
	tool, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find the binary of evgen, for go vet to start: %w", err)
	}
	command := govet.Command{Tool: tool, Dir: dir, Env: os.Environ()}
	result, err := v.vet(ctx, command, patterns)
	if err != nil {
		return nil, err
	}
	for _, line := range result.Said {
		fmt.Fprintln(v.stderr, line)
	}
	for _, n := range result.NotJudged {
		fmt.Fprintf(v.stderr, "%s: %s\n", n.Package, n.Reason)
	}
	return newVetted(command, patterns, v.base(dir), result), nil
}

func (v *vetting) vet(ctx context.Context, command govet.Command, patterns []string) (*govet.Result, error) {
	defer v.showProgress("vetting")()
	return command.Run(ctx, patterns)
}

// base is the directory to which names of files are relative: for people the one that they are in, for services that put
// findings beside the code the root of the repository.
func (v *vetting) base(dir string) string {
	if form := v.report.format.value; form != "sarif" && form != "github" {
		return dir
	}
	for root := dir; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, ".git")); err == nil {
			return root
		}
		if root == filepath.Dir(root) {
			return dir
		}
	}
}

// print writes findings in the form that was asked for.
func (v *vetting) print(found *vetted, findings []finding.Finding) error {
	printer, w := v.report.printer()
	switch v.report.format.value {
	case "json":
		printer = diag.JSON{NotJudged: found.notJudged()}
	case "sarif":
		printer = diag.SARIF{Version: readVersion().Version, Rules: analysis.Pages(), Fixes: found.offers, NotJudged: found.notJudged()}
	case "junit":
		printer = diag.JUnit{Rules: analysis.Pages()}
	}
	if err := printer.Print(w, append(finding.Diagnostics(findings), v.omissions(found)...)); err != nil {
		return err
	}
	if n := found.mendable(findings); n > 0 && !v.fix && v.report.isText() {
		fmt.Fprintf(v.stderr, "evgen: `evgen vet --fix` can mend %d %s\n", n, plural(n, "finding"))
	}
	return nil
}

// omissions are the packages that were not judged, for forms that have no other place for them: an empty page would say
// that all is well. People are told by lines of their own.
func (v *vetting) omissions(found *vetted) []diag.Diagnostic {
	var out []diag.Diagnostic
	switch v.report.format.value {
	case "github", "junit", "markdown":
		for _, n := range found.omitted {
			out = append(out, diag.Diagnostic{Rule: "not-judged", Severity: diag.Error, Message: n.Package + " was not judged: " + n.Reason})
		}
	}
	return out
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
