package explain

import (
	"fmt"
	"strings"
)

const markdownHead = `<!-- Written from the rules themselves by the tests of schema/explain; edit those. -->

# Rules

Every finding of evgen names a rule: ` + "`schema/orders.yaml:12:3: error[event-past-tense]: ...`" + `. This page describes them all;
` + "`evgen explain RULE`" + ` prints the same for one.

A finding of a rule that can be suppressed passes beside a comment on its line or on the line above, with the reason and,
where it is to end, the last day:

` + "<!-- fields -->\n```yaml" + `
price: float64 # evgen:ignore float-for-money an estimate, never charged until 2027-01-31
` + "```" + `

`

// Markdown returns the pages of all chapters as one document with a table of contents.
func Markdown(chapters []Chapter) string {
	var b strings.Builder
	b.WriteString(markdownHead)
	for _, c := range chapters {
		fmt.Fprintf(&b, "- %s:", c.Title)
		for i, p := range c.Pages {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, " [%s](#%s)", p.ID, p.ID)
		}
		b.WriteByte('\n')
	}
	for _, c := range chapters {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", c.Title, c.Intro)
		for _, p := range c.Pages {
			markdownPage(&b, p)
		}
	}
	return b.String()
}

func markdownPage(b *strings.Builder, p Page) {
	fmt.Fprintf(b, "\n### %s\n\n**%s**: %s.\n", p.ID, p.Severity, p.Title)
	for _, text := range []string{p.Meaning, p.Why} {
		if text != "" {
			fmt.Fprintf(b, "\n%s\n", text)
		}
	}
	markdownExample(b, p, badTitle(p), p.Bad)
	markdownExample(b, p, "write", p.Good)
	for i, o := range p.Options {
		if i == 0 {
			b.WriteString("\nOptions in evgen.yaml:\n\n")
		}
		fmt.Fprintf(b, "- `%s`: %s%s\n", o.Name, o.Doc, defaultOf(o))
	}
	if p.Off != "" {
		fmt.Fprintf(b, "\nTo let it pass: %s\n", p.Off)
	}
}

// markdownExample writes an example behind a comment that says what checks it. What nothing checks, since it shows an
// edit and not a schema, is plain text.
func markdownExample(b *strings.Builder, p Page, title, text string) {
	if text == "" {
		return
	}
	open := "```text"
	if p.check != "" {
		open = "<!-- " + p.check + " -->\n```yaml"
	}
	fmt.Fprintf(b, "\n%s\n\n%s\n%s\n```\n", title, open, strings.TrimRight(text, "\n"))
}
