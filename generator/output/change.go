package output

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// Op is what happens to a file.
type Op uint8

// The operations on files.
const (
	Create Op = iota
	Update
	Remove
)

func (o Op) String() string { return [...]string{"create", "update", "remove"}[o] }

// Change is a difference between the disk and what should be there.
type Change struct {
	Op       Op
	Path     string // slash-separated, relative to the root
	Old, New []byte
}

// ForeignFileError refuses to replace a file that evgen did not write.
type ForeignFileError struct{ Path string }

func (e *ForeignFileError) Error() string {
	return fmt.Sprintf("%s exists and was not written by evgen; move it away or choose another output directory", e.Path)
}

// OutsideError refuses a path that leaves the root.
type OutsideError struct{ Path string }

func (e *OutsideError) Error() string {
	return fmt.Sprintf("output path %q leaves the module; keep `out:` inside it", e.Path)
}

// Compare returns what must change below root so that it holds files and nothing stale, sorted by path. manifest is the
// path of the manifest, which is brought up to date as a file of its own.
func Compare(root, manifest string, inputs map[string][]byte, files []File) ([]Change, error) {
	old, err := readManifest(root, manifest)
	if err != nil {
		return nil, err
	}
	next := NewManifest(inputs, files)
	changes, err := compareFiles(root, old, files)
	if err != nil {
		return nil, err
	}
	stale, err := removals(root, old, next)
	if err != nil {
		return nil, err
	}
	changes = append(changes, stale...)
	listed, err := compareManifest(root, manifest, next)
	if err != nil {
		return nil, err
	}
	return append(sorted(changes), listed...), nil
}

func sorted(changes []Change) []Change {
	slices.SortFunc(changes, func(a, b Change) int { return bytes.Compare([]byte(a.Path), []byte(b.Path)) })
	return changes
}

func compareFiles(root string, old Manifest, files []File) ([]Change, error) {
	var changes []Change
	for _, f := range files {
		if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
			return nil, &OutsideError{f.Path}
		}
		have, err := readIfThere(root, f.Path)
		switch {
		case err != nil:
			return nil, err
		case have == nil:
			changes = append(changes, Change{Create, f.Path, nil, f.Bytes})
		case f.Stub || bytes.Equal(have, f.Bytes):
		case !isOwn(f.Path, have, old.Files[f.Path]):
			return nil, &ForeignFileError{f.Path}
		default:
			changes = append(changes, Change{Update, f.Path, have, f.Bytes})
		}
	}
	return changes, nil
}

// removals finds the files that the last run wrote, that no longer belong, and that are still evgen's own.
func removals(root string, old, next Manifest) ([]Change, error) {
	var changes []Change
	for _, name := range slices.Sorted(maps.Keys(old.Files)) {
		if _, planned := next.Files[name]; planned || !filepath.IsLocal(filepath.FromSlash(name)) {
			continue
		}
		have, err := readIfThere(root, name)
		if err != nil {
			return nil, err
		}
		if have != nil && isOwn(name, have, old.Files[name]) {
			changes = append(changes, Change{Remove, name, have, nil})
		}
	}
	return changes, nil
}

func compareManifest(root, name string, next Manifest) ([]Change, error) {
	want := next.encode()
	have, err := readIfThere(root, name)
	switch {
	case err != nil || bytes.Equal(have, want):
		return nil, err
	case have == nil:
		return []Change{{Create, name, nil, want}}, nil
	default:
		return []Change{{Update, name, have, want}}, nil
	}
}

// readIfThere returns nil where there is no file, and a non-nil slice where there is one.
func readIfThere(root, name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read generated file: %w", err)
	}
	if b == nil {
		b = []byte{}
	}
	return b, nil
}
