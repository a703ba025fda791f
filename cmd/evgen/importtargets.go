package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// imported is a schema file to write.
type imported struct {
	path    string
	content []byte
}

// targets says which file holds which document.
func (im *importing) targets(dir string, docs []*syntax.Document) ([]imported, error) {
	if im.out != "" && !im.isDirectory(dir) {
		return []imported{{im.resolve(dir, im.out), syntax.Print(joined(docs))}}, nil
	}
	into := im.resolve(dir, im.out)
	if im.out == "" {
		p, err := openProject(dir, &diag.Report{})
		if err != nil {
			return nil, fmt.Errorf("find the schema directory: %w; or say where with --out", err)
		}
		into = filepath.Join(p.Root, filepath.FromSlash(p.Dirs()[0]))
	}
	files := make([]imported, len(docs))
	for i, d := range docs {
		files[i] = imported{filepath.Join(into, filepath.FromSlash(path.Clean("/"+d.File.Name))), syntax.Print(d)}
	}
	return files, nil
}

// isDirectory reports whether --out names a directory: one that is there, or by a slash at its end.
func (im *importing) isDirectory(dir string) bool {
	if strings.HasSuffix(im.out, "/") || strings.HasSuffix(im.out, string(filepath.Separator)) {
		return true
	}
	info, err := os.Stat(im.resolve(dir, im.out))
	return err == nil && info.IsDir()
}

// joined is all documents in one. They are of one package.
func joined(docs []*syntax.Document) *syntax.Document {
	all := &syntax.Document{File: source.NewFile("joined.yaml", nil)}
	for _, d := range docs {
		all.Package = d.Package
		if all.Doc.Value == "" {
			all.Doc = d.Doc
		}
		if all.Owner.Value == "" {
			all.Owner = d.Owner
		}
		all.Types = append(all.Types, d.Types...)
		all.Aggregates = append(all.Aggregates, d.Aggregates...)
		all.Events = append(all.Events, d.Events...)
	}
	return all
}
