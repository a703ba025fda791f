package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/importer/jsonschema"
)

// importInputs is the files to import, and the tree that they may refer to.
type importInputs struct {
	files  []jsonschema.Input
	loader fs.FS
	close  func()
}

// stdinName is how a schema from standard input is called in messages.
const stdinName = "stdin.json"

// inputs reads what the arguments name.
func (im *importing) inputs(dir string, args []string) (*importInputs, error) {
	if len(args) == 0 {
		return nil, fmt.Errorf("name at least one file or directory to import, or - for standard input")
	}
	var paths []string
	var stdin bool
	for _, arg := range args {
		if arg == "-" {
			stdin = true
			continue
		}
		found, err := expand(im.resolve(dir, arg), arg)
		if err != nil {
			return nil, err
		}
		paths = append(paths, found...)
	}
	slices.Sort(paths)
	base := im.base(dir, slices.Compact(paths))
	in, err := openBase(base)
	if err != nil {
		return nil, err
	}
	if stdin {
		err = in.addStdin(im.stdin)
	}
	for _, p := range slices.Compact(paths) {
		if err == nil {
			err = in.add(base, p)
		}
	}
	if err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

// openBase opens the tree that references may reach: links that lead out of it are refused.
func openBase(base string) (*importInputs, error) {
	root, err := os.OpenRoot(base)
	if err != nil {
		return nil, fmt.Errorf("open the directory that references may reach: %w", err)
	}
	return &importInputs{loader: root.FS(), close: func() { root.Close() }}, nil
}

func (in *importInputs) addStdin(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	in.files = append(in.files, jsonschema.Input{Name: stdinName, Bytes: content})
	return nil
}

func (in *importInputs) add(base, name string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read schema: %w", err)
	}
	in.files = append(in.files, jsonschema.Input{Name: filepath.ToSlash(shorten(base, name)), Bytes: content})
	return nil
}

// expand returns the files that an argument stands for: itself, all schemas of a directory, or those that a pattern
// matches, for shells that leave patterns alone.
func expand(full, arg string) ([]string, error) {
	info, err := os.Stat(full)
	if err != nil {
		matches, globErr := filepath.Glob(full)
		if globErr == nil && len(matches) > 0 {
			return matches, nil
		}
		return nil, fmt.Errorf("import %s: %w", arg, err)
	}
	if !info.IsDir() {
		return []string{full}, nil
	}
	var files []string
	err = filepath.WalkDir(full, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && slices.Contains([]string{".json", ".yaml", ".yml"}, filepath.Ext(name)) {
			files = append(files, name)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no *.json, *.yaml or *.yml in it")
	}
	if err != nil {
		return nil, fmt.Errorf("import directory %s: %w", arg, err)
	}
	return files, nil
}

// base is the directory that names are relative to: --root, the current directory where it holds all files, or the
// nearest directory that does.
func (im *importing) base(dir string, paths []string) string {
	if im.root != "" {
		return im.resolve(dir, im.root)
	}
	if !slices.ContainsFunc(paths, func(p string) bool { return !isBelow(dir, p) }) {
		return dir
	}
	base := filepath.Dir(paths[0])
	for _, p := range paths {
		for !isBelow(base, p) && base != filepath.Dir(base) {
			base = filepath.Dir(base)
		}
	}
	return base
}

// isBelow reports whether name is in the tree of dir.
func isBelow(dir, name string) bool {
	rel, err := filepath.Rel(dir, name)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator))
}

// shorten returns name as seen from dir where that is below it, else in full.
func shorten(dir, name string) string {
	if rel, err := filepath.Rel(dir, name); err == nil && isBelow(dir, name) {
		return rel
	}
	return name
}
