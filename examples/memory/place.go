package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/evgen/evgen/examples/memory/library"
	"github.com/evgen/evgen/examples/memory/mind"
)

// storeVariable is what --store is by default.
const storeVariable = "MEMORY_STORE"

// defaultFile is where data of programs belongs, or the current directory if
// nobody says where that is.
func (s surroundings) defaultFile() string {
	if data := s.env("XDG_DATA_HOME"); filepath.IsAbs(data) {
		return filepath.Join(data, "memory", "memory.db")
	}
	if local := s.env("LOCALAPPDATA"); local != "" {
		return filepath.Join(local, "memory", "memory.db")
	}
	if home := s.env("HOME"); home != "" {
		return filepath.Join(home, ".local", "share", "memory", "memory.db")
	}
	return "memory.db"
}

// withMind opens the store for the time of use. It must be there: one whose name
// is misspelt must not come to be.
func (a *app) withMind(ctx context.Context, use func(*mind.Mind) error) error {
	return a.with(ctx, library.Open, use)
}

// withNewMind is withMind for a store that may have to be made.
func (a *app) withNewMind(ctx context.Context, use func(*mind.Mind) error) error {
	return a.with(ctx, library.Make, use)
}

// opener is [library.Open] or [library.Make].
type opener func(ctx context.Context, name string, logger *slog.Logger) (*library.Library, error)

func (a *app) with(ctx context.Context, open opener, use func(*mind.Mind) error) error {
	return a.withLibrary(ctx, open, func(l *library.Library) error {
		m, err := mind.New(l.Events, l, mind.WithClock(a.now), mind.WithActor(a.actor()))
		if err != nil {
			return err
		}
		return use(m)
	})
}

func (a *app) withLibrary(ctx context.Context, open opener, use func(*library.Library) error) error {
	name, err := a.storeName()
	if err != nil {
		return err
	}
	l, err := open(ctx, name, a.logger())
	if errors.Is(err, library.ErrMissing) && !a.isNamed() {
		l, err = library.Make(ctx, name, a.logger())
	}
	if errors.Is(err, library.ErrMissing) {
		return fmt.Errorf("%w; memory remember makes it", err)
	}
	if err != nil {
		return err
	}
	return errors.Join(use(l), l.Close())
}

// isNamed reports whether somebody has said where memories are.
func (a *app) isNamed() bool { return a.store != "" || a.env(storeVariable) != "" }

// storeName is what --store says, or else the environment, or else the default
// file, of which it makes sure that its directory is there. Other directories are
// the caller's own.
func (a *app) storeName() (string, error) {
	if a.store != "" {
		return a.store, nil
	}
	if name := a.env(storeVariable); name != "" {
		return name, nil
	}
	file := a.defaultFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("make a place for %s (choose another with --store): %w", file, err)
	}
	return file, nil
}

// logger is for what goes wrong in the read models.
func (a *app) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(a.err, &slog.HandlerOptions{Level: slog.LevelError}))
}

// actor is recorded with every event.
func (a *app) actor() string {
	for _, name := range []string{"USER", "USERNAME"} {
		if user := a.env(name); user != "" {
			return user
		}
	}
	return "memory"
}
