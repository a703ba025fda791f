package govet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
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

// Broken says that packages could not be judged: they do not compile, or there are none.
type Broken struct{ Complaints []string }

func (e *Broken) Error() string {
	return "go vet cannot judge all packages: " + strings.Join(e.Complaints, "; ")
}

// Run vets packages and returns what is found, in the order in which go vet prints it. It blocks as long as go vet runs.
// Where some packages are in order and others are not, it returns findings and a *[Broken].
func (c Command) Run(ctx context.Context, patterns []string) ([]Finding, error) {
	args := append([]string{"vet", "-vettool=" + c.Tool, "-json"}, patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = c.Dir, c.Env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out // of one descriptor, so that lines stay whole
	failed := cmd.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		return nil, fmt.Errorf("run go vet: %w", failed)
	}
	objects, complaints := split(out.Bytes(), filepath.Base(c.Tool))
	found, err := decode(objects)
	if err != nil {
		return nil, err
	}
	if failed != nil {
		return found, &Broken{complaints}
	}
	return found, nil
}

// split parts the JSON of what go vet prints from what it complains of. An object begins with a line "{" and ends with a
// line "}"; lines that begin with # name packages.
func split(out []byte, tool string) (io.Reader, []string) {
	var objects bytes.Buffer
	var complaints []string
	inside := false
	for line := range bytes.Lines(out) {
		text := strings.TrimRight(string(line), "\r\n")
		switch {
		case text == "{}" || strings.HasPrefix(text, "#") && !inside || text == "" && !inside:
		case text == "{" || inside:
			objects.Write(line)
			inside = text != "}"
		default:
			complaints = append(complaints, strings.TrimPrefix(text, tool+": "))
		}
	}
	return &objects, complaints
}
