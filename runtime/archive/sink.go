package archive

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Sink is an object store, or something like one: S3, a bucket, a directory.
type Sink interface {
	// Put stores an object, whole or not at all, and blocks until it is safe. One of
	// that name is replaced.
	Put(ctx context.Context, name string, content []byte) error
	// Get returns what was put; fs.ErrNotExist if nothing was.
	Get(ctx context.Context, name string) ([]byte, error)
	// List returns the names that begin with prefix, sorted.
	List(ctx context.Context, prefix string) ([]string, error)
}

// Dir is a directory as a [Sink]. Objects are files, which appear when they are on
// disk; names may have slashes. The directory is made when it is needed.
func Dir(path string) Sink { return dir(path) }

type dir string

// Put implements [Sink].
func (d dir) Put(_ context.Context, name string, content []byte) error {
	path := filepath.Join(string(d), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := createPlain(path)
	if err != nil {
		return err
	}
	defer f.Discard()
	if _, err := f.Write(content); err != nil {
		return err
	}
	if err := f.Commit(); err != nil {
		return err
	}
	return settled(filepath.Dir(path))
}

// settled makes the names in a directory outlive a loss of power.
func settled(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// Get implements [Sink].
func (d dir) Get(_ context.Context, name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(string(d), filepath.FromSlash(name)))
}

// List implements [Sink].
func (d dir) List(_ context.Context, prefix string) ([]string, error) {
	var names []string
	err := fs.WalkDir(os.DirFS(string(d)), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case name == "." && errors.Is(err, fs.ErrNotExist): // nothing was put yet
			return nil
		case err != nil:
			return err
		}
		if !entry.IsDir() && strings.HasPrefix(name, prefix) && !strings.HasPrefix(entry.Name(), tempPrefix) {
			names = append(names, name)
		}
		return nil
	})
	slices.Sort(names)
	return names, err
}
