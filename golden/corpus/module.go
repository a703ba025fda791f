package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// module is a Go module outside this one that uses what is generated, as a user's would.
type module struct {
	dir   string
	close func()
}

func newModule(keep string) (*module, error) {
	m := &module{dir: keep, close: func() {}}
	if keep == "" {
		dir, err := os.MkdirTemp("", "evgen-corpus-*")
		if err != nil {
			return nil, err
		}
		m.dir, m.close = dir, func() { os.RemoveAll(dir) }
	}
	root, err := filepath.Abs(".")
	if err != nil {
		return nil, err
	}
	own, err := os.ReadFile("go.mod")
	if err != nil {
		return nil, fmt.Errorf("run from the root of the module: %w", err)
	}
	text := strings.Replace(string(own), "module github.com/evgen/evgen", "module corpus", 1)
	text += fmt.Sprintf("\nrequire github.com/evgen/evgen v0.0.0\n\nreplace github.com/evgen/evgen => %s\n", root)
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(m.dir, "go.mod"), []byte(text)); err != nil {
		return nil, err
	}
	return m, writeFile(filepath.Join(m.dir, "go.sum"), sums)
}

// task is one payload to try.
type task struct {
	Package string `json:"package"`
	Wire    string `json:"wire"`
	Version int    `json:"version"`
	File    string `json:"file"`
	Data    []byte `json:"data"`
}

// result is what became of it.
type result struct {
	Task    int    `json:"task"`
	Decode  string `json:"decode"` // error, or empty
	Again   []byte `json:"again"`  // encoded again
	Unknown int    `json:"unknown"`
	Upcast  string `json:"upcast"` // error, or empty
	To      int    `json:"to"`     // version after the upcast
}

// try compiles the generated packages together with a driver, and sends all payloads through it.
func (m *module) try(chains []*chain, dir string) (map[string]outcome, error) {
	tasks, err := tasksOf(chains, dir)
	if err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(m.dir, "main.go"), driver(chains)); err != nil {
		return nil, err
	}
	if out, err := m.command("go", "vet", "./...").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("generated code does not compile: %w\n%s", err, out)
	}
	input, err := json.Marshal(tasks)
	if err != nil {
		return nil, err
	}
	run := m.command("go", "run", ".")
	run.Stdin = bytes.NewReader(input)
	run.Stderr = os.Stderr
	output, err := run.Output()
	if err != nil {
		return nil, fmt.Errorf("driver: %w", err)
	}
	return outcomes(tasks, output)
}

func (m *module) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off")
	return cmd
}

func tasksOf(chains []*chain, dir string) ([]task, error) {
	var tasks []task
	for _, c := range chains {
		for _, e := range c.imported.events {
			wire := cmp.Or(e.Wire, c.pkg+"."+e.Event)
			for _, v := range c.versions {
				if v.Schema != e.File {
					continue
				}
				for _, p := range v.all() {
					data, err := os.ReadFile(filepath.Join(dir, p.File))
					if err != nil {
						return nil, err
					}
					if p.Valid {
						tasks = append(tasks, task{Package: c.pkg, Wire: wire, Version: e.Version, File: p.File, Data: data})
					}
				}
			}
		}
	}
	return tasks, nil
}

// driver is the program that the payloads go through.
func driver(chains []*chain) []byte {
	var imports, cases strings.Builder
	for _, c := range chains {
		fmt.Fprintf(&imports, "\t%q\n", "corpus/events/"+c.pkg)
		fmt.Fprintf(&cases, "\t%q: %s.Schema(),\n", c.pkg, c.pkg)
	}
	text := strings.Replace(driverText, "IMPORTS", imports.String(), 1)
	return []byte(strings.Replace(text, "SCHEMAS", cases.String(), 1))
}

const driverText = `package main

import (
	"encoding/json"
	"os"
	"reflect"

IMPORTS
	"github.com/evgen/evgen/runtime"
	"github.com/evgen/evgen/runtime/codec"
)

var schemas = map[string]*runtime.Schema{
SCHEMAS}

type task struct {
	Package, Wire string
	Version       int
	Data          []byte
}

type result struct {
	Task    int    ` + "`json:\"task\"`" + `
	Decode  string ` + "`json:\"decode\"`" + `
	Again   []byte ` + "`json:\"again\"`" + `
	Unknown int    ` + "`json:\"unknown\"`" + `
	Upcast  string ` + "`json:\"upcast\"`" + `
	To      int    ` + "`json:\"to\"`" + `
}

func main() {
	var tasks []task
	if err := json.NewDecoder(os.Stdin).Decode(&tasks); err != nil {
		panic(err)
	}
	results := make([]result, len(tasks))
	for i, t := range tasks {
		results[i] = try(t)
		results[i].Task = i
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}

func try(t task) (r result) {
	schema := schemas[t.Package]
	event := schema.Event(t.Wire)
	if event == nil || event.Version(t.Version) == nil {
		r.Decode = "no such event or version: " + t.Wire
		return r
	}
	value, err := event.Version(t.Version).Decode(t.Data)
	if err != nil {
		r.Decode = err.Error()
		return r
	}
	r.Unknown = unknown(reflect.ValueOf(value))
	if r.Again, err = value.AppendJSON(nil); err != nil {
		r.Decode = "encode: " + err.Error()
		return r
	}
	rec := runtime.Record{Meta: runtime.Meta{Type: t.Wire, Version: t.Version, Stream: runtime.StreamOf("corpus", "1")}, Data: t.Data}
	events, err := schema.AppendEvents(nil, &rec)
	if err != nil {
		r.Upcast = err.Error()
		return r
	}
	for _, e := range events {
		r.To = e.EventVersion()
		if _, err := e.AppendJSON(nil); err != nil {
			r.Upcast = "encode the newest: " + err.Error()
		}
	}
	return r
}

// unknown counts the members that no schema declares and that were kept.
func unknown(v reflect.Value) int {
	if u, ok := v.Interface().(codec.Unknown); ok {
		return len(u)
	}
	n := 0
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			n += unknown(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				n += unknown(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return 0
		}
		for i := range v.Len() {
			n += unknown(v.Index(i))
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			n += unknown(it.Value())
		}
	}
	return n
}
`
