package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// bench is one run of this program: where things lie, and how often they are measured.
type bench struct {
	ctx    context.Context // of the whole program, which is one command line
	runs   int
	events int
	repo   string // the module of evgen
	temp   string // everything that is removed at the end
	tools  string // installed peers, kept for the next run
	binary string // evgen itself
	cold   series // evgen generate of the main section, with which peers are compared
}

// newBench makes the directories and builds evgen.
func newBench(ctx context.Context, runs, events int) (*bench, error) {
	repo, err := output(ctx, ".", "go", "list", "-m", "-f", "{{.Dir}}", "github.com/evgen/evgen")
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("find a place for tools: %w", err)
	}
	temp, err := os.MkdirTemp("", "evgen-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for schemas: %w", err)
	}
	b := &bench{ctx: ctx, runs: runs, events: events, repo: repo, temp: temp, tools: filepath.Join(cache, "evgen-bench")}
	b.binary = filepath.Join(temp, "bin", "evgen")
	if _, err := output(ctx, repo, "go", "build", "-o", b.binary, "./cmd/evgen"); err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

func (b *bench) close() { os.RemoveAll(b.temp) }

// output runs a command that is not measured and returns what it prints.
func output(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, lastLine(out))
	}
	return strings.TrimSpace(string(out)), nil
}

// lastLine is what a tool said last, which is why it failed.
func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

// workspace is a directory with the given files, below the temporary one.
func (b *bench) workspace(name string, files map[string]string) (string, error) {
	dir := filepath.Join(b.temp, name)
	for path, content := range files {
		full := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
			return "", fmt.Errorf("make workspace %s: %w", name, err)
		}
		if err := os.WriteFile(full, []byte(content), 0o644); err != nil {
			return "", fmt.Errorf("make workspace %s: %w", name, err)
		}
	}
	return dir, nil
}
