package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/resolve"
)

// exporting is one `evgen export`.
type exporting struct {
	*invocation
	report reporter
	out    string
	from   string
}

func exportCommand(inv *invocation) *cobra.Command {
	e := &exporting{invocation: inv, report: newReporter(inv)}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write all schemas into one file, to compare with later",
		Long: `Export writes the schemas of the module, its evgen.yaml and its evgen.lock into one
file that stands for itself: an artefact of a release, or what another team has.
evgen check --against FILE reads it, in any directory and without git. The file
has digests: what was cut short or changed by hand is refused.

--from exports another place: a commit, git's index, another directory.`,
		Example: `  evgen export -o shop-v3.json
  evgen export --from git:v1.2.0 -o shop-v1.2.json
  evgen export --from git:index | sha256sum`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return e.run(cmd.Context()) },
	}
	cmd.Flags().StringVarP(&e.out, "out", "o", "-", "write to `FILE`; - is standard output")
	cmd.Flags().StringVar(&e.from, "from", "", "export `PLACE`: a directory, git:REF, git:index (default the module)")
	return cmd
}

func (e *exporting) run(ctx context.Context) error {
	dir, err := e.workDir()
	if err != nil {
		return err
	}
	place, err := e.place(ctx, dir)
	if err != nil {
		return err
	}
	tree, err := place.Read(ctx, dirsOf)
	if err != nil {
		return err
	}
	if tree.IsEmpty() {
		return &noSchemasError{place.String(), tree.Dirs}
	}
	var rep diag.Report
	rep.Add(tree.Notes...)
	if err := resolveTree(tree, &rep); err != nil {
		return err
	}
	if err := e.report.print(&rep); err != nil {
		return err
	}
	if rep.HasErrors() {
		return errFindings
	}
	return e.write(dir, tree)
}

// place is what is exported.
func (e *exporting) place(ctx context.Context, dir string) (origin.Origin, error) {
	mod, err := gomod.Find(dir)
	switch {
	case err == nil && e.from == "":
		return origin.Directory(mod.Root), nil
	case err != nil && e.from == "":
		return nil, err
	case err != nil:
		mod.Root = dir // what it names may be a module all the same
	}
	return origin.Parse(ctx, e.from, origin.From{Dir: dir, Git: origin.NewGit(mod.Root, e.dir, os.Environ())})
}

func (e *exporting) write(dir string, tree *origin.Tree) error {
	text, err := origin.Export(tree)
	if err != nil {
		return err
	}
	if e.out == "-" {
		_, err = e.stdout.Write(text)
		return err
	}
	return replaceFile(e.resolve(dir, filepath.FromSlash(e.out)), text)
}

// resolveTree looks for faults in a tree: what is faulty would be of no use to who compares with it.
func resolveTree(tree *origin.Tree, rep *diag.Report) error {
	if _, err := config.Load(tree.FS, rep); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	docs, err := load.Load(tree.FS, tree.Dirs, rep)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if !rep.HasErrors() {
		resolve.Resolve(docs, rep)
	}
	return nil
}
