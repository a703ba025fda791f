package origin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
)

// exportFile is a file that Export wrote.
type exportFile struct{ path, shown string }

// ExportFile returns the module as an export file holds it.
func ExportFile(path string) Origin { return exportFile{path, path} }

// String implements Origin.
func (f exportFile) String() string { return f.shown }

// Read implements Origin. The fault of a file that is not whole has the kind ErrNotExport, ErrTruncated, ErrEdited or
// ErrNewerFormat.
func (f exportFile) Read(_ context.Context, dirs Dirs) (*Tree, error) {
	text, err := os.ReadFile(f.path)
	if err != nil {
		return nil, &Fault{Place: f.shown, Kind: ErrNotFound, Detail: err.Error(), Cause: err}
	}
	doc, err := parseExport(text)
	if err != nil {
		return nil, at(f, err)
	}
	content, settings := newSnapshot(), []byte(nil)
	for i := range doc.Files {
		file := &doc.Files[i]
		text := []byte(file.content())
		content.add(file.Name, object{size: int64(len(text)), content: text})
		if file.Name == SettingsFile {
			settings = text
		}
	}
	where := dirs.of(settings)
	for _, dir := range where {
		content.addDir(dir)
	}
	content.sort()
	return &Tree{FS: content, Dirs: where}, nil
}

// exportHelp is the way out where a file cannot be trusted.
const exportHelp = "write it anew with `evgen export -o FILE`"

func parseExport(text []byte) (*export, error) {
	var head struct {
		Format *int `json:"evgen_export"`
	}
	err := json.Unmarshal(text, &head)
	switch {
	case !bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")):
		return nil, &Fault{Kind: ErrNotExport, Help: exportHelp}
	case err != nil:
		return nil, malformed(text, err)
	case head.Format == nil || *head.Format < 1:
		return nil, &Fault{Kind: ErrNotExport, Detail: `it has no "evgen_export"`, Help: exportHelp}
	case *head.Format > exportFormat:
		return nil, &Fault{Kind: ErrNewerFormat, Detail: fmt.Sprintf("its format is %d, this one reads up to %d", *head.Format, exportFormat), Help: "update evgen"}
	}
	var doc export
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return nil, &Fault{Kind: ErrEdited, Detail: err.Error(), Help: exportHelp, Cause: err}
	}
	return &doc, doc.verify()
}

// malformed tells a file that ends too early, or that a merge has torn, from one that is something else.
func malformed(text []byte, err error) error {
	fault := &Fault{Kind: ErrNotExport, Detail: err.Error(), Help: exportHelp, Cause: err}
	var syntax *json.SyntaxError
	switch {
	case bytes.Contains(text, []byte("\n<<<<<<< ")):
		fault.Kind, fault.Detail = ErrEdited, "it holds merge-conflict markers"
	case errors.As(err, &syntax) && syntax.Offset >= int64(len(text)), errors.Is(err, io.ErrUnexpectedEOF):
		fault.Kind, fault.Detail = ErrTruncated, fmt.Sprintf("it ends after %d bytes", len(text))
	}
	return fault
}

// verify compares digests, and refuses names that no export has.
func (e *export) verify() error {
	dirs := e.directories()
	for i := range e.Files {
		f := &e.Files[i]
		if f.Digest != f.digest() {
			return &Fault{Kind: ErrEdited, Detail: fmt.Sprintf("the digest of %q is not that of its lines", f.Name), Help: exportHelp}
		}
		if !fs.ValidPath(f.Name) || !isWanted(f.Name, []string{"."}) || i > 0 && e.Files[i-1].Name >= f.Name || dirs[f.Name] {
			return &Fault{Kind: ErrEdited, Detail: fmt.Sprintf("%q is out of place", f.Name), Help: exportHelp}
		}
	}
	if e.Digest != e.digest() {
		return &Fault{Kind: ErrEdited, Detail: "a file was added, removed or renamed", Help: exportHelp}
	}
	return nil
}

// directories returns every directory that holds a file: none of them can be a file, too.
func (e *export) directories() map[string]bool {
	dirs := map[string]bool{}
	for _, f := range e.Files {
		for dir := path.Dir(f.Name); len(dir) > 1 && !dirs[dir]; dir = path.Dir(dir) {
			dirs[dir] = true
		}
	}
	return dirs
}
