package output

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write applies changes below root. Every new content is first written beside its place; only when all of them are on
// disk is the first file replaced, so that an unwritable directory or a full disk leaves everything as it was.
func Write(root string, changes []Change) error {
	s := &staging{root: root}
	for _, c := range changes {
		if err := s.add(c); err != nil {
			s.discard()
			return err
		}
	}
	return s.commit()
}

// staging holds contents that are written and not yet in place.
type staging struct {
	root    string
	moves   []move
	removes []string
	dirs    []string // made by this run, parents first
}

// move is a temporary file and its place.
type move struct{ temp, place string }

func (s *staging) add(c Change) error {
	place := filepath.Join(s.root, filepath.FromSlash(c.Path))
	if c.Op == Remove {
		s.removes = append(s.removes, place)
		return nil
	}
	if err := s.makeDir(filepath.Dir(place)); err != nil {
		return fmt.Errorf("make directory for %s: %w", c.Path, err)
	}
	temp, err := writeTemp(place, c.New)
	if err != nil {
		return fmt.Errorf("write %s: %w", c.Path, err)
	}
	s.moves = append(s.moves, move{temp, place})
	return nil
}

// makeDir makes dir and its parents, and remembers those that were not there.
func (s *staging) makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := s.makeDir(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	s.dirs = append(s.dirs, dir)
	return nil
}

// writeTemp writes content beside place, under a name that the go command ignores.
func writeTemp(place string, content []byte) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(place), ".evgen-*"+filepath.Ext(place))
	if err != nil {
		return "", err
	}
	_, err = f.Write(content)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

// commit moves everything into place. An error here means that a directory changed under our feet; what is not yet in
// place is discarded, and the next run completes the rest.
func (s *staging) commit() error {
	for i, m := range s.moves {
		if err := os.Rename(m.temp, m.place); err != nil {
			s.moves = s.moves[i:]
			s.discard()
			return fmt.Errorf("replace %s: %w", m.place, err)
		}
	}
	for _, place := range s.removes {
		if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove stale file: %w", err)
		}
		removeEmptyDirs(s.root, filepath.Dir(place))
	}
	return nil
}

// discard removes what was staged, and the directories that were made for it.
func (s *staging) discard() {
	for _, m := range s.moves {
		os.Remove(m.temp)
	}
	for i := len(s.dirs) - 1; i >= 0; i-- {
		os.Remove(s.dirs[i]) // fails, as it should, where something else is inside
	}
}

// removeEmptyDirs removes dir and its parents below root while they are empty.
func removeEmptyDirs(root, dir string) {
	for dir != root && len(dir) > len(root) && os.Remove(dir) == nil {
		dir = filepath.Dir(dir)
	}
}
