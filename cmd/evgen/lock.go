package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rogpeppe/go-internal/lockedfile"

	"github.com/evgen/evgen/cmd/evgen/internal/fresh"
)

// cacheDir is evgen's directory among the user's caches, or "" where there is none.
func (inv *invocation) cacheDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "evgen")
}

// patience is how long a run waits for another before it says so.
const patience = 2 * time.Second

// lock makes runs in one module follow each other, so that the last one has read the newest schemas. It returns the
// function that lets the next one in. Without a place for locks it does nothing: each file is replaced atomically anyhow.
func (inv *invocation) lock(root string) (release func()) {
	dir := inv.cacheDir()
	if dir == "" || os.MkdirAll(dir, 0o755) != nil {
		return func() {}
	}
	waiting := time.AfterFunc(patience, func() {
		fmt.Fprintf(inv.stderr, "evgen: waiting for another evgen in %s\n", root)
	})
	defer waiting.Stop()
	release, err := lockedfile.MutexAt(filepath.Join(dir, fresh.Key(root)+".lock")).Lock()
	if err != nil {
		return func() {}
	}
	return release
}
