package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// evolution is one `evgen evolve`.
type evolution struct {
	*invocation
	report reporter
	dryRun bool
}

func evolveCommand(inv *invocation) *cobra.Command {
	e := &evolution{invocation: inv, report: newReporter(inv)}
	cmd := &cobra.Command{
		Use:   "evolve EVENT|TYPE",
		Short: "Add the next version of an event or a type",
		Long: `Evolve writes the next version of an event, or of a shared type, by copying the
last. Everything else in the file stays as it is, byte for byte. Edit the copy,
say under upcast: how older facts become new ones, and generate.

Once a type has a second version, each use of it has to name one. Evolve writes
that, too: what is released keeps to the old version; drafts, and versions that
evgen.lock does not hold yet, get the new one. Likewise, into: keeps to the old
version of an event.

A name that several packages have is written with its package: billing.Money.`,
		Example: `  evgen evolve OrderPlaced
  evgen evolve orders.OrderPlaced --dry-run`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("evolve needs the name of one event or type; see %s --help", cmd.CommandPath())
			}
			return nil
		},
		ValidArgsFunction: e.complete,
		RunE:              func(_ *cobra.Command, args []string) error { return e.run(args[0]) },
	}
	cmd.Flags().BoolVar(&e.dryRun, "dry-run", false, "print what would change as a diff, write nothing")
	e.report.addFlag(cmd)
	return cmd
}

func (e *evolution) run(name string) error {
	dir, err := e.workDir()
	if err != nil {
		return err
	}
	var rep diag.Report
	m, err := e.declarations(dir, &rep)
	if err != nil {
		return err
	}
	target, err := choose(m.declared, name)
	if err != nil && rep.HasErrors() { // it may stand in a file that cannot be read
		return firstError(e.report.print(&rep), errFindings)
	}
	if err != nil {
		return err
	}
	rep = diag.Report{}
	evolved := syntax.Evolve(target.file, target.name, &rep)
	if err := e.report.print(&rep); err != nil {
		return err
	}
	if evolved == nil {
		return errFindings
	}
	rewritten, err := m.pin(target, evolved)
	if err != nil {
		return err
	}
	return e.finish(m.root, target, rewritten)
}

// rewrite is a file with its new text.
type rewrite struct {
	file *source.File
	text []byte
	pins int // uses that name a version now
}

// finish writes the files, that of the declaration first, or shows what would be written.
func (e *evolution) finish(root string, target declaration, files []rewrite) error {
	for _, f := range files {
		name := f.file.Name
		if e.dryRun {
			if _, err := e.stdout.Write(diff.Diff("a/"+name, f.file.Bytes, "b/"+name, f.text)); err != nil {
				return fmt.Errorf("print the diff of %s: %w", name, err)
			}
			continue
		}
		if err := replaceUnchanged(root, f); err != nil {
			return err
		}
	}
	if e.dryRun || !e.report.isText() {
		return nil
	}
	return e.tell(target, files)
}

// replaceUnchanged writes a file, unless it is no longer the one that was read.
func replaceUnchanged(root string, f rewrite) error {
	name := filepath.Join(root, filepath.FromSlash(f.file.Name))
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("write %s: %w", f.file.Name, err)
	}
	if !bytes.Equal(text, f.file.Bytes) {
		return fmt.Errorf("write %s: it changed while evgen was at work; run evgen evolve again", f.file.Name)
	}
	return replaceFile(name, f.text)
}

func (e *evolution) tell(target declaration, files []rewrite) error {
	for _, f := range files {
		if f.pins > 0 {
			fmt.Fprintf(e.stdout, "%s: %d %s of %s %s now\n", f.file.Name, f.pins, plural(f.pins, "use"), target.name,
				map[bool]string{true: "names its version", false: "name their version"}[f.pins == 1])
		}
	}
	_, err := fmt.Fprintf(e.stdout, "%s: %s has version %d, a copy of %d; change it, then run `evgen generate`\n",
		target.file.Name, target.name, target.last+1, target.last)
	return err
}

// declaration is an event or type of the module, and where it stands.
type declaration struct {
	pkg, name string
	isType    bool
	last      int // number of its last version
	count     int // of its versions
	file      *source.File
}

// declared is all that the schema files of a module declare.
type declared struct {
	root     string
	files    []*source.File
	declared []declaration
}

// declarations lists the events and types of all schema files. Files that cannot be read as YAML go to rep.
func (e *evolution) declarations(dir string, rep *diag.Report) (declared, error) {
	p, err := openProject(dir, rep)
	if err != nil || rep.HasErrors() {
		return declared{}, err
	}
	m := declared{root: p.Root}
	m.files, err = p.sources(rep)
	for _, f := range m.files {
		var faults diag.Report
		if doc := syntax.Parse(f, &faults); doc != nil {
			m.declared = append(m.declared, declarationsOf(doc)...)
		} else {
			rep.Add(faults.Sorted()...)
		}
	}
	return m, err
}

func declarationsOf(doc *syntax.Document) []declaration {
	var out []declaration
	for _, e := range doc.Events {
		last := 0
		for _, v := range e.Versions {
			last = max(last, v.Number)
		}
		out = append(out, declaration{doc.Package.Value, e.Name.Value, false, last, len(e.Versions), doc.File})
	}
	for _, t := range doc.Types {
		last := 0
		for _, v := range t.Versions {
			last = max(last, v.Number)
		}
		out = append(out, declaration{doc.Package.Value, t.Name.Value, true, last, len(t.Versions), doc.File})
	}
	return out
}

// choose returns the only declaration of a name, which may be written with its package.
func choose(all []declaration, name string) (declaration, error) {
	var found, names []string
	var chosen declaration
	for _, d := range all {
		qualified := d.pkg + "." + d.name
		names = append(names, d.name, qualified)
		if name == d.name || name == qualified {
			chosen = d
			found = append(found, qualified+" in "+d.file.Name)
		}
	}
	switch len(found) {
	case 0:
		return chosen, fmt.Errorf("no event or type is named %q%s", name, diag.DidYouMean(name, names))
	case 1:
		return chosen, nil
	default:
		return chosen, fmt.Errorf("%q could be %s; write the package with it", name, strings.Join(found, " or "))
	}
}

// complete offers the names of events and types to shells.
func (e *evolution) complete(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	dir, err := e.workDir()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	m, err := e.declarations(dir, &diag.Report{})
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, d := range m.declared {
		names = append(names, d.name)
	}
	slices.Sort(names)
	return slices.Compact(names), cobra.ShellCompDirectiveNoFileComp
}
