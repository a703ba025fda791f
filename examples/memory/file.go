package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evgen/evgen/examples/memory/mind"
	"github.com/evgen/evgen/runtime/sqlite"
)

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

// withMind opens the file for the time of use. A file that is named must be
// there: a misspelt one must not come to be.
func (a *app) withMind(ctx context.Context, use func(*mind.Mind) error) error {
	if _, err := os.Stat(a.file); a.file != "" && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no file %s; memory remember makes one", a.file)
	}
	return a.withNewMind(ctx, use)
}

// withNewMind is withMind for a file that may have to be made.
func (a *app) withNewMind(ctx context.Context, use func(*mind.Mind) error) error {
	file, err := a.eventFile()
	if err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, file)
	if err != nil {
		return err
	}
	m, err := mind.New(store, mind.WithClock(a.now), mind.WithActor(a.actor()))
	if err == nil {
		err = use(m)
	}
	return errors.Join(err, store.Close())
}

// eventFile makes sure that the directory of the default file is there. Other
// directories are the caller's own.
func (a *app) eventFile() (string, error) {
	if a.file != "" {
		return a.file, nil
	}
	file := a.defaultFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("make a place for %s (choose another with --file): %w", file, err)
	}
	return file, nil
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
