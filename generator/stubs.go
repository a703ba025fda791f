package generator

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evgen/evgen/generator/output"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/generator/render"
	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/templates"
)

// Declared is what people wrote by hand in a directory of generated code.
type Declared struct {
	Funcs map[string]bool // functions without a receiver
	Files map[string]bool // names of files
}

// ReadDeclared reads the hand-written Go files of a directory. A directory that is not there declares nothing; a file
// that does not parse declares what can be read of it.
func ReadDeclared(root string) func(dir string) (Declared, error) {
	return func(dir string) (Declared, error) {
		d := Declared{Funcs: map[string]bool{}, Files: map[string]bool{}}
		full := filepath.Join(root, filepath.FromSlash(dir))
		entries, err := os.ReadDir(full)
		if os.IsNotExist(err) {
			return d, nil
		}
		if err != nil {
			return d, err
		}
		for _, e := range entries {
			if path.Ext(e.Name()) != ".go" || strings.HasSuffix(e.Name(), ".gen.go") {
				continue
			}
			d.Files[e.Name()] = true
			content, err := os.ReadFile(filepath.Join(full, e.Name()))
			if err != nil {
				return d, err
			}
			d.addFuncs(content)
		}
		return d, nil
	}
}

func (d Declared) addFuncs(content []byte) {
	if bytes.HasPrefix(content, []byte(output.Header)) {
		return
	}
	file, _ := parser.ParseFile(token.NewFileSet(), "", content, parser.SkipObjectResolution)
	if file == nil {
		return
	}
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
			d.Funcs[f.Name.Name] = true
		}
	}
}

// missingStubs is the file of stubs for those upcasts that are the user's to write and are not there yet.
func missingStubs(p *plan.Package, declared func(string) (Declared, error)) ([]render.Job, error) {
	customs := p.Customs()
	if len(customs) == 0 {
		return nil, nil
	}
	there, err := declared(p.Dir)
	if err != nil {
		return nil, err
	}
	var missing []*plan.Custom
	for _, c := range customs {
		if !there.Funcs[c.Func] {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	name := stubFile(there, missing[0])
	return []render.Job{{Package: p, Unit: templates.Stubs(name, missing), Path: path.Join(p.Dir, name), Stub: true}}, nil
}

// stubFile is a name that no file has yet: what people wrote is never touched.
func stubFile(there Declared, first *plan.Custom) string {
	if name := "upcast_custom.go"; !there.Files[name] {
		return name
	}
	return goname.File(goname.Snake(first.Func)) + ".go"
}
