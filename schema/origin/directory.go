package origin

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// directory is a module on disk, or a directory that holds but schema files.
type directory struct{ path, shown string }

// Directory returns the module whose root is a directory, as its files are now. A directory without evgen.yaml, go.mod
// and the default schema directories is taken for a directory of schema files.
func Directory(path string) Origin { return directory{path, path} }

// String implements Origin.
func (d directory) String() string { return d.shown }

// Read implements Origin. The tree reads the disk when it is asked, so files that go while it is in use are
// reported by who reads them.
func (d directory) Read(_ context.Context, dirs Dirs) (*Tree, error) {
	fsys := os.DirFS(d.path)
	if _, err := fs.ReadDir(fsys, "."); err != nil {
		return nil, &Fault{Place: d.shown, Kind: ErrNotFound, Detail: err.Error(), Cause: err}
	}
	settings, err := fs.ReadFile(fsys, SettingsFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{Place: d.shown, Kind: ErrNotFound, Detail: err.Error(), Cause: err}
	}
	return &Tree{FS: fsys, Dirs: dirs.orLoose(d.path).of(settings)}, nil
}

// isLoose reports whether a directory is not the root of a module: it has neither go.mod, nor settings, nor a schema
// directory.
func isLoose(fsys fs.FS, dirs []string) bool {
	for _, name := range append([]string{"go.mod", SettingsFile}, dirs...) {
		if _, err := fs.Stat(fsys, name); err == nil {
			return false
		}
	}
	return true
}
