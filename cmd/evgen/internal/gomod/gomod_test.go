package gomod

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestModulePathReadsEveryForm(t *testing.T) {
	for content, want := range map[string]string{
		"module example.com/a\n":                          "example.com/a",
		"// a comment\n\nmodule example.com/a // why\r\n": "example.com/a",
		"module \"example.com/a\"\n":                      "example.com/a",
		"module `example.com/a`\n":                        "example.com/a",
		"module (\n\t// first\n\texample.com/a\n)\n":      "example.com/a",
		"modules example.com/a\n":                         "",
		"go 1.24\n":                                       "",
		"":                                                "",
	} {
		if got := modulePath([]byte(content)); got != want {
			t.Errorf("%q: got %q, want %q", content, got, want)
		}
	}
}

func TestFindWalksUpToTheNearestModule(t *testing.T) {
	root := t.TempDir()
	write(t, filepath.Join(root, "go.mod"), "module example.com/outer\n")
	write(t, filepath.Join(root, "inner", "go.mod"), "module example.com/inner\n")
	for dir, want := range map[string]string{
		".": "example.com/outer", "a/b": "example.com/outer", "inner": "example.com/inner", "inner/deep": "example.com/inner",
	} {
		full := filepath.Join(root, dir)
		if err := os.MkdirAll(full, 0o755); err != nil {
			t.Fatal(err)
		}
		m, err := Find(full)
		if err != nil || m.Path != want {
			t.Errorf("%s: got %q, %v; want %q", dir, m.Path, err, want)
		}
	}
}

func TestFindFailsOutsideOfModules(t *testing.T) {
	var missing *NotFoundError
	if _, err := Find(t.TempDir()); !errors.As(err, &missing) {
		t.Errorf("got %v", err)
	}
}

func TestDirectivesAreReadFromLinesAndBlocks(t *testing.T) {
	m := Module{GoMod: []byte(`module a
require (
	example.com/x v1.0.0 // indirect
)
require "example.com/y" v1.0.0
replace example.com/z => ../z
`)}
	if !m.Requires("example.com/x") || !m.Requires("example.com/y") || m.Requires("example.com/z") {
		t.Error("requirements are misread")
	}
	if !m.Replaces("example.com/z") || m.Replaces("example.com/x") {
		t.Error("replacements are misread")
	}
}

func TestHasToolReadsLinesAndBlocks(t *testing.T) {
	for content, want := range map[string]bool{
		"module a\ntool example.com/x\n":                        true,
		"module a\ntool (\n\texample.com/y\n\texample.com/x\n)": true,
		"module a\ntool (\n\texample.com/y\n)\nexample.com/x":   false,
		"module a\nrequire example.com/x v1.0.0\n":              false,
		"module a\n// tool example.com/x\n":                     false,
	} {
		if got := (Module{GoMod: []byte(content)}).HasTool("example.com/x"); got != want {
			t.Errorf("%q: got %v", content, got)
		}
	}
}

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
