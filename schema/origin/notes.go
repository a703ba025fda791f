package origin

import (
	"fmt"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// linkNotFollowed: git stores where a link points to, which may be anywhere.
func linkNotFollowed(name string) diag.Diagnostic {
	return note("link-not-followed", diag.Warning, name,
		fmt.Sprintf("%q is a symbolic link; links in git are not followed", name),
		"commit the file itself, or name its directory under `schemas:`")
}

// submoduleNotRead: its files belong to another repository, which may not even be there.
func submoduleNotRead(name string) diag.Diagnostic {
	return note("submodule-not-read", diag.Warning, name,
		fmt.Sprintf("%q is a submodule; schemas in it are not read", name),
		"run evgen in the submodule, or keep the schemas in this repository")
}

// nameNotUTF8: no message could name it, and other systems could not hold it.
func nameNotUTF8(name string) diag.Diagnostic {
	return note("file-name-not-utf8", diag.Error, fmt.Sprintf("%q", name),
		fmt.Sprintf("the file name %q is not UTF-8", name), "rename the file")
}

func note(rule string, severity diag.Severity, name, message, help string) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: rule, Severity: severity, Span: source.Span{File: source.NewFile(name, nil)},
		Message: message, Help: help,
	}
}
