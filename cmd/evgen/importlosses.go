package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/source"
)

// printLosses lists what an import could not keep, by file.
func printLosses(w io.Writer, losses []jsonschema.Loss) error {
	if len(losses) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "evgen: %d %s could not be kept:\n", len(losses), plural(len(losses), "thing"))
	file := ""
	for _, l := range losses {
		if l.File != file {
			file = l.File
			fmt.Fprintf(&b, "  %s\n", file)
		}
		fmt.Fprintf(&b, "    %s: %s: %s\n", pointer(l.Pointer), l.Keyword, l.Message)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// pointer writes a JSON Pointer as references do.
func pointer(p string) string { return "#" + p }

// printGuesses lists the upcast rules that a person should look at.
func printGuesses(w io.Writer, guesses []jsonschema.Guess) error {
	if len(guesses) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "evgen: look at %d upcast %s:\n", len(guesses), plural(len(guesses), "rule"))
	for _, g := range guesses {
		fmt.Fprintf(&b, "    %s: %s: %s\n", g.In, g.Field, g.Message)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lossFindings are losses as diagnostics, for programs.
func lossFindings(losses []jsonschema.Loss) []diag.Diagnostic {
	findings := make([]diag.Diagnostic, len(losses))
	for i, l := range losses {
		findings[i] = diag.Diagnostic{
			Rule: "import-loss", Severity: diag.Warning,
			Span:    source.Span{File: source.NewFile(l.File, nil)},
			Message: fmt.Sprintf("%s: %s: %s", pointer(l.Pointer), l.Keyword, l.Message),
		}
	}
	return findings
}
