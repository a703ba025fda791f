package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// files is the number of schema files that the definitions are spread over.
const files = 50

// project is a Go module with schemas for evgen, and a cache of its own.
type project struct {
	*bench
	dir, cache string
}

func (b *bench) project(name string, schemas map[string]string) (*project, error) {
	schemas["go.mod"] = goMod(b.repo)
	dir, err := b.workspace(name, schemas)
	return &project{bench: b, dir: dir, cache: filepath.Join(b.temp, name+"-cache")}, err
}

// goMod is the module file of a user who has a copy of evgen at repo.
func goMod(repo string) string {
	return fmt.Sprintf("module example.com/bench\n\ngo 1.24.0\n\nrequire github.com/evgen/evgen v0.0.0\n\nreplace github.com/evgen/evgen => %s\n", repo)
}

// generate is one `evgen generate`, prepared by prep.
func (p *project) generate(prep func() error, args ...string) command {
	return command{
		dir: p.dir, prep: prep,
		argv: append([]string{p.binary, "generate"}, args...),
		env:  append(os.Environ(), "XDG_CACHE_HOME="+p.cache),
	}
}

// forget removes output and cache, as on a fresh machine.
func (p *project) forget() error {
	for _, dir := range []string{filepath.Join(p.dir, "events"), p.cache} {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove earlier output: %w", err)
		}
	}
	return nil
}

// touch returns a function that edits a doc in one schema file, differently each time.
func (p *project) touch() func() error {
	path := filepath.Join(p.dir, "schema", "orders007.yaml")
	edits := 0
	return func() error {
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("edit a schema: %w", err)
		}
		edits++
		edited := strings.Replace(string(content), " was placed", fmt.Sprintf(" was placed, edit %d", edits), 1)
		if err := os.WriteFile(path, []byte(edited), 0o644); err != nil {
			return fmt.Errorf("edit a schema: %w", err)
		}
		return nil
	}
}

// evgen measures the ways in which `evgen generate` is run.
func (b *bench) evgen() error {
	p, err := b.project("evgen", evgenSchemas(b.events, files))
	if err != nil {
		return err
	}
	t := newTable(fmt.Sprintf("evgen generate, %d events of 8 fields in %d files", b.events, files), "x cold", "reach")
	for _, c := range []struct {
		name string
		cmd  command
		goal time.Duration // 0 for none
	}{
		{"cold", p.generate(p.forget), time.Second},
		{"nothing changed", p.generate(nil), 50 * time.Millisecond},
		{"one file edited", p.generate(p.touch()), 0},
		{"--check, cached", p.generate(nil, "--check"), 0},
		{"--check, no cache", p.generate(nil, "--check", "--no-cache"), 0},
	} {
		s, err := b.measure(c.cmd)
		if err != nil {
			return err
		}
		if b.cold == nil {
			b.cold = s
		}
		verdict := ""
		if c.goal > 0 {
			verdict = reach(s.wall(), c.goal)
		}
		t.row(c.name, s, ratio(s.wall(), b.cold.wall()), verdict)
	}
	return t.end(nil)
}

// growth measures cold runs of more and more events.
func (b *bench) growth() error {
	t := newTable("evgen generate, cold, growing", "wall s per 1,000", "RSS MB per 1,000", "x linear")
	var first time.Duration // per event
	for _, n := range []int{b.events, 3 * b.events, 10 * b.events} {
		p, err := b.project(fmt.Sprintf("growth%d", n), evgenSchemas(n, n/20+1))
		if err != nil {
			return err
		}
		s, err := b.measure(p.generate(p.forget))
		if err != nil {
			return err
		}
		if first == 0 {
			first = s.wall() / time.Duration(n)
		}
		each := s.wall() / time.Duration(n)
		t.row(fmt.Sprintf("%d events", n), s, seconds(1000*each), megabytes(1000*s.rss()/int64(n)), ratio(each, first))
	}
	return t.end(nil)
}

// coldSeries is the measurement with which peers are compared; it is made where the section evgen was left out.
func (b *bench) coldSeries() (series, error) {
	if b.cold != nil {
		return b.cold, nil
	}
	p, err := b.project("reference", evgenSchemas(b.events, files))
	if err != nil {
		return nil, err
	}
	b.cold, err = b.measure(p.generate(p.forget))
	return b.cold, err
}
