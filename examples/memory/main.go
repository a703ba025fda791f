// Command memory remembers things as events, in a file or in a database.
//
// In go commands of people and programs; out come memories, on standard output. It
// keeps nothing but the store, which any number of processes may use at once.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/examples/memory/page"
	"github.com/evgen/evgen/examples/memory/story"
	"github.com/evgen/evgen/runtime/codec"
)

// Exit statuses.
const (
	exitRefused = 1 // what was asked for is not there, or cannot happen
	exitFailed  = 2 // wrong arguments, or a store that cannot be used
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	code := run(ctx, os.Args[1:], surroundings{out: os.Stdout, err: os.Stderr, env: os.Getenv, now: time.Now, zone: time.Local})
	stop()
	os.Exit(code)
}

// surroundings is everything that the program takes from outside.
type surroundings struct {
	out, err io.Writer
	env      func(string) string
	now      func() time.Time
	zone     *time.Location
}

// run carries out one command line and returns the exit status.
func run(ctx context.Context, args []string, s surroundings) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(s.err, "memory:", page.Plain(brief(err)))
	if isRefusal(err) {
		return exitRefused
	}
	return exitFailed
}

// isRefusal tells what the domain says no to from what went wrong.
func isRefusal(err error) bool {
	var gone *mind.GoneError
	var ambiguous *mind.AmbiguousError
	return errors.As(err, &gone) || errors.As(err, &ambiguous) ||
		errors.Is(err, mind.ErrUnknown) || errors.Is(err, mind.ErrTooFew) || errors.Is(err, errNothingFound) ||
		errors.Is(err, story.ErrBroken)
}

// brief says what is wrong with what was typed, and not which way it took.
func brief(err error) string {
	var invalid *codec.ValidationError
	if !errors.As(err, &invalid) {
		return err.Error()
	}
	var faults []string
	for _, v := range invalid.Violations {
		faults = append(faults, v.Path+" "+v.Message)
	}
	return strings.Join(faults, ", ")
}
