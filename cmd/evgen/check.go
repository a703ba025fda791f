package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
)

// checking is one `evgen check`.
type checking struct {
	comparison
	report        reporter
	failOn        choice
	fix           bool
	verbose       bool
	baseline      string
	writeBaseline string
}

func newChecking(inv *invocation) *checking {
	return &checking{comparison: comparison{invocation: inv}, report: newReporter(inv), failOn: oneOf("error", "warning", "info")}
}

func checkCommand(inv *invocation) *cobra.Command {
	c := newChecking(inv)
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say who breaks by what changed in the schemas",
		Long: `Check compares the schemas of the module with what was released, evgen.lock, or
with another place, and says for each event whether stored facts can still be
read (backward) and whether consumers that are behind can read new ones
(forward). It also looks for anti-patterns of event design.

--against takes a module or a directory of schema files, a file that evgen export
wrote, or a commit: git:main, git:HEAD~3, git:merge-base (where the branch left
the default branch). --staged takes today's schemas, settings and lock out of
git's index: what will be committed, whatever the files on disk say; of files that
the commit does not touch it shows errors only, unless -v is given.

Findings can be suppressed by a comment, # evgen:ignore RULE reason until DATE,
or in evgen.yaml. evgen explain RULE says what a finding means.

Exit status: 1 when there are findings at or above --fail-on; 2 when evgen could
not do its job.`,
		Example: `  evgen check
  evgen check --against git:merge-base --format github
  evgen check --against ../shop-v1
  evgen check --staged            what a commit would bring, for a hook
  evgen check --fix               mend what can be mended safely
  evgen check --write-baseline evgen.baseline.json
  evgen check --baseline evgen.baseline.json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context()) },
	}
	c.addPlaces(cmd)
	c.addFlags(cmd)
	cmd.Flags().BoolVar(&c.fix, "fix", false, "mend what can be mended safely, and say what was done")
	return cmd
}

// addFlags adds the flags that check and lint share.
func (c *checking) addFlags(cmd *cobra.Command) {
	c.report.addFlag(cmd)
	flags := cmd.Flags()
	flags.Var(&c.failOn, "fail-on", "exit 1 when a finding is at least this severe")
	mustComplete(cmd, "fail-on", c.failOn.complete)
	flags.BoolVarP(&c.verbose, "verbose", "v", false, "print findings that are worth a look at most, too")
	flags.StringVar(&c.baseline, "baseline", "", "pass over findings that `FILE` accepts")
	flags.StringVar(&c.writeBaseline, "write-baseline", "", "accept the findings of today: write them into `FILE`")
}

// addPlaces adds the flags that say what is compared.
func (c *comparison) addPlaces(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.against, "against", "", "compare with `PLACE`: a directory, an export file, git:REF or git:merge-base (default evgen.lock)")
	c.addToday(cmd)
}

// addToday adds the flags that say where today's schemas are.
func (c *comparison) addToday(cmd *cobra.Command) {
	cmd.Flags().StringVar(&c.schemas, "schemas", "", "take today's schemas from `DIR` instead of the module")
	cmd.Flags().BoolVar(&c.staged, "staged", false, "take today's schemas from git's index")
}

func (c *checking) run(ctx context.Context) error {
	if err := c.coherent(); err != nil {
		return err
	}
	found, err := c.look(ctx)
	if err != nil {
		return err
	}
	if c.fix {
		if found, err = c.mend(ctx, found); err != nil {
			return err
		}
	}
	if c.writeBaseline != "" {
		return c.accept(found)
	}
	if err := c.print(found); err != nil {
		return err
	}
	return c.conclude(found)
}

// coherent refuses flags that do not go together.
func (c *checking) coherent() error {
	if c.baseline != "" && c.writeBaseline != "" {
		return errors.New("--baseline and --write-baseline do not go together: one reads what was accepted, the other starts anew")
	}
	return c.mendable()
}

// look reads both sides and judges them.
func (c *checking) look(ctx context.Context) (*verdict, error) {
	defer c.showProgress("checking")()
	both, err := c.read(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.comparable(both); err != nil {
		return nil, err
	}
	found, err := judge(both)
	if err != nil {
		return nil, err
	}
	c.missLost(ctx, found)
	if err := c.applyBaseline(found); err != nil || !c.staged || c.verbose {
		return found, err
	}
	return found, c.onlyStaged(ctx, found)
}

// comparable refuses an old side that cannot be read, and shows why.
func (c *comparison) comparable(s *sides) error {
	if s.then == nil || s.then.model != nil {
		return nil
	}
	printer := diag.Text{Palette: c.palette(c.stderr)}
	if err := printer.Print(c.stderr, s.then.faults()); err != nil {
		return err
	}
	return fmt.Errorf("compare with %s: its schemas have faults", s.what)
}

// conclude decides the exit status.
func (c *checking) conclude(found *verdict) error {
	least := map[string]diag.Severity{"error": diag.Error, "warning": diag.Warning, "info": diag.Info}[c.failOn.value]
	for _, f := range found.findings {
		if f.Severity >= least {
			return errFindings
		}
	}
	return nil
}
