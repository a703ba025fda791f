package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The goals for evgen's output, for 1,000 event versions.
const (
	buildGoal = 3 * time.Second
	vetGoal   = 1500 * time.Millisecond
)

// generated is the output of a generator, as its users build it.
type generated struct {
	name string
	make func(b *bench, name string, n int) (pkg, error)
	goal bool // evgen's own, which has goals
}

// pkg is a generated package in a module of its own.
type pkg struct {
	dir     string // of the module
	path    string // of the package, relative to dir
	edit    string // a file of the package
	program string // a main function that uses every type
}

var allGenerated = []generated{
	{"plain structs", makeStructs, false},
	{"evgen", makeEvgen, true},
	{"protoc-gen-go, 50 files", makeProto, false},
	{"easyjson", makeEasyjson, false},
}

// builds measures what generated code costs whoever compiles it.
func (b *bench) builds() error {
	build := newTable(fmt.Sprintf("go build of %d generated types of 8 fields, dependencies built", b.events), "x structs", "lines", "kB", "binary kB", "reach")
	vet := newTable("go vet of the same, after the build", "x structs", "reach")
	var missing []string
	var structs, structsVet series
	for _, g := range allGenerated {
		cost, err := b.costOf(g)
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s: not measured: %s", g.name, err))
			continue
		}
		if structs == nil {
			structs, structsVet = cost.build, cost.vet
		}
		build.row(g.name, cost.build, ratio(cost.build.wall(), structs.wall()), fmt.Sprint(cost.lines), kilobytes(cost.source), kilobytes(cost.binary),
			g.reach(cost.build, buildGoal))
		vet.row(g.name, cost.vet, ratio(cost.vet.wall(), structsVet.wall()), g.reach(cost.vet, vetGoal))
	}
	if err := build.end(missing); err != nil {
		return err
	}
	return vet.end(nil)
}

func (g generated) reach(s series, goal time.Duration) string {
	if !g.goal {
		return ""
	}
	return reach(s.wall(), goal)
}

func kilobytes(n int64) string { return fmt.Sprintf("%.0f", float64(n)/1000) }

// cost is what a generated package costs.
type cost struct {
	build, vet     series
	lines          int
	source, binary int64 // bytes; of the binary those that grow with the number of types
}

func (b *bench) costOf(g generated) (cost, error) {
	var c cost
	p, err := g.make(b, g.name, b.events)
	if err != nil {
		return c, err
	}
	if c.build, err = b.measure(p.command(b, p.change(), "build")); err != nil {
		return c, err
	}
	if c.vet, err = b.measure(p.command(b, p.changeAndBuild(b), "vet")); err != nil {
		return c, err
	}
	if c.lines, c.source, err = p.size(); err != nil {
		return c, err
	}
	c.binary, err = b.binaryGrowth(g, p)
	return c, err
}

// command is a go command on the package, with the build cache of this run.
func (p pkg) command(b *bench, prep func() error, verb string) command {
	return command{dir: p.dir, argv: []string{"go", verb, "./" + p.path}, prep: prep, env: b.goEnv()}
}

// goEnv is an environment with a build cache that ends with this run: measured packages are not left in the user's.
func (b *bench) goEnv() []string {
	return append(os.Environ(), "GOCACHE="+filepath.Join(b.temp, "gocache"), "GOFLAGS=-mod=mod")
}

// change returns a function that adds a comment to the package, so that it, and nothing else, must be compiled again.
func (p pkg) change() func() error {
	changes := 0
	return func() error {
		changes++
		f, err := os.OpenFile(filepath.Join(p.dir, p.path, p.edit), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("change the package: %w", err)
		}
		_, err = fmt.Fprintf(f, "\n// Change %d at %d.\n", changes, time.Now().UnixNano())
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
		return err
	}
}

// changeAndBuild leaves to vet what vet does itself, even where a test imports the package.
func (p pkg) changeAndBuild(b *bench) func() error {
	change := p.change()
	return func() error {
		if err := change(); err != nil {
			return err
		}
		_, err := p.command(b, nil, "build").run(b.ctx)
		return err
	}
}

// size counts the Go that is not a test.
func (p pkg) size() (lines int, total int64, err error) {
	names, err := filepath.Glob(filepath.Join(p.dir, p.path, "*.go"))
	if err != nil {
		return 0, 0, fmt.Errorf("list generated files: %w", err)
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return 0, 0, fmt.Errorf("read generated file: %w", err)
		}
		lines += bytes.Count(content, []byte("\n"))
		total += int64(len(content))
	}
	return lines, total, nil
}

// binaryGrowth is how much larger a program that uses all types is than one that uses a single type.
func (b *bench) binaryGrowth(g generated, all pkg) (int64, error) {
	one, err := g.make(b, g.name+"-one", 1)
	if err != nil {
		return 0, err
	}
	large, err := b.binarySize(all)
	if err != nil {
		return 0, err
	}
	small, err := b.binarySize(one)
	return large - small, err
}

func (b *bench) binarySize(p pkg) (int64, error) {
	main := filepath.Join(p.dir, "prog", "main.go")
	if err := os.MkdirAll(filepath.Dir(main), 0o755); err != nil {
		return 0, fmt.Errorf("make a program: %w", err)
	}
	if err := os.WriteFile(main, []byte(p.program), 0o644); err != nil {
		return 0, fmt.Errorf("make a program: %w", err)
	}
	binary := filepath.Join(p.dir, "program")
	if _, err := (command{dir: p.dir, argv: []string{"go", "build", "-o", binary, "./prog"}, env: b.goEnv()}).run(b.ctx); err != nil {
		return 0, err
	}
	info, err := os.Stat(binary)
	if err != nil {
		return 0, fmt.Errorf("measure the program: %w", err)
	}
	return info.Size(), nil
}
