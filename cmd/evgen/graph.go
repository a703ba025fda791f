package main

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/graph"
	"github.com/evgen/evgen/schema/load"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
)

// graphing is one `evgen graph`.
type graphing struct {
	*invocation
	report   reporter
	format   choice
	packages []string
	out      string
}

func graphCommand(inv *invocation) *cobra.Command {
	g := &graphing{invocation: inv, report: newReporter(inv), format: oneOf("mermaid", "svg", "json")}
	cmd := &cobra.Command{
		Use:   "graph",
		Short: "Draw who records, reads and emits which events",
		Long: `Graph draws the flow of events: aggregates and their events, the projections,
consumers, reactions and sagas that read them, and what reactions and sagas emit.
Mermaid is drawn by GitHub, GitLab and editors where a page has a block of it; SVG
is a picture that needs nothing else; JSON is for programs.

The same schemas give the same bytes: a drawing can be committed and compared.`,
		Example: `  evgen graph
  evgen graph --format svg -o docs/events.svg
  evgen graph --package orders --package stock
  evgen graph --format json | jq '.edges[] | select(.flow == "emits")'`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error { return g.run() },
	}
	flags := cmd.Flags()
	flags.Var(&g.format, "format", "what to write")
	flags.StringArrayVar(&g.packages, "package", nil, "draw `PACKAGE` and its neighbours; may be repeated (default all)")
	flags.StringVarP(&g.out, "out", "o", "-", "write to `FILE`; - is standard output")
	mustComplete(cmd, "format", g.format.complete)
	return cmd
}

func (g *graphing) run() error {
	dir, err := g.workDir()
	if err != nil {
		return err
	}
	m, err := g.read(dir)
	if err != nil {
		return err
	}
	if err := knownPackages(m, g.packages); err != nil {
		return err
	}
	drawn, err := g.draw(graph.Of(m, g.packages...))
	if err != nil {
		return err
	}
	if g.out == "-" {
		_, err = g.stdout.Write(drawn)
		return err
	}
	return replaceFile(g.resolve(dir, filepath.FromSlash(g.out)), drawn)
}

// read resolves the schemas of the module; their faults are printed.
func (g *graphing) read(dir string) (*model.Model, error) {
	var rep diag.Report
	p, err := openProject(dir, &rep)
	if err != nil {
		return nil, err
	}
	files, err := p.sources(&rep)
	if err != nil {
		return nil, err
	}
	m := resolve.Resolve(load.Documents(files, &rep), &rep)
	if err := g.report.print(&rep); err != nil {
		return nil, err
	}
	if m == nil || rep.HasErrors() {
		return nil, errFindings
	}
	return m, nil
}

func knownPackages(m *model.Model, wanted []string) error {
	var known []string
	for _, p := range m.Packages {
		known = append(known, p.Name)
	}
	for _, name := range wanted {
		if !slices.Contains(known, name) {
			return fmt.Errorf("there is no package %q%s; there are %s", name, diag.DidYouMean(name, known), strings.Join(known, ", "))
		}
	}
	return nil
}

func (g *graphing) draw(of *graph.Graph) ([]byte, error) {
	switch g.format.value {
	case "svg":
		return of.SVG(), nil
	case "json":
		return of.JSON()
	default:
		return of.Mermaid(), nil
	}
}
