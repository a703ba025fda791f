package hook

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// setAside renames the hook that is there.
func setAside(path string) (former string, err error) {
	former = filepath.Join(filepath.Dir(path), formerName)
	if _, err := os.Lstat(former); err == nil {
		return "", fmt.Errorf("%s: %w", former, ErrInTheWay)
	}
	if err := os.Rename(path, former); err != nil {
		return "", fmt.Errorf("set the former hook aside: %w", err)
	}
	return former, nil
}

// write puts a script into a file, whole or not at all, and makes it executable. On Windows the bit means nothing: git
// runs hooks by their first line.
func write(path, text string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write the hook: %w", err)
	}
	temp, err := os.CreateTemp(filepath.Dir(path), ".evgen-hook-*")
	if err != nil {
		return fmt.Errorf("write the hook: %w", err)
	}
	_, err = temp.WriteString(text)
	err = errors.Join(err, temp.Chmod(0o755), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		os.Remove(temp.Name())
		return fmt.Errorf("write the hook: %w", err)
	}
	return nil
}

// makeExecutable mends a hook that git would ignore.
func makeExecutable(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Mode()&0o111 != 0o111 {
		err = os.Chmod(path, info.Mode().Perm()|0o111)
	}
	if err != nil {
		return fmt.Errorf("make the hook executable: %w", err)
	}
	return nil
}
