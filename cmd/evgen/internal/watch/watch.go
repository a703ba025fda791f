// Package watch calls a function whenever files change.
//
// In: directories and files to look at. Out: one call for each burst of
// changes. It watches directories and not files, so that editors which replace
// files do not shake it off. It reads no file.
package watch

import (
	"context"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Places is what to watch: all that happens below trees, and single files.
type Places struct {
	Trees []string
	Files []string
}

// Watcher watches until it is closed.
type Watcher struct {
	quiet  time.Duration
	events *fsnotify.Watcher
	places Places
}

// New returns a watcher that calls once nothing has changed for the time quiet: a save is often several events.
func New(quiet time.Duration) (*Watcher, error) {
	events, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, fmt.Errorf("watch files: %w", err)
	}
	return &Watcher{quiet: quiet, events: events}, nil
}

// Close ends watching.
func (w *Watcher) Close() error { return w.events.Close() }

// Run calls changed after every burst of changes and returns when ctx ends. It blocks. Between the calls it watches the
// places that Look named last. An error of the operating system is handed to failed, and watching goes on.
func (w *Watcher) Run(ctx context.Context, changed func(), failed func(error)) {
	quiet := time.NewTimer(w.quiet)
	quiet.Stop()
	defer quiet.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case e, open := <-w.events.Events:
			if !open {
				return
			}
			if e.Op != fsnotify.Chmod && w.concerns(e.Name) {
				quiet.Reset(w.quiet)
			}
		case err, open := <-w.events.Errors:
			if !open {
				return
			}
			failed(err)
			quiet.Reset(w.quiet) // events may have been lost
		case <-quiet.C:
			changed()
		}
	}
}

// concerns reports whether the place of an event is one to watch.
func (w *Watcher) concerns(name string) bool {
	for _, f := range w.places.Files {
		if name == f {
			return true
		}
	}
	for _, tree := range w.places.Trees {
		if rel, err := filepath.Rel(tree, name); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
			return true
		}
		if rel, err := filepath.Rel(name, tree); err == nil && filepath.IsLocal(rel) {
			return true // a parent of the tree came or went
		}
	}
	return false
}

// Look sets what to watch. What is not there yet is noticed when it comes, through its parents.
func (w *Watcher) Look(p Places) error {
	w.places = p
	wanted := map[string]bool{}
	for _, f := range p.Files {
		wanted[filepath.Dir(f)] = true
	}
	for _, tree := range p.Trees {
		addTree(wanted, tree)
	}
	return w.subscribe(wanted)
}

// addTree adds the directories of a tree, and the nearest parent that is there: the tree itself may come or go.
func addTree(wanted map[string]bool, tree string) {
	root := tree
	if real, err := filepath.EvalSymlinks(tree); err == nil {
		root = real
	}
	_ = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() {
			if root != tree {
				name = tree + strings.TrimPrefix(name, root)
			}
			wanted[name] = true
		}
		return nil // what cannot be read cannot be watched
	})
	for dir := filepath.Dir(tree); ; dir = filepath.Dir(dir) {
		if _, err := filepath.EvalSymlinks(dir); err == nil || dir == filepath.Dir(dir) {
			wanted[dir] = true
			return
		}
	}
}

func (w *Watcher) subscribe(wanted map[string]bool) error {
	for _, name := range w.events.WatchList() {
		if !wanted[name] {
			_ = w.events.Remove(name) // it may be gone already
		}
	}
	for name := range wanted {
		// A directory that was replaced has to be added anew, and adding one twice does no harm.
		if err := w.events.Add(name); err != nil && dirExists(name) {
			return fmt.Errorf("watch %s: %w", name, err)
		}
	}
	return nil
}

func dirExists(name string) bool {
	_, err := filepath.EvalSymlinks(name)
	return err == nil
}
