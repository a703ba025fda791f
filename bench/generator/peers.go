package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The versions of the peers. protoc is the one that Debian's package protobuf-compiler has.
const (
	protocGenGo   = "google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12"
	goJSONSchema  = "github.com/atombender/go-jsonschema@v0.24.1"
	easyJSON      = "github.com/mailru/easyjson/easyjson@v0.9.2"
	oapiCodegen   = "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@v2.8.2"
	sqlc          = "github.com/sqlc-dev/sqlc/cmd/sqlc@v1.31.1"
	bufVersion    = "1.75.0"
	uuidModule    = "github.com/google/uuid@v1.6.0"
	easyRuntime   = "github.com/mailru/easyjson@v0.9.2"
	protobufGoMod = "google.golang.org/protobuf@v1.36.12"
)

// peer is a generator that teams would otherwise use.
type peer struct {
	name  string
	setup func(*bench) (command, error)
}

// allPeers lists them, in the order of the table.
var allPeers = []peer{
	{"protoc + protoc-gen-go 1.36.12, 50 files", func(b *bench) (command, error) { return b.protocOf("protoc50", b.events, files) }},
	{"protoc + protoc-gen-go 1.36.12, 1 file", func(b *bench) (command, error) { return b.protocOf("protoc1", b.events, 1) }},
	{"buf 1.75.0 + protoc-gen-go, 50 files", (*bench).buf},
	{"go-jsonschema 0.24.1, 50 files", (*bench).goJSONSchema},
	{"easyjson 0.9.2, 1 file", (*bench).easyjson},
	{"oapi-codegen 2.8.2, types only, 1 file", (*bench).oapi},
	{"sqlc 1.31.1 without cgo, 2 queries each", (*bench).sqlc},
}

// peers measures the other generators on the same definitions.
func (b *bench) peers() error {
	cold, err := b.coldSeries()
	if err != nil {
		return err
	}
	t := newTable(fmt.Sprintf("generators on %d definitions of the same 8 fields, cold", b.events), "x evgen")
	t.row("evgen, formatted, with codec and tests", cold, ratio(cold.wall(), cold.wall()))
	var missing []string
	for _, p := range allPeers {
		s, err := b.measurePeer(p)
		if b.ctx.Err() != nil {
			return b.ctx.Err()
		}
		if err != nil {
			missing = append(missing, fmt.Sprintf("%s: not measured: %s", p.name, err))
			continue
		}
		t.row(p.name, s, ratio(s.wall(), cold.wall()))
	}
	return t.end(missing)
}

// measurePeer measures a peer and makes sure that it did the whole job.
func (b *bench) measurePeer(p peer) (series, error) {
	c, err := p.setup(b)
	if err != nil {
		return nil, err
	}
	s, err := b.measure(c)
	if err != nil {
		return nil, err
	}
	return s, mentions(c.dir, eventName(0), eventName(b.events-1))
}

// mentions reports an error if the Go files below dir do not hold all names: a generator that skips definitions is fast.
func mentions(dir string, names ...string) error {
	missing := slices.Clone(names)
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" || filepath.Base(path) == easyInput {
			return err
		}
		content, err := os.ReadFile(path)
		missing = slices.DeleteFunc(missing, func(name string) bool { return bytes.Contains(content, []byte(name)) })
		return err
	})
	if err != nil {
		return fmt.Errorf("read what was generated: %w", err)
	}
	if len(missing) > 0 {
		return fmt.Errorf("generated nothing for %s", strings.Join(missing, ", "))
	}
	return nil
}

// install makes a Go tool available and returns its path. What an earlier run installed in this version stays.
func (b *bench) install(tool string) (string, error) {
	path, version, _ := strings.Cut(tool, "@")
	bin := filepath.Join(b.tools, filepath.Base(path)+"-"+version)
	full := filepath.Join(bin, filepath.Base(path))
	if _, err := os.Stat(full); err == nil {
		return full, nil
	}
	_, err := output(b.ctx, b.temp, "env", "GOBIN="+bin, "GOFLAGS=", "CGO_ENABLED=0", "go", "install", tool)
	return full, err
}

// freshDir returns a function that empties a directory.
func freshDir(dir string) func() error {
	return func() error {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove earlier output: %w", err)
		}
		return os.MkdirAll(dir, 0o755)
	}
}

// protocOf runs protoc with the Go plugin on n definitions in a number of files.
func (b *bench) protocOf(name string, n, files int) (command, error) {
	protoc, err := exec.LookPath("protoc")
	if err != nil {
		return command{}, fmt.Errorf("%w; install protobuf-compiler", err)
	}
	plugin, err := b.install(protocGenGo)
	if err != nil {
		return command{}, err
	}
	schemas := protoSchemas(n, files)
	dir, err := b.workspace(name, schemas)
	out := filepath.Join(dir, "orders")
	argv := append([]string{protoc, "--plugin=protoc-gen-go=" + plugin, "--go_out=" + out, "--go_opt=paths=source_relative"}, sortedNames(schemas)...)
	return command{dir: dir, argv: argv, prep: freshDir(out)}, err
}

