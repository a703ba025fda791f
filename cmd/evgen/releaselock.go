package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evgen/evgen/cmd/evgen/internal/fresh"
	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/schema/lock"
)

// released reads the lock, nil where there is none, and tells run of it.
func (p *project) released(run *fresh.Run) (l *lock.Lock, text []byte, err error) {
	text, err = os.ReadFile(filepath.Join(p.Root, lock.FileName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		run.Absent(lock.FileName)
		return nil, nil, nil
	case err != nil:
		return nil, nil, fmt.Errorf("read %s: %w", lock.FileName, err)
	}
	run.File(lock.FileName, text)
	l, err = lock.Read(text)
	return l, text, err
}

// pinned are the payloads that the lock keeps.
func pinned(l *lock.Lock) []generator.Pinned {
	if l == nil {
		return nil
	}
	var out []generator.Pinned
	for _, e := range l.Entries {
		if e.Kind == lock.Event {
			out = append(out, generator.Pinned{Wire: e.Wire, Version: e.Version, Payload: e.Sample})
		}
	}
	return out
}
