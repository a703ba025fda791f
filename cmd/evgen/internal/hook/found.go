package hook

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// found is what stands in a hooks directory under one name.
type found struct {
	path    string
	exists  bool
	isOurs  bool
	modules []string // of ours
	text    string
}

// look reads a hook. Its error names the path.
func look(path string) (found, error) {
	f := found{path: path}
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		_, err = os.Lstat(path)
		f.exists = err == nil // a link to nothing, which git ignores
		return f, nil
	}
	if err != nil {
		return f, fmt.Errorf("look at the hook: %w", err)
	}
	if !info.Mode().IsRegular() {
		return f, fmt.Errorf("%s: %w", path, ErrStrange)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return f, fmt.Errorf("look at the hook: %w", err)
	}
	f.exists, f.text, f.isOurs = true, string(text), strings.HasPrefix(string(text), marker)
	if f.isOurs {
		if f.modules, err = parse(f.text); err != nil {
			return f, fmt.Errorf("%s: %w", path, err)
		}
	}
	return f, nil
}

// find returns the hook of evgen, which may have become the legacy hook of the pre-commit framework, or else what stands
// in its place.
func (s *Site) find() (found, error) {
	first, err := look(filepath.Join(s.Dir, Name))
	if err != nil || first.isOurs || !first.exists {
		return first, err
	}
	legacy, err := look(filepath.Join(s.Dir, legacyName))
	if err != nil || legacy.isOurs {
		return legacy, err
	}
	return first, nil
}

// Installed reports whether commits check the module, and the path of the hook that does. Errors: ErrEdited, ErrNewer,
// ErrStrange.
func (s *Site) Installed() (path string, installed bool, err error) {
	hook, err := s.find()
	return hook.path, hook.isOurs && slices.Contains(hook.modules, s.Module), err
}
