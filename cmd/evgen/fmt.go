package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// formatting is one `evgen fmt`.
type formatting struct {
	*invocation
	report reporter
	check  bool
	diff   bool
}

func formatCommand(inv *invocation) *cobra.Command {
	f := &formatting{invocation: inv, report: newReporter(inv)}
	cmd := &cobra.Command{
		Use:   "fmt [FILE|DIR|-]...",
		Short: "Format schema files",
		Long: `Fmt brings schema files into the one form: indentation, spacing and quoting. It
keeps comments and the order in which things are declared. Without arguments it
formats all schema files of the module; - formats standard input to standard output.

It prints the names of the files that it changes. A file that cannot be read as a
schema is left as it is.

Exit status: 1 when a file has syntax errors, or with --check or --diff when one is
not formatted; 2 when evgen could not do its job.`,
		Example: `  evgen fmt
  evgen fmt --check               for CI
  evgen fmt --diff schema/billing
  evgen fmt - < draft.yaml`,
		RunE: func(_ *cobra.Command, args []string) error { return f.run(args) },
	}
	cmd.Flags().BoolVar(&f.check, "check", false, "write nothing; list the files that are not formatted, exit 1 if there are any")
	cmd.Flags().BoolVarP(&f.diff, "diff", "d", false, "write nothing; print what would change, exit 1 if anything would")
	f.report.addFlag(cmd)
	return cmd
}

func (f *formatting) run(args []string) error {
	dir, err := f.workDir()
	if err != nil {
		return err
	}
	if slices.Equal(args, []string{"-"}) {
		return f.stdinToStdout()
	}
	names, err := f.names(dir, args)
	if err != nil {
		return err
	}
	var rep diag.Report
	unformatted := 0
	for _, name := range names {
		changed, err := f.file(dir, name, &rep)
		if err != nil {
			return err
		}
		if changed {
			unformatted++
		}
	}
	if err := f.report.print(&rep); err != nil {
		return err
	}
	if rep.HasErrors() || unformatted > 0 && (f.check || f.diff) {
		return errFindings
	}
	return nil
}

// names lists the files that the arguments stand for, in full and sorted.
func (f *formatting) names(dir string, args []string) ([]string, error) {
	if len(args) == 0 {
		return f.moduleFiles(dir)
	}
	var names []string
	for _, arg := range args {
		if arg == "-" {
			return nil, fmt.Errorf("- formats standard input and goes with no other file")
		}
		found, err := schemaFilesOf(f.resolve(dir, arg))
		if err != nil {
			return nil, fmt.Errorf("format %s: %w", arg, err)
		}
		names = append(names, found...)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// moduleFiles lists all schema files of the module.
func (f *formatting) moduleFiles(dir string) ([]string, error) {
	var rep diag.Report
	p, err := openProject(dir, &rep)
	if err != nil {
		return nil, err
	}
	if rep.HasErrors() {
		return nil, firstError(f.report.print(&rep), errFindings)
	}
	files, err := p.sources(&rep)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(files))
	for i, file := range files {
		names[i] = filepath.Join(p.Root, filepath.FromSlash(file.Name))
	}
	return names, nil
}

// schemaFilesOf is the schema files below a directory, or a file itself, whatever its name.
func schemaFilesOf(full string) ([]string, error) {
	info, err := os.Stat(full)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{full}, nil
	}
	names, err := load.Names(os.DirFS(full), ".")
	for i, name := range names {
		names[i] = filepath.Join(full, filepath.FromSlash(name))
	}
	return names, err
}

// file formats one file and reports whether it was not formatted. Syntax errors go to rep.
func (f *formatting) file(dir, name string, rep *diag.Report) (changed bool, err error) {
	content, err := os.ReadFile(name)
	if err != nil {
		return false, fmt.Errorf("format: %w", err)
	}
	shown := filepath.ToSlash(shorten(dir, name))
	formatted := syntax.Format(source.NewFile(shown, content), rep)
	if formatted == nil || bytes.Equal(content, formatted) {
		return false, nil
	}
	if err := f.show(shown, content, formatted); err != nil {
		return false, fmt.Errorf("print what changes in %s: %w", shown, err)
	}
	if f.check || f.diff {
		return true, nil
	}
	return true, replaceFile(name, formatted)
}

// show prints the name of a file, or how it changes. JSON has standard output for itself.
func (f *formatting) show(name string, before, after []byte) error {
	if !f.report.isText() {
		return nil
	}
	text := []byte(name + "\n")
	if f.diff {
		text = diff.Diff("a/"+name, before, "b/"+name, after)
	}
	_, err := f.stdout.Write(text)
	return err
}

func (f *formatting) stdinToStdout() error {
	content, err := io.ReadAll(f.stdin)
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	var rep diag.Report
	formatted := syntax.Format(source.NewFile("stdin.yaml", content), &rep)
	if err := f.report.print(&rep); err != nil {
		return err
	}
	if formatted == nil {
		return errFindings
	}
	same := bytes.Equal(content, formatted)
	switch {
	case !same && (f.check || f.diff):
		return firstError(f.show("stdin.yaml", content, formatted), errFindings)
	case f.check || f.diff:
		return nil
	default:
		_, err = f.stdout.Write(formatted)
		return err
	}
}

// firstError is the first that is not nil.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
