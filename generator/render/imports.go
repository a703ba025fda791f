package render

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/evgen/evgen/generator/plan"
)

// known are the packages that generated code imports, with their names.
var known = map[string]string{
	plan.RuntimePath: "runtime", plan.CodecPath: "codec", plan.UpcastPath: "upcast", plan.DecimalPath: "decimal", plan.CompatPath: "compattest",
	plan.UUIDPath: "uuid", plan.ProjectionPath: "projection", plan.PGModelPath: "pgmodel", plan.SQLiteModelPath: "sqlitemodel",
	plan.DeliveryPath: "delivery", plan.ReactionPath: "reaction", plan.SagaPath: "saga",
	"context": "context", "iter": "iter", "os": "os", "strconv": "strconv", "testing": "testing", "time": "time", "unsafe": "unsafe",
}

// taken are the names that generated code gives to its own variables, and of the packages that it imports: an import
// of a schema package by one of these names would hide something, or be hidden.
var taken = map[string]bool{
	"c": true, "e": true, "f": true, "h": true, "key": true, "next": true, "ok": true, "page": true, "q": true, "r": true, "row": true,
	"rows": true, "scan": true, "tx": true, "w": true, "handler": true, "dest": true, "source": true, "db": true, "registry": true, "run": true,
	"steps": true, "handle": true, "name": true, "expect": true,
	"ctx": true, "data": true, "dst": true, "err": true, "event": true, "evolver": true, "id": true, "m": true, "old": true, "opts": true,
	"records": true, "schema": true, "state": true, "step": true, "store": true, "stream": true, "t": true, "v": true, "value": true,
}

// newFile is a jennifer file that knows the names of all imports.
func newFile(job *Job) *jen.File {
	file := jen.NewFilePathName(job.importPath(), packageName(job))
	if job.Unit.Test {
		file = jen.NewFile(packageName(job))
	}
	file.NoFormat = true
	file.ImportNames(known)
	others := job.Package.Others()
	if job.Unit.Home != nil {
		read := job.Package.Read()
		file.ImportName(read.Path, read.Name)
		others = append(others, job.Package)
	}
	for _, p := range others {
		if alias := importName(p); alias == p.Name {
			file.ImportName(p.Path, p.Name)
		} else {
			file.ImportAlias(p.Path, alias)
		}
	}
	return file
}

// importName is the name under which other generated packages import p.
func importName(p *plan.Package) string {
	if taken[p.Name] || types.Universe.Lookup(p.Name) != nil || slices.Contains(slices.Collect(maps.Values(known)), p.Name) {
		return p.Name + "events"
	}
	return p.Name
}

// importSpec is one import.
type importSpec struct{ alias, path string }

// cutImports takes the import declarations out of a rendered file.
func cutImports(src []byte) ([]importSpec, []byte, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, "", src, parser.ImportsOnly)
	if err != nil {
		return nil, nil, fmt.Errorf("generated code does not parse: %w", err)
	}
	var specs []importSpec
	end := set.Position(parsed.Name.End()).Offset
	for _, d := range parsed.Decls {
		end = set.Position(d.End()).Offset
	}
	for _, i := range parsed.Imports {
		spec := importSpec{}
		if i.Name != nil {
			spec.alias = i.Name.Name
		}
		if spec.path, err = strconv.Unquote(i.Path.Value); err != nil {
			return nil, nil, fmt.Errorf("import %s: %w", i.Path.Value, err)
		}
		specs = append(specs, spec)
	}
	return specs, append([]byte("package p\n\n"), src[end:]...), nil
}

// importSet joins the imports of the pieces of a file.
type importSet struct{ aliases map[string]string }

func newImportSet() *importSet { return &importSet{map[string]string{}} }

func (s *importSet) add(specs []importSpec) error {
	for _, spec := range specs {
		if alias, there := s.aliases[spec.path]; there && alias != spec.alias {
			return fmt.Errorf("import of %q as %q and as %q", spec.path, alias, spec.alias)
		}
		s.aliases[spec.path] = spec.alias
	}
	return nil
}

// write writes the import block as gofmt has it: the standard library first.
func (s *importSet) write(out *bytes.Buffer) {
	paths := slices.Sorted(maps.Keys(s.aliases))
	if len(paths) == 0 {
		return
	}
	std := slices.Collect(filter(paths, isStandard))
	other := slices.Collect(filter(paths, func(p string) bool { return !isStandard(p) }))
	if len(paths) == 1 {
		fmt.Fprintf(out, "\nimport %s\n", s.line(paths[0]))
		return
	}
	out.WriteString("\nimport (\n")
	s.group(out, std)
	if len(std) > 0 && len(other) > 0 {
		out.WriteByte('\n')
	}
	s.group(out, other)
	out.WriteString(")\n")
}

func (s *importSet) group(out *bytes.Buffer, paths []string) {
	for _, p := range paths {
		fmt.Fprintf(out, "\t%s\n", s.line(p))
	}
}

func (s *importSet) line(p string) string {
	if alias := s.aliases[p]; alias != "" {
		return alias + " " + strconv.Quote(p)
	}
	return strconv.Quote(p)
}

func isStandard(p string) bool {
	first, _, _ := strings.Cut(p, "/")
	return !strings.Contains(first, ".")
}

func filter(list []string, keep func(string) bool) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for _, s := range list {
			if keep(s) && !yield(s) {
				return
			}
		}
	}
}

// sourceName is a schema file as headers name it: whatever it is called, it stays on its line.
func sourceName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' {
			return '_'
		}
		return r
	}, path.Clean(name))
}
