// Package origin finds schema files where they are: in a working tree, another directory, a commit, git's index, or an
// export file.
//
// In: the argument of --against, or a place in code. Out: a Tree, a read-only file system with evgen.yaml, evgen.lock
// and the schema files as they are there, byte for byte as stored. Of git it runs plumbing only: nothing is checked
// out, cloned, fetched or configured, and nothing is written.
package origin

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/evgen/evgen/schema/diag"
)

// The files of a module that are read besides its schema files.
const (
	SettingsFile = "evgen.yaml"
	LockFile     = "evgen.lock"
)

// Origin is a place that holds the schemas of a module.
type Origin interface {
	// Read returns what the place holds now. It blocks on the disk and on git, until ctx ends; git takes two processes.
	// A module that is younger than the place gives an empty tree. Errors: a *Fault when the place cannot be read.
	Read(ctx context.Context, dirs Dirs) (*Tree, error)
	// String names the place as a person would write it: git:main.
	String() string
}

// Dirs returns the schema directories that the content of an evgen.yaml names, relative to it; content is nil where
// there is no evgen.yaml. Of faults in the content it says nothing: who reads the tree finds them again.
type Dirs func(content []byte) []string

// Tree is the files of a module as one place has them. Names are relative to the root of the module.
type Tree struct {
	fs.FS
	Dirs  []string          // where schema files are
	Notes []diag.Diagnostic // what is there but was passed over, and why
}

// IsEmpty reports whether no directory of the tree holds a schema file.
func (t *Tree) IsEmpty() bool {
	found := errors.New("found")
	for _, dir := range t.Dirs {
		err := fs.WalkDir(t.FS, dir, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case !d.IsDir() && isSchemaFile(name):
				return found
			}
			return nil
		})
		if err == found {
			return false
		}
	}
	return true
}

// isSchemaFile goes by the name alone.
func isSchemaFile(name string) bool {
	return (path.Ext(name) == ".yaml" || path.Ext(name) == ".yml") && path.Base(name) != SettingsFile && !isHidden(name)
}

// isHidden reports whether a part of a path begins with a dot, as schema files do not.
func isHidden(name string) bool { return strings.HasPrefix(name, ".") || strings.Contains(name, "/.") }

// isWanted reports whether a tree with these schema directories holds the file.
func isWanted(name string, dirs []string) bool {
	return name == SettingsFile || name == LockFile || isSchemaFile(name) && isBelow(name, dirs)
}

// isBelow reports whether a path is one of the directories or lies in one.
func isBelow(name string, dirs []string) bool {
	for _, dir := range dirs {
		if dir == "." || name == dir || strings.HasPrefix(name, dir+"/") {
			return true
		}
	}
	return false
}
