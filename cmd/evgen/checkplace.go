package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evgen/evgen/cmd/evgen/internal/gomod"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/origin"
	"github.com/evgen/evgen/schema/source"
)

// comparison is what check and diff are asked to compare.
type comparison struct {
	*invocation
	against string // "" for the lock
	schemas string // directory of today's schemas; "" for the module
	staged  bool
}

// sides are both sides of a comparison, as they were read.
type sides struct {
	root string // where files of today's side are, absolute
	now  *side
	then *side // nil where there is nothing to compare with
	what string
}

// read reads both sides. Today's schemas may have faults; those that they are compared with may not, but for steps
// without upcasts.
func (c *comparison) read(ctx context.Context) (*sides, error) {
	dir, err := c.workDir()
	if err != nil {
		return nil, err
	}
	root, today, err := c.today(dir)
	if err != nil {
		return nil, err
	}
	s := &sides{root: root}
	if s.now, err = readSide(ctx, today, ""); err != nil {
		return nil, err
	}
	if s.now.isEmpty() && s.now.lock == nil && c.against == "" {
		return nil, &noSchemasError{root, s.now.dirs}
	}
	if c.against != "" {
		s.then, err = c.readOld(ctx, dir, root)
		s.what = c.against
	} else if s.now.lock != nil {
		s.then, err = lockSide(s.now)
		s.what = lock.FileName
	}
	return s, err
}

// today is where today's schemas are, and the directory to which their names are relative.
func (c *comparison) today(dir string) (root string, at origin.Origin, err error) {
	switch {
	case c.schemas != "" && c.staged:
		return "", nil, errors.New("--schemas and --staged do not go together: one is on disk, the other in git's index")
	case c.schemas != "":
		root = c.resolve(dir, c.schemas)
		if info, err := os.Stat(root); err != nil || !info.IsDir() {
			return "", nil, fmt.Errorf("read --schemas %s: there is no such directory", c.schemas)
		}
		return root, origin.Directory(root), nil
	}
	mod, err := gomod.Find(dir)
	var none *gomod.NotFoundError
	switch {
	case errors.As(err, &none):
		root = dir
	case err != nil:
		return "", nil, err
	default:
		root = mod.Root
	}
	if c.staged {
		return root, origin.Index(c.git(root)), nil
	}
	return root, origin.Directory(root), nil
}

// readOld reads what --against names.
func (c *comparison) readOld(ctx context.Context, dir, root string) (*side, error) {
	from, err := origin.Parse(ctx, c.against, origin.From{Dir: dir, Git: c.git(root)})
	if err != nil {
		return nil, err
	}
	old, err := readSide(ctx, from, filepath.ToSlash(from.String()))
	if err != nil {
		return nil, err
	}
	if old.isEmpty() && isOnDisk(c.resolve(dir, c.against)) {
		return nil, fmt.Errorf("read %s: it has no schema files; name a module, or a directory of schema files", c.against)
	}
	return old, nil
}

func isOnDisk(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// lockSide is what was released.
func lockSide(now *side) (*side, error) {
	old := &side{name: lock.FileName, settings: now.settings, lock: now.lock}
	if now.model != nil {
		old.model = now.lock.Within(now.model)
	}
	if old.kept = old.model != nil; old.kept {
		return old, nil
	}
	var err error
	if old.model, err = now.lock.Model(); err != nil {
		return nil, err
	}
	old.files = []*source.File{source.NewFile(lock.FileName, now.lockText)}
	return old, nil
}
