package main

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/explain"
)

// pageWidth is how wide pages are on a terminal.
const pageWidth = 80

// explanation is one `evgen explain`.
type explanation struct {
	*invocation
	list   bool
	format choice
}

func explainCommand(inv *invocation) *cobra.Command {
	x := &explanation{invocation: inv, format: oneOf("text", "markdown")}
	cmd := &cobra.Command{
		Use:   "explain RULE",
		Short: "Say what a rule means, why it matters, and how to mend it",
		Long: `Explain prints the page of a rule: what it looks at, why that matters to people
who run event systems, an example that it finds, the same mended, and when it is
right to suppress it. The rule is what stands in brackets in a finding.`,
		Example: `  evgen explain required-field-added
  evgen explain --list
  evgen explain --format markdown event-past-tense`,
		Args: x.oneRule,
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return explain.IDs(allChapters()), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error { return x.run(args) },
	}
	cmd.Flags().BoolVar(&x.list, "list", false, "list all rules, a line each")
	cmd.Flags().Var(&x.format, "format", "print text for a terminal, or markdown")
	mustComplete(cmd, "format", x.format.complete)
	return cmd
}

func (x *explanation) oneRule(cmd *cobra.Command, args []string) error {
	switch {
	case x.list && len(args) > 0:
		return fmt.Errorf("explain --list takes no rule, got %q; see %s --help", args[0], cmd.CommandPath())
	case !x.list && len(args) != 1:
		return fmt.Errorf("explain needs the id of one rule; evgen explain --list lists them")
	}
	return nil
}

// allChapters are the pages of every rule that evgen may report.
func allChapters() []explain.Chapter {
	return explain.Chapters(
		explain.NewChapter("Evolution", "Who breaks by what changed, and what was released.", compat.Rules()),
		explain.NewGoChapter(analysis.Pages()),
	)
}

func (x *explanation) run(args []string) error {
	var out bytes.Buffer
	chapters := allChapters()
	if x.list {
		x.index(&out, chapters)
	} else if err := x.page(&out, chapters, args[0]); err != nil {
		return err
	}
	_, err := x.stdout.Write(out.Bytes())
	return err
}

func (x *explanation) page(w io.Writer, chapters []explain.Chapter, id string) error {
	page, found := explain.Find(chapters, id)
	if !found {
		return fmt.Errorf("there is no rule %q%s; evgen explain --list lists them", id, diag.DidYouMean(id, explain.IDs(chapters)))
	}
	if x.format.value == "markdown" {
		document := explain.Markdown([]explain.Chapter{{Pages: []explain.Page{page}}})
		_, alone, _ := strings.Cut(document, "\n### ")
		fmt.Fprint(w, "### "+alone)
		return nil
	}
	fmt.Fprint(w, explain.Text(page, pageWidth))
	return nil
}

// index lists the rules; as markdown it is all their pages.
func (x *explanation) index(w io.Writer, chapters []explain.Chapter) {
	if x.format.value == "markdown" {
		fmt.Fprint(w, explain.Markdown(chapters))
		return
	}
	for i, c := range chapters {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w, c.Title)
		for _, p := range c.Pages {
			fmt.Fprintf(w, "  %-32s %-8s %s\n", p.ID, p.Severity, p.Title)
		}
	}
}
