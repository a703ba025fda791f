// Package starter holds the files that a new project begins with.
//
// In: names and paths. Out: the content of files. It reads and writes no disk.
package starter

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"text/template"
)

//go:embed files
var files embed.FS

// Names is what the files of a project are made for. Directories are slash-separated and relative to the module root.
type Names struct {
	Package string // schema package, and Go package
	Schemas string // directory of schema files
	Out     string // directory of generated packages
	Import  string // import path of the generated package
	Holder  string // Go package of the directory Out itself
}

// File is one file of a new project.
type File struct {
	Path    string // slash-separated, relative to the module root
	Purpose string
	Content []byte
	Sample  bool // part of the sample events, which a project with events of its own does without
}

// Files returns the files of a project, in the order in which a person should look at them.
func Files(n Names) ([]File, error) {
	all := []File{
		{Path: path.Join(n.Schemas, n.Package+".yaml"), Purpose: "the events; start here", Sample: true},
		{Path: path.Join(n.Out, n.Package+"_test.go"), Purpose: "how to use them in Go", Sample: true},
		{Path: path.Join(n.Out, "generate.go"), Purpose: "makes `go generate` run evgen"},
		{Path: "evgen.yaml", Purpose: "settings, all at their defaults"},
	}
	for i, name := range []string{"schema.yaml.tmpl", "events_test.go.tmpl", "generate.go.tmpl", "evgen.yaml.tmpl"} {
		content, err := render(name, n)
		if err != nil {
			return nil, err
		}
		all[i].Content = content
	}
	return all, nil
}

func render(name string, n Names) ([]byte, error) {
	parsed, err := template.ParseFS(files, "files/"+name)
	if err != nil {
		return nil, fmt.Errorf("read starter file %s: %w", name, err)
	}
	var out bytes.Buffer
	if err := parsed.Execute(&out, n); err != nil {
		return nil, fmt.Errorf("fill in starter file %s: %w", name, err)
	}
	return out.Bytes(), nil
}
