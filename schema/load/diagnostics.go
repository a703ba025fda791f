package load

import (
	"fmt"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// noSchemaFiles: a tree without schemas is never meant.
func noSchemaFiles(dirs []string) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: "no-schema-files", Severity: diag.Error,
		Message: fmt.Sprintf("no *.yaml file in %s", strings.Join(dirs, ", ")),
		Help:    "run `evgen init`, or set `schemas:` in evgen.yaml",
	}
}

// twinFiles: two files of one name on a file system that ignores case.
func twinFiles(name, other string) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: "twin-files", Severity: diag.Error, Span: source.Span{File: source.NewFile(name, nil)},
		Message: fmt.Sprintf("file %q differs from %q only in case", name, other),
		Help:    "rename one of them: some file systems cannot hold both",
	}
}
