package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/cmd/evgen/internal/watch"
	"github.com/evgen/evgen/schema/config"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
)

// quiet is how long nothing must change before evgen looks: editors save in several steps.
const quiet = 100 * time.Millisecond

// keepUp generates now and after every change, until the process is told to stop. A fault in a schema is printed and
// does not end it.
func (g *generation) keepUp(ctx context.Context, dir string) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	mod, err := gomod.Find(dir)
	if err != nil {
		return err
	}
	w, err := watch.New(quiet)
	if err != nil {
		return err
	}
	defer w.Close()
	again := func() { g.follow(ctx, w, mod.Root) }
	again()
	fmt.Fprintf(g.stderr, "evgen: watching %s; Ctrl-C ends\n", mod.Root)
	w.Run(ctx, again, func(err error) { g.complain(fmt.Errorf("watch files: %w", err)) })
	return nil
}

// follow looks at what to watch, and then generates: what changes in between is seen by the one or the other.
func (g *generation) follow(ctx context.Context, w *watch.Watcher, root string) {
	places := watch.Places{Files: []string{filepath.Join(root, config.FileName), filepath.Join(root, lock.FileName), filepath.Join(root, "go.mod")}}
	if p, err := openProject(root, &diag.Report{}); err == nil {
		for _, dir := range p.Dirs() {
			places.Trees = append(places.Trees, filepath.Join(root, filepath.FromSlash(dir)))
		}
	}
	if err := w.Look(places); err != nil {
		g.complain(err)
	}
	g.complain(g.once(ctx, root))
}

// complain prints the error of a run that is not the last.
func (g *generation) complain(err error) {
	if err != nil && !errors.Is(err, errInterrupted) {
		conclude(g.stderr, err)
	}
}
