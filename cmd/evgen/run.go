package main

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"
)

// The exit statuses.
const (
	statusClean    = 0 // nothing to complain about
	statusFindings = 1 // diagnostics, stale files, files that need formatting
	statusFailed   = 2 // evgen could not do its job
)

// process is everything that a run takes from the world.
type process struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
	dir            string // working directory
	env            func(string) string
}

// errFindings ends a command that did its job and found something, which it has already said.
var errFindings = errors.New("findings")

// run executes one command line and returns the exit status.
func run(p process) int {
	return guard(p, func() int {
		err := newRoot(&invocation{process: p}).Execute()
		return conclude(p.stderr, err)
	})
}

// conclude turns the error of a command into its last line and the exit status.
func conclude(stderr io.Writer, err error) int {
	switch {
	case err == nil:
		return statusClean
	case errors.Is(err, errFindings):
		return statusFindings
	default:
		fmt.Fprintf(stderr, "evgen: %s\n", oneLine(err.Error()))
		return statusFailed
	}
}

// oneLine joins the lines of joined errors.
func oneLine(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\n", "; ") }

// guard turns a panic, which is always a bug of evgen, into one line and an exit status.
func guard(p process, f func() int) (status int) {
	defer func() {
		cause := recover()
		if cause == nil {
			return
		}
		status = statusFailed
		fmt.Fprintf(p.stderr, "evgen: internal error: %s (evgen %s); please report it at %s, with the schema if you can\n",
			oneLine(fmt.Sprint(cause)), readVersion().Version, issuesURL)
		if p.env("EVGEN_DEBUG") == "1" {
			fmt.Fprintf(p.stderr, "%s\n", debug.Stack())
			return
		}
		fmt.Fprintln(p.stderr, "evgen: EVGEN_DEBUG=1 prints the stack")
	}()
	return f()
}

// issuesURL is where bugs are reported.
const issuesURL = "https://github.com/evgen/evgen/issues"
