package fresh

import (
	"os"
	"path/filepath"
	"testing"
)

// module is a root with one schema, one output and one hand-written file, and the cache of a run over them.
type module struct {
	*testing.T
	root  string
	cache *Cache
}

func newModule(t *testing.T) *module {
	m := &module{T: t, root: t.TempDir()}
	m.write("schema/a.yaml", "package: a\n")
	m.write("events/a/events.gen.go", "package a\n")
	m.write("events/a/upcast_custom.go", "package a\n")
	m.cache = Open(t.TempDir(), m.root)
	m.remember()
	if !m.cache.Fresh() {
		t.Fatal("not fresh right after the run")
	}
	return m
}

func (m *module) remember() {
	run := NewRun(m.root)
	run.Tree("schema")
	run.Absent("evgen.yaml")
	run.File("schema/a.yaml", m.read("schema/a.yaml"))
	run.Handwritten("events/a")
	run.File("events/a/events.gen.go", m.read("events/a/events.gen.go"))
	m.cache.Remember(run)
}

func (m *module) path(name string) string { return filepath.Join(m.root, filepath.FromSlash(name)) }

func (m *module) read(name string) []byte {
	content, err := os.ReadFile(m.path(name))
	if err != nil {
		m.Fatal(err)
	}
	return content
}

func (m *module) write(name, content string) {
	if err := os.MkdirAll(filepath.Dir(m.path(name)), 0o755); err != nil {
		m.Fatal(err)
	}
	if err := os.WriteFile(m.path(name), []byte(content), 0o644); err != nil {
		m.Fatal(err)
	}
}

func TestEveryChangeIsNoticed(t *testing.T) {
	for name, change := range map[string]func(m *module){
		"schema edited, same size": func(m *module) { m.write("schema/a.yaml", "package: b\n") },
		"schema added":             func(m *module) { m.write("schema/deep/b.yaml", "package: a\n") },
		"schema removed":           func(m *module) { os.Remove(m.path("schema/a.yaml")) },
		"config appears":           func(m *module) { m.write("evgen.yaml", "") },
		"output edited":            func(m *module) { m.write("events/a/events.gen.go", "package b\n") },
		"output removed":           func(m *module) { os.RemoveAll(m.path("events")) },
		"upcast edited":            func(m *module) { m.write("events/a/upcast_custom.go", "package b\n") },
		"upcast added":             func(m *module) { m.write("events/a/more.go", "package a\n") },
		"cache cut": func(m *module) {
			content, _ := os.ReadFile(m.cache.file)
			os.WriteFile(m.cache.file, content[:len(content)-1], 0o644)
		},
		"other build of evgen": func(m *module) { m.cache.tool = "other" },
		"cache is a directory": func(m *module) { os.Remove(m.cache.file); os.Mkdir(m.cache.file, 0o755) },
	} {
		t.Run(name, func(t *testing.T) {
			m := newModule(t)
			change(m)
			if m.cache.Fresh() {
				t.Error("still fresh")
			}
		})
	}
}

func TestWhatAppearsWhileARunReadsIsAChange(t *testing.T) {
	m := newModule(t)
	run := NewRun(m.root)
	run.Tree("schema")
	m.write("schema/b.yaml", "package: a\n")
	m.cache.Remember(run)
	if m.cache.Fresh() {
		t.Error("a file that the run cannot have seen is taken as known")
	}
}

func TestWithoutADirectoryNothingIsFresh(t *testing.T) {
	m := newModule(t)
	m.cache = Open("", m.root)
	m.remember()
	if m.cache.Fresh() {
		t.Error("fresh without a cache")
	}
}

func TestAnUnwritableCacheIsSilent(t *testing.T) {
	m := newModule(t)
	m.write("occupied", "")
	m.cache = Open(m.path("occupied"), m.root)
	m.remember()
	if m.cache.Fresh() {
		t.Error("fresh with a cache that cannot be written")
	}
}

func TestARunNamesWhatChangedSinceItLooked(t *testing.T) {
	for name, spoil := range map[string]func(m *module){
		"schema/a.yaml": func(m *module) { m.write("schema/a.yaml", "package: b\n") },
		"schema":        func(m *module) { m.write("schema/new.yaml", "") },
		"evgen.lock":    func(m *module) { m.write("evgen.lock/x", "") },
	} {
		m := newModule(t)
		run := NewRun(m.root)
		run.Tree("schema")
		run.File("schema/a.yaml", m.read("schema/a.yaml"))
		run.Absent("evgen.lock")
		if changed := run.Changed(); changed != "" {
			t.Errorf("nothing changed, and the run names %s", changed)
		}
		spoil(m)
		if changed := run.Changed(); changed != name {
			t.Errorf("%s changed, and the run names %q", name, changed)
		}
	}
}
