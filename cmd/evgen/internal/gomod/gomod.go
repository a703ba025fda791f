// Package gomod finds the Go module that a directory belongs to.
//
// In: a directory. Out: the module's root and path. It reads the module
// directive of go.mod and nothing else, and never runs the go command.
package gomod

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Module is a Go module on disk.
type Module struct {
	Root  string // directory of go.mod, absolute
	Path  string // import path
	GoMod []byte // content of go.mod
}

// NotFoundError says that a directory belongs to no module.
type NotFoundError struct{ Dir string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("no go.mod in %s or any directory above; run `go mod init example.com/name` first, or name a module with -C", e.Dir)
}

// Find walks up from dir to the next go.mod.
func Find(dir string) (Module, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return Module{}, fmt.Errorf("find the module of %s: %w", dir, err)
	}
	for at := start; ; at = filepath.Dir(at) {
		content, err := os.ReadFile(filepath.Join(at, "go.mod"))
		if err == nil {
			return read(at, content)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return Module{}, fmt.Errorf("find the module of %s: %w", dir, err)
		}
		if at == filepath.Dir(at) {
			return Module{}, &NotFoundError{start}
		}
	}
}

func read(root string, content []byte) (Module, error) {
	path := modulePath(content)
	if path == "" {
		return Module{}, fmt.Errorf("%s names no module; its first line should be `module example.com/name`", filepath.Join(root, "go.mod"))
	}
	return Module{Root: root, Path: path, GoMod: content}, nil
}

// modulePath reads the module directive, in one line or as a block, plain or quoted. It returns "" where there is none.
func modulePath(content []byte) string {
	block := false
	lines := bufio.NewScanner(bytes.NewReader(content))
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "//")
		line = strings.TrimSpace(line)
		rest, isModule := strings.CutPrefix(line, "module")
		switch {
		case block && line != "" && line != ")":
			return unquote(line)
		case !isModule || rest != "" && !strings.ContainsRune(" \t(\"`", rune(rest[0])):
		case strings.TrimSpace(rest) == "(":
			block = true
		default:
			return unquote(strings.TrimSpace(rest))
		}
	}
	return ""
}

func unquote(s string) string {
	if plain, err := strconv.Unquote(s); err == nil {
		return plain
	}
	return s
}

// HasTool reports whether go.mod makes the package a tool of the module, for `go tool`.
func (m Module) HasTool(pkg string) bool { return m.has("tool", pkg) }

// Requires reports whether go.mod requires the module at path.
func (m Module) Requires(path string) bool { return m.has("require", path) }

// Replaces reports whether go.mod replaces the module at path by another place.
func (m Module) Replaces(path string) bool { return m.has("replace", path) }

// has looks for a directive, in a line or a block, whose first word is name.
func (m Module) has(directive, name string) bool {
	block := false
	for line := range strings.Lines(string(m.GoMod)) {
		line, _, _ = strings.Cut(line, "//")
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
		case block && words[0] == ")":
			block = false
		case block && unquote(words[0]) == name:
			return true
		case words[0] != directive || len(words) < 2:
		case words[1] == "(":
			block = true
		case unquote(words[1]) == name:
			return true
		}
	}
	return false
}
