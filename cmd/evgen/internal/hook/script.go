package hook

import (
	_ "embed"
	"strings"
)

//go:embed pre-commit.sh
var script string

// marker is how a script begins that this package wrote, up to its format.
const marker = "#!/bin/sh\n# evgen pre-commit hook, format "

// render is the script that checks the modules, named relative to the top of the working tree.
func render(modules []string) string {
	var b strings.Builder
	b.WriteString(script)
	for _, module := range modules {
		b.WriteString(checkLine(module))
	}
	b.WriteString("[ $refused = 0 ] || echo 'evgen: not committed; `git commit --no-verify` commits all the same' >&2\nexit $refused\n")
	return b.String()
}

const (
	checkBefore = "check '"
	checkAfter  = "' || refused=1\n"
)

func checkLine(module string) string {
	return checkBefore + strings.ReplaceAll(module, "'", `'\''`) + checkAfter
}

// parse returns the modules of a script. Errors: ErrEdited where it is not what this package would write.
func parse(text string) ([]string, error) {
	if !strings.HasPrefix(text, marker+"1:") {
		return nil, ErrNewer
	}
	var modules []string
	for line := range strings.Lines(text) {
		if name, ok := strings.CutPrefix(line, checkBefore); ok {
			modules = append(modules, strings.ReplaceAll(strings.TrimSuffix(name, checkAfter), `'\''`, "'"))
		}
	}
	if render(modules) != text {
		return nil, ErrEdited
	}
	return modules, nil
}
