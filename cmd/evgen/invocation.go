package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/mattn/go-isatty"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/origin"
)

// invocation is one command line: the process and the flags that all commands share.
type invocation struct {
	process
	chdir string
	color choice
}

// workDir is the directory that the command works in: the current one, or that of -C.
func (inv *invocation) workDir() (string, error) {
	dir := inv.resolve(inv.dir, inv.chdir)
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("change directory with -C: %w", err)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("change directory with -C: %s is not a directory", inv.chdir)
	}
	return dir, nil
}

// resolve returns name as seen from dir.
func (inv *invocation) resolve(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// git is git in a directory, with the environment of the process.
func (inv *invocation) git(root string) origin.Git { return origin.NewGit(root, inv.dir, os.Environ()) }

// palette is the colours for w: those asked for, or by default some when w is a terminal and nobody objects.
func (inv *invocation) palette(w io.Writer) diag.Palette {
	switch inv.color.value {
	case "always":
		return diag.ANSI()
	case "never":
		return diag.Palette{}
	}
	if inv.env("NO_COLOR") != "" || inv.env("TERM") == "dumb" || !isTerminal(w) {
		return diag.Palette{}
	}
	return diag.ANSI()
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && (isatty.IsTerminal(f.Fd()) || isatty.IsCygwinTerminal(f.Fd()))
}
