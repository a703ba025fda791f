package govet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// Command says where and how to run go vet.
type Command struct {
	Tool string   // the binary that is the tool
	Dir  string   // where patterns are meant
	Env  []string // as for exec.Cmd
}

// Result is what was found, and what was not looked at.
type Result struct {
	Findings  []Finding // in the order of their places
	NotJudged []NotJudged
	// Said is what the go command has to say beside that, a line each: what does not compile, and patterns without a match.
	Said []string
}

// NotJudged is a package, or a pattern, that could not be judged.
type NotJudged struct{ Package, Reason string }

// Run vets packages. It blocks as long as go vet runs. Packages that cannot be loaded, that do not compile, or that need
// such, do not keep others from being judged: then go vet runs again for those. An error says that nothing was judged.
func (c Command) Run(ctx context.Context, patterns []string) (*Result, error) {
	out, err := c.vet(ctx, patterns)
	switch {
	case err != nil:
		return nil, err
	case out.failed:
		return c.partly(ctx, patterns, out)
	}
	found, err := decode(out.objects)
	return &Result{Findings: found, Said: out.lines()}, err
}

// vet runs go vet once.
func (c Command) vet(ctx context.Context, patterns []string) (*output, error) {
	text, err := c.run(ctx, append([]string{"vet", "-vettool=" + c.Tool, "-json", "--"}, patterns...))
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return nil, fmt.Errorf("run go vet: %w", err)
	}
	out := split(text, filepath.Base(c.Tool))
	out.failed = err != nil
	return out, nil
}

// run returns what the go command prints, of both kinds, so that lines stay whole.
func (c Command) run(ctx context.Context, args []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return out.Bytes(), err
}

// output is what go vet prints: the JSON of what was found, and complaints.
type output struct {
	failed     bool
	objects    *bytes.Buffer
	complaints []complaint
}

// complaint is a line about a package; Of is empty where go vet does not name it.
type complaint struct{ Of, Text string }

func (o *output) lines() []string {
	var out []string
	for _, c := range o.complaints {
		out = append(out, c.Text)
	}
	return out
}

// split parts what go vet prints. An object begins with a line "{" and ends with a line "}"; lines that begin with # name
// the package of what follows.
func split(text []byte, tool string) *output {
	out := &output{objects: &bytes.Buffer{}}
	of, inside := "", false
	for line := range bytes.Lines(text) {
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case text == "{" || inside:
			out.objects.Write(line)
			inside = text != "}"
		case text == "{}":
			of = ""
		case strings.HasPrefix(text, "# ["): // once more
		case strings.HasPrefix(text, "# "):
			of, _, _ = strings.Cut(text[2:], " ")
		case text != "" && !strings.HasPrefix(text, "go: downloading "):
			out.complaints = append(out.complaints, complaint{of, strings.TrimPrefix(text, tool+": ")})
		}
		if inside {
			of = ""
		}
	}
	return out
}
