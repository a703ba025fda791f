package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/origin"
)

// appearance is the commit that brought a version.
type appearance struct {
	Commit  string `json:"commit"`
	Date    string `json:"date"` // of the commit: 2026-01-31
	Author  string `json:"author"`
	Subject string `json:"subject"`
}

// String continues a line; a missing appearance is silent.
func (a *appearance) String() string {
	if a == nil {
		return ""
	}
	return fmt.Sprintf(", since %s (%s, %s: %s)", a.Date, a.Commit, a.Author, printable(a.Subject))
}

// printable replaces control characters, so that a commit cannot send escape sequences to a terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// appearances asks git which commit brought each version: into the lock, or else the line of the schema file
// in which it begins. Without a repository or commits there are none.
func (l *logging) appearances(ctx context.Context, now *side, e *model.Event) (map[int]*appearance, error) {
	root, err := l.gitRoot()
	if err != nil {
		return nil, err
	}
	git := l.git(root)
	out := map[int]*appearance{}
	for _, v := range e.Versions {
		var found *appearance
		if isReleased(now.lock, v) {
			found, err = firstWith(ctx, git, lock.FileName, "^"+regexp.QuoteMeta(fmt.Sprintf("%s.%s@%d event", e.Package.Name, e.Name, v.Number)))
		} else {
			found, err = lineSince(ctx, git, v.Span.File.Name, v.Span.Position().Line)
		}
		if isNoHistory(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		out[v.Number] = found
	}
	return out, nil
}

// gitRoot is the directory to which names of schema files are relative.
func (l *logging) gitRoot() (string, error) {
	dir, err := l.workDir()
	if err != nil {
		return "", err
	}
	if l.schemas != "" {
		return l.resolve(dir, l.schemas), nil
	}
	mod, err := gomod.Find(dir)
	if err != nil {
		return filepath.Clean(dir), nil // readToday has taken the directory itself
	}
	return mod.Root, nil
}

// isNoHistory reports whether git has nothing to tell.
func isNoHistory(err error) bool {
	for _, kind := range []error{origin.ErrNoGit, origin.ErrNoRepository, origin.ErrNoCommits, origin.ErrNoWorkTree} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return err != nil && (strings.Contains(err.Error(), "does not have any commits yet") || strings.Contains(err.Error(), "no such ref: HEAD"))
}

// firstWith returns the oldest commit whose change of a file touches a line of the pattern, nil where there is none.
func firstWith(ctx context.Context, git origin.Git, file, pattern string) (*appearance, error) {
	out, err := git.Output(ctx, "log", "--reverse", "--extended-regexp", "-G"+pattern,
		commitForm, "--no-color", "--no-ext-diff", "--", file)
	if err != nil {
		return nil, err
	}
	return parseAppearance(out), nil
}

// lineSince returns the commit that a line of a file is from, nil where it is not committed.
func lineSince(ctx context.Context, git origin.Git, file string, line int) (*appearance, error) {
	out, err := git.Output(ctx, "blame", "-w", "--porcelain", "-L", fmt.Sprintf("%d,%d", line, line), "--", file)
	if err != nil && (strings.Contains(err.Error(), "no such path") || strings.Contains(err.Error(), "has only")) {
		return nil, nil // not tracked yet, or shorter in the working tree
	}
	if err != nil {
		return nil, err
	}
	id, _, _ := strings.Cut(string(out), " ")
	if strings.Trim(id, "0") == "" {
		return nil, nil
	}
	out, err = git.Output(ctx, "log", "-1", commitForm, "--no-color", id, "--")
	if err != nil {
		return nil, err
	}
	return parseAppearance(out), nil
}

// commitForm is how git writes a commit for parseAppearance.
const commitForm = "--format=%h%x00%cs%x00%an%x00%s"

func parseAppearance(out []byte) *appearance {
	first, _, _ := bytes.Cut(out, []byte("\n"))
	parts := strings.SplitN(string(first), "\x00", 4)
	if len(parts) < 4 {
		return nil
	}
	return &appearance{Commit: parts[0], Date: parts[1], Author: parts[2], Subject: parts[3]}
}
