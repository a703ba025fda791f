package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/source"
)

// diffText writes changes under a heading for each pair of versions.
func diffText(out *bytes.Buffer, changes []compat.Change) {
	last := ""
	for _, c := range changes {
		if h := diffHeading(c); h != last {
			if last != "" {
				out.WriteByte('\n')
			}
			fmt.Fprintln(out, h)
			last = h
		}
		fmt.Fprintf(out, "  %s %s\n", diffSign(c), diffLine(c))
	}
}

// diffMarkdown writes changes as a table.
func diffMarkdown(out *bytes.Buffer, changes []compat.Change) {
	if len(changes) == 0 {
		fmt.Fprintln(out, "Nothing changed.")
		return
	}
	out.WriteString("| Event | Where | What | Old | New |\n|---|---|---|---|---|\n")
	for _, c := range changes {
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n",
			inCell(diffHeading(c)), inCell(c.Path), c.Kind, inCell(c.Old.Text), inCell(c.New.Text))
	}
}

// inCell writes text of a schema as code, so that it makes no markup.
func inCell(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.NewReplacer("\n", " ", "\r", " ", "|", "\\|").Replace(s) + fence
}

// diffHeading names what changed: an event, or versions of it.
func diffHeading(c compat.Change) string {
	switch {
	case c.To == 0:
		return c.Element
	case c.From == c.To:
		return fmt.Sprintf("%s v%d", c.Element, c.To)
	}
	return fmt.Sprintf("%s v%d to v%d", c.Element, c.From, c.To)
}

// diffSign tells what came and went from what changed.
func diffSign(c compat.Change) string {
	kind := string(c.Kind)
	switch {
	case strings.HasSuffix(kind, "-added"):
		return "+"
	case strings.HasSuffix(kind, "-removed"):
		return "-"
	}
	return "~"
}

func diffLine(c compat.Change) string {
	line := strings.ReplaceAll(string(c.Kind), "-", " ")
	if c.Path != "" {
		line = c.Path + ": " + line
	}
	if c.Via != "" {
		line += " in " + c.Via
	}
	switch old, now := shortText(c.Old.Text), shortText(c.New.Text); {
	case old == now:
	case old == "":
		line += " (" + now + ")"
	case now == "":
		line += " (was " + old + ")"
	default:
		line += " (" + old + " to " + now + ")"
	}
	return line
}

// shortText is a value that fits on a line, or nothing.
func shortText(s string) string {
	if strings.ContainsAny(s, "\n\r") || len(s) > 80 {
		return ""
	}
	return s
}

type jsonDiff struct {
	Format  int          `json:"format"`
	Changes []jsonChange `json:"changes"`
}

type jsonChange struct {
	Kind    compat.Kind   `json:"kind"`
	Element string        `json:"element"`
	From    int           `json:"from,omitempty"`
	To      int           `json:"to,omitempty"`
	Path    string        `json:"path,omitempty"`
	Via     string        `json:"via,omitempty"`
	Old     jsonDiffPlace `json:"old"`
	New     jsonDiffPlace `json:"new"`
}

type jsonDiffPlace struct {
	Value  string `json:"value,omitempty"`
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
}

func diffReport(changes []compat.Change) jsonDiff {
	out := jsonDiff{Format: 1, Changes: []jsonChange{}}
	for _, c := range changes {
		out.Changes = append(out.Changes, jsonChange{
			Kind: c.Kind, Element: c.Element, From: c.From, To: c.To, Path: c.Path, Via: c.Via,
			Old: diffPlace(c.Old.Text, c.Old.Span), New: diffPlace(c.New.Text, c.New.Span),
		})
	}
	return out
}

func diffPlace(value string, at source.Span) jsonDiffPlace {
	out := jsonDiffPlace{Value: value}
	if !at.IsZero() {
		p := at.Position()
		out.File, out.Line, out.Column = p.File, p.Line, p.Column
	}
	return out
}
