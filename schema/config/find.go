package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// FileName is the name of the configuration at the root of a module.
const FileName = "evgen.yaml"

// ErrNoModule is returned where neither a directory nor any above it holds a go.mod.
var ErrNoModule = errors.New("no go.mod in this directory or above")

// Root returns the root of the Go module around a directory: the nearest directory with a go.mod.
func Root(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find the module of %q: %w", dir, err)
	}
	for at := dir; ; at = filepath.Dir(at) {
		if info, err := os.Stat(filepath.Join(at, "go.mod")); err == nil && info.Mode().IsRegular() {
			return at, nil
		}
		if at == filepath.Dir(at) {
			return "", fmt.Errorf("find the module of %q: %w", dir, ErrNoModule)
		}
	}
}

// Load reads evgen.yaml from the root of a module; without one it returns the defaults. Faults of the file go to rep,
// the error is for a file that cannot be read.
func Load(root fs.FS, rep *diag.Report) (*Config, error) {
	text, err := fs.ReadFile(root, FileName)
	if errors.Is(err, fs.ErrNotExist) {
		return Default(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", FileName, err)
	}
	return Parse(source.NewFile(FileName, text), rep), nil
}

// Dirs returns the schema directories as text.
func (c *Config) Dirs() []string {
	dirs := make([]string, len(c.Schemas))
	for i, d := range c.Schemas {
		dirs[i] = d.Value
	}
	return dirs
}

// CheckPaths reports schema directories that do not exist below root.
func (c *Config) CheckPaths(root fs.FS, rep *diag.Report) {
	for _, dir := range c.Schemas {
		if info, err := fs.Stat(root, dir.Value); err != nil || !info.IsDir() {
			rep.Add(noSuchDirectory(dir))
		}
	}
}

// CheckPackages reports overrides for packages that no schema declares.
func (c *Config) CheckPackages(declared []string, rep *diag.Report) {
	for _, p := range c.Packages {
		if !slices.Contains(declared, p.Name.Value) {
			rep.Add(unknownPackage(p.Name, declared))
		}
	}
}

// CheckRules reports settings and suppressions of rules that do not exist.
func (c *Config) CheckRules(known []string, rep *diag.Report) {
	var ids []Text
	for _, r := range c.Lint {
		ids = append(ids, r.ID)
	}
	for _, s := range c.Compatibility.Suppress {
		ids = append(ids, s.Rule)
	}
	for _, id := range ids {
		if id.Value != "" && !slices.Contains(known, id.Value) {
			rep.Add(unknownRule(id, known))
		}
	}
}
