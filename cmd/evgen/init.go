package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/build"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/cmd/evgen/internal/starter"
	"github.com/evgen/evgen/schema/diag"
)

// toolPackage is what go.mod names as a tool.
const toolPackage = modulePath + "/cmd/evgen"

// defaultPackage is the schema package of the sample events.
const defaultPackage = "orders"

// beginning is one `evgen init`.
type beginning struct {
	*invocation
	pkg   string
	noGet bool
}

func initCommand(inv *invocation) *cobra.Command {
	b := &beginning{invocation: inv}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Start using evgen in a Go module",
		Long: `Init adds what a Go module needs to begin with evgen: a schema with a few sample
events, one of them in two versions; settings; a go:generate line; and a test that
uses the generated code. It then generates for the first time, and adds evgen to
go.mod as a tool (with the go command, which may download modules).

Files that are there already are kept as they are. In a module that has schemas,
no sample events are added unless --package asks for them.`,
		Example: `  go mod init example.com/shop
  evgen init
  go generate ./... && go test ./...

  evgen init --package billing`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return b.run(cmd.Context()) },
	}
	cmd.Flags().StringVar(&b.pkg, "package", "", "`NAME` of the package of sample events (default \""+defaultPackage+"\")")
	cmd.Flags().BoolVar(&b.noGet, "no-get", false, "do not touch go.mod; say what to run instead")
	return cmd
}

func (b *beginning) run(ctx context.Context) error {
	dir, err := b.workDir()
	if err != nil {
		return err
	}
	p, err := b.project(dir)
	if err != nil {
		return err
	}
	if err := b.writeFiles(p); err != nil {
		return err
	}
	g := &generation{invocation: b.invocation, report: newReporter(b.invocation)}
	if err := g.once(ctx, p.Root); err != nil {
		return err
	}
	return b.addTool(ctx, p)
}

// project is the module to begin in, with the settings that it may have already.
func (b *beginning) project(dir string) (*project, error) {
	if b.pkg != "" && (!token.IsIdentifier(b.pkg) || strings.ToLower(b.pkg) != b.pkg) {
		return nil, fmt.Errorf("--package %q is not the name of a Go package: lower-case letters and digits, beginning with a letter", b.pkg)
	}
	var rep diag.Report
	p, err := openProject(dir, &rep)
	if err != nil {
		return nil, err
	}
	if rep.HasErrors() {
		r := newReporter(b.invocation)
		return nil, firstError(r.print(&rep), errFindings)
	}
	return p, nil
}

// writeFiles writes the files that are not there yet, and says of each what it is.
func (b *beginning) writeFiles(p *project) error {
	_, err := p.sources(&diag.Report{})
	var none *noSchemasError
	samples := b.pkg != "" || errors.As(err, &none)
	if err != nil && !errors.As(err, &none) {
		return err
	}
	if b.pkg == "" {
		b.pkg = defaultPackage
	}
	_, importPath := p.locate(b.pkg)
	files, err := starter.Files(starter.Names{
		Package: b.pkg, Schemas: p.Dirs()[0], Out: p.Out.Value, Import: importPath,
		Holder: packageOf(filepath.Join(p.Root, filepath.FromSlash(p.Out.Value))),
	})
	if err != nil {
		return err
	}
	for _, f := range files {
		if f.Sample && !samples {
			continue
		}
		did, err := writeNew(filepath.Join(p.Root, filepath.FromSlash(f.Path)), f.Content)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.stdout, "%-8s %-24s %s\n", did, f.Path, f.Purpose)
	}
	return nil
}

// packageOf is the Go package of a directory: that of the files that are there, or one after the directory's name.
func packageOf(dir string) string {
	if pkg, err := build.ImportDir(dir, 0); err == nil {
		return pkg.Name
	}
	name := strings.ToLower(filepath.Base(dir))
	if !token.IsIdentifier(name) || name == "main" {
		return "events"
	}
	return name
}

// writeNew writes a file unless there is one, and says which.
func writeNew(name string, content []byte) (did string, err error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return "", fmt.Errorf("make directory for %s: %w", name, err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return "kept", nil
	}
	if err != nil {
		return "", fmt.Errorf("create file: %w", err)
	}
	_, err = f.Write(content)
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(name)
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	return "created", nil
}

// addTool makes evgen a tool of the module, and says what comes next.
func (b *beginning) addTool(ctx context.Context, p *project) error {
	var todo [][]string
	if !p.HasTool(toolPackage) {
		todo = toolCommands(p.Module)
	}
	if !b.noGet {
		if err := b.runAll(ctx, p.Module, todo); err != nil {
			return err
		}
		todo = nil
	}
	fmt.Fprintln(b.stdout, "\nnext:")
	for _, args := range todo {
		fmt.Fprintf(b.stdout, "  go %s\n", strings.Join(args, " "))
	}
	_, err := fmt.Fprint(b.stdout, `  go generate ./...      after every change of a schema
  go test ./...          proves that old facts can still be read
  evgen evolve EVENT     adds the next version of an event
`)
	return err
}

// toolCommands are the calls of the go command that make evgen a tool of a module.
func toolCommands(m gomod.Module) [][]string {
	tidy := []string{"mod", "tidy"}
	version := readVersion().Version
	switch {
	case m.Requires(modulePath):
		return [][]string{{"mod", "edit", "-tool=" + toolPackage}, tidy}
	case m.Replaces(modulePath):
		return [][]string{{"mod", "edit", "-require=" + modulePath + "@v0.0.0", "-tool=" + toolPackage}, tidy}
	case version == "devel" || strings.Contains(version, "+dirty"):
		return [][]string{{"get", "-tool", toolPackage + "@latest"}, tidy}
	default:
		return [][]string{{"get", "-tool", toolPackage + "@" + version}, tidy}
	}
}

// runAll runs go commands. When one fails, go.mod is again what it was.
func (b *beginning) runAll(ctx context.Context, m gomod.Module, commands [][]string) error {
	for _, args := range commands {
		fmt.Fprintf(b.stderr, "evgen: running go %s\n", strings.Join(args, " "))
		if err := goCommand(ctx, m.Root, args...); err != nil {
			restore := os.WriteFile(filepath.Join(m.Root, "go.mod"), m.GoMod, 0o644)
			return errors.Join(fmt.Errorf("the files are written, but evgen could not be added to go.mod: %w (then run evgen init again)", err), restore)
		}
	}
	return nil
}

// goCommand runs the go command in a module. Its error holds what the go command said.
func goCommand(ctx context.Context, root string, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = root
	out, err := cmd.CombinedOutput()
	if err == nil {
		return nil
	}
	if said := strings.TrimSpace(string(bytes.ToValidUTF8(out, nil))); said != "" {
		err = errors.New(said)
	}
	return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
}
