package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// importOutcome is what the import of a chain made.
type importOutcome struct {
	events []jsonschema.Imported
	losses []jsonschema.Loss
	fields int
	escape int // fields that became json
	custom int // upcasts left to people
}

// bringIn imports the schemas of a chain as YAML and generates Go from that YAML.
func (c *chain) bringIn(dir, module string) error {
	var inputs []jsonschema.Input
	for _, v := range c.versions {
		b, err := os.ReadFile(filepath.Join(dir, v.Schema))
		if err != nil {
			return err
		}
		inputs = append(inputs, jsonschema.Input{Name: v.Schema, Bytes: b})
	}
	result, rep := jsonschema.Import(inputs, jsonschema.Options{Package: c.pkg, Loader: os.DirFS(dir)})
	if rep.HasErrors() {
		return reported("import", rep)
	}
	c.imported.events, c.imported.losses = result.Events, result.Losses
	files, err := c.writeYAML(result.Documents, module)
	if err != nil {
		return err
	}
	return c.generate(files, module)
}

func (c *chain) writeYAML(docs []*syntax.Document, module string) ([]*source.File, error) {
	var files []*source.File
	for i, d := range docs {
		name := fmt.Sprintf("schema/%s_%d.yaml", c.pkg, i)
		text := syntax.Print(d)
		files = append(files, source.NewFile(name, text))
		if err := writeFile(filepath.Join(module, name), text); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func writeFile(name string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, content, 0o644)
}

func (c *chain) generate(files []*source.File, module string) error {
	var rep diag.Report
	c.measure(files)
	if err := c.copyCustom(module); err != nil {
		return err
	}
	out, err := generator.Generate(generator.Input{
		Files: files, Declared: generator.ReadDeclared(module),
		Layout: plan.Layout{Locate: func(pkg string) (string, string) { return path.Join("events", pkg), path.Join("corpus/events", pkg) }},
	}, &rep)
	if err != nil || rep.HasErrors() {
		return reported("generate", &rep)
	}
	changes, err := output.Compare(module, path.Join("events", c.pkg, "evgen.manifest.json"), nil, out)
	if err != nil {
		return err
	}
	return output.Write(module, changes)
}

// measure counts fields, and those that became json.
func (c *chain) measure(files []*source.File) {
	var rep diag.Report
	var docs []*syntax.Document
	for _, f := range files {
		docs = append(docs, syntax.Parse(f, &rep))
	}
	m := resolve.Resolve(docs, &rep)
	if m == nil {
		return
	}
	for _, p := range m.Packages {
		for _, e := range p.Events {
			for _, v := range e.Versions {
				c.count(v.Struct)
				c.countByHand(v.Upcast)
			}
		}
		for _, t := range p.Types {
			for _, v := range t.Versions {
				if s, ok := v.Shape.(*model.Struct); ok {
					c.count(s)
				}
				c.countByHand(v.Upcast)
			}
		}
	}
}

func (c *chain) count(s *model.Struct) {
	for _, f := range s.Fields {
		c.imported.fields++
		t := f.Type
		for t.Elem != nil {
			t = t.Elem
		}
		if t.Kind == model.JSON {
			c.imported.escape++
		}
	}
}

// countByHand counts the fields and steps that an upcast leaves to people.
func (c *chain) countByHand(u *model.Upcast) {
	if u == nil {
		return
	}
	if u.Go {
		c.imported.custom++
	}
	for _, r := range u.Rules {
		if r.Op == model.OpGo {
			c.imported.custom++
		}
	}
}

// copyCustom brings in the upcasts that people wrote for a chain, if there are any: custom/<corpus>_<event>.go.
func (c *chain) copyCustom(module string) error {
	name := filepath.Join("golden", "corpus", "custom", notInName.ReplaceAllString(strings.ToLower(c.event), "_")+".go.txt")
	b, err := os.ReadFile(name)
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	text := append([]byte("package "+c.pkg+"\n"), b...)
	return writeFile(filepath.Join(module, "events", c.pkg, "upcast_custom.go"), text)
}

func reported(action string, rep *diag.Report) error {
	err := fmt.Errorf("%s failed", action)
	for _, d := range rep.Sorted() {
		at := d.Span.Position()
		err = fmt.Errorf("%w\n\t%s:%d:%d: %s: %s", err, at.File, at.Line, at.Column, d.Rule, d.Message)
	}
	return err
}