func sortedNames(files map[string]string) []string { return slices.Sorted(maps.Keys(files)) }

func (b *bench) buf() (command, error) {
	plugin, err := b.install(protocGenGo)
	if err != nil {
		return command{}, err
	}
	buf, err := b.installBuf()
	if err != nil {
		return command{}, err
	}
	schemas := protoSchemas(b.events, files)
	schemas["buf.yaml"] = "version: v2\n"
	schemas["buf.gen.yaml"] = fmt.Sprintf("version: v2\nplugins:\n  - local: %s\n    out: orders\n    opt: paths=source_relative\n", plugin)
	dir, err := b.workspace("buf", schemas)
	return command{dir: dir, argv: []string{buf, "generate"}, prep: freshDir(filepath.Join(dir, "orders"))}, err
}

// installBuf makes buf's own binary available, without the script around it that npm's users start.
func (b *bench) installBuf() (string, error) {
	prefix := filepath.Join(b.tools, "buf-"+bufVersion)
	binary := filepath.Join(prefix, "node_modules", "@bufbuild", "buf-*", "bin", "buf")
	if found, _ := filepath.Glob(binary); len(found) > 0 {
		return found[0], nil
	}
	if _, err := output(b.ctx, b.temp, "npm", "install", "--prefix", prefix, "@bufbuild/buf@"+bufVersion); err != nil {
		return "", err
	}
	found, _ := filepath.Glob(binary) // the pattern is well-formed
	if len(found) == 0 {
		return "", fmt.Errorf("npm installed no buf for this platform in %s", prefix)
	}
	return found[0], nil
}

func (b *bench) goJSONSchema() (command, error) {
	tool, err := b.install(goJSONSchema)
	if err != nil {
		return command{}, err
	}
	schemas := jsonSchemas(b.events, files)
	dir, err := b.workspace("jsonschema", schemas)
	argv := append([]string{tool, "-p", "orders", "-o", filepath.Join("orders", "orders.go")}, sortedNames(schemas)...)
	return command{dir: dir, argv: argv, prep: freshDir(filepath.Join(dir, "orders"))}, err
}

func (b *bench) oapi() (command, error) {
	tool, err := b.install(oapiCodegen)
	if err != nil {
		return command{}, err
	}
	dir, err := b.workspace("oapi", openAPISchema(b.events))
	argv := []string{tool, "-generate", "types,skip-prune", "-package", "orders", "-o", filepath.Join("orders", "orders.go"), "orders000.json"}
	return command{dir: dir, argv: argv, prep: freshDir(filepath.Join(dir, "orders"))}, err
}

func (b *bench) sqlc() (command, error) {
	tool, err := b.install(sqlc)
	if err != nil {
		return command{}, err
	}
	dir, err := b.workspace("sqlc", sqlSchema(b.events))
	return command{dir: dir, argv: []string{tool, "generate"}, prep: freshDir(filepath.Join(dir, "orders"))}, err
}

// easyjson generates from Go structs by compiling and running a program, which is what its users wait for.
func (b *bench) easyjson() (command, error) {
	tool, dir, err := b.easyjsonModule("easyjson", goStructs(b.events, 1))
	if err != nil {
		return command{}, err
	}
	prep := func() error {
		if err := os.Remove(filepath.Join(dir, "orders", easyOutput)); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("remove earlier output: %w", err)
		}
		return nil
	}
	return command{dir: filepath.Join(dir, "orders"), argv: []string{tool, easyInput}, prep: prep}, nil
}

// What easyjson reads and writes.
const (
	easyInput  = "orders000.go"
	easyOutput = "orders000_easyjson.go"
)

// easyjsonModule makes a module that easyjson can work in, and returns the tool and the directory.
func (b *bench) easyjsonModule(name string, structs map[string]string) (tool, dir string, err error) {
	if tool, err = b.install(easyJSON); err != nil {
		return "", "", err
	}
	structs["go.mod"] = plainMod
	// easyjson's generator is compiled into the module, so that the module must require it.
	structs["needs/needs.go"] = "// Package needs keeps the requirements of generated code.\npackage needs\n\nimport (\n\t_ \"github.com/mailru/easyjson\"\n\t_ \"github.com/mailru/easyjson/gen\"\n)\n"
	if dir, err = b.workspace(name, structs); err != nil {
		return "", "", err
	}
	return tool, dir, b.require(dir, uuidModule, easyRuntime)
}

// plainMod is a module without requirements.
const plainMod = "module example.com/bench\n\ngo 1.24.0\n"

// require adds modules to the module in dir, in these versions.
func (b *bench) require(dir string, modules ...string) error {
	if _, err := output(b.ctx, dir, "go", append([]string{"get"}, modules...)...); err != nil {
		return err
	}
	_, err := output(b.ctx, dir, "go", "mod", "tidy")
	return err
}
