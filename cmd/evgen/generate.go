package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/fresh"
	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/schema/diag"
)

// generation is one `evgen generate`.
type generation struct {
	*invocation
	report  reporter
	check   bool
	watch   bool
	verbose bool
	noCache bool
	stubs   []string // files of the last run that a person has to complete
}

func generateCommand(inv *invocation) *cobra.Command {
	g := &generation{invocation: inv, report: newReporter(inv)}
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Write the Go code of all events",
		Long: `Generate reads the schema files of the module that the current directory
belongs to (schema/, or what evgen.yaml says) and writes typed Go (to events/, or
what evgen.yaml says).

Either everything is written or nothing: all files are rendered before the first
is replaced, and each is replaced atomically. Files that did not change keep
their modification time. Files that evgen wrote before and no longer needs are
removed; files that it did not write are never touched.

It can stand in any package of the module:  //go:generate go tool evgen generate

Exit status: 1 when the schemas have errors, or with --check when generated code
is stale; 2 when evgen could not do its job.`,
		Example: `  evgen generate
  evgen generate --check          print what is stale as a diff, write nothing
  evgen generate --watch          again whenever a schema changes
  evgen generate -C ../billing
  evgen generate --format json    diagnostics for programs`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return g.run(cmd) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&g.check, "check", false, "write nothing; print a diff and exit 1 when generated code is stale")
	flags.BoolVarP(&g.watch, "watch", "w", false, "generate again whenever schemas or evgen.yaml change, until Ctrl-C")
	flags.BoolVarP(&g.verbose, "verbose", "v", false, "list the files that change")
	flags.BoolVar(&g.noCache, "no-cache", false, "do not ask the cache whether anything has changed")
	g.report.addFlag(cmd)
	return cmd
}

func (g *generation) run(cmd *cobra.Command) error {
	if g.check && g.watch {
		return errors.New("--check and --watch do not go together: one ends, the other does not")
	}
	dir, err := g.workDir()
	if err != nil {
		return err
	}
	if g.watch {
		return g.keepUp(cmd.Context(), dir)
	}
	return g.once(cmd.Context(), dir)
}

// once brings generated code up to date, or with --check says how it is not.
func (g *generation) once(ctx context.Context, dir string) error {
	mod, err := gomod.Find(dir)
	if err != nil {
		return err
	}
	defer g.lock(mod.Root)()
	cache := fresh.Open(g.cacheDir(), mod.Root)
	if !g.noCache && cache.Fresh() {
		return firstError(g.print(&diag.Report{}, nil), g.finish(mod.Root, nil))
	}
	run := fresh.NewRun(mod.Root)
	changes, rep, err := g.changes(ctx, dir, run)
	if err := errors.Join(err, g.print(rep, changes)); err != nil {
		return err
	}
	if rep.HasErrors() {
		return g.giveUp(rep)
	}
	if err := g.finish(mod.Root, changes); err != nil {
		return err
	}
	if rep.Len() == 0 { // warnings must be seen again
		cache.Remember(run)
	}
	return nil
}

// changes compares what should be on disk with what is. It returns none when the report has errors.
func (g *generation) changes(ctx context.Context, dir string, run *fresh.Run) ([]output.Change, *diag.Report, error) {
	defer g.showProgress("generating")()
	rep := &diag.Report{}
	p, err := openProject(dir, rep)
	if err != nil || rep.HasErrors() {
		return nil, rep, err
	}
	files, rendered, err := p.render(ctx, g.git(p.Root), run, rep)
	if err != nil || rep.HasErrors() {
		return nil, rep, err
	}
	changes, err := p.compare(files, rendered, run)
	g.stubs = newStubs(rendered, changes)
	return changes, rep, err
}

// print shows what there is to say about the schemas. For programs, stale files are findings like others.
func (g *generation) print(rep *diag.Report, changes []output.Change) error {
	if g.check && !g.report.isText() {
		rep.Add(staleFiles(changes)...)
	}
	return g.report.print(rep)
}

// giveUp closes the list of faults, which may be long, for people.
func (g *generation) giveUp(rep *diag.Report) error {
	faults := 0
	for _, d := range rep.Sorted() {
		if d.Severity == diag.Error {
			faults++
		}
	}
	if g.report.isText() {
		fmt.Fprintf(g.stderr, "evgen: %d %s, nothing was written\n", faults, plural(faults, "error"))
	}
	return errFindings
}

// finish writes the changes, or with --check shows them.
func (g *generation) finish(root string, changes []output.Change) error {
	if g.check {
		return g.showStale(changes)
	}
	if err := writeUninterrupted(root, changes); err != nil {
		return err
	}
	return g.summarize(root, changes)
}
