package origin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"
)

// exportFormat is the version of the format that is written; older ones are read, too.
const exportFormat = 1

// export is the content of an export file. Its JSON is canonical: files sorted by name, text in lines, so that two
// exports differ where the schemas do, and only there.
type export struct {
	Format int            `json:"evgen_export"`
	Digest string         `json:"digest"` // of the names and digests of all files
	Files  []exportedFile `json:"files"`
}

type exportedFile struct {
	Name   string   `json:"name"`
	Digest string   `json:"digest"` // of the name and content
	Lines  []string `json:"lines"`  // joined by line feeds
}

// Export writes a tree as one self-contained file: evgen.yaml, evgen.lock and all schema files. Links that lead out
// of the directories are followed where the file system of the tree follows them. Errors: what the tree cannot read,
// and a *Fault of kind ErrNotExportable for text that is not UTF-8.
func Export(t *Tree) ([]byte, error) {
	names, err := fileNames(t)
	if err != nil {
		return nil, fmt.Errorf("list the files to export: %w", err)
	}
	doc := export{Format: exportFormat, Files: []exportedFile{}}
	for _, name := range names {
		content, err := fs.ReadFile(t.FS, name)
		if err != nil {
			return nil, fmt.Errorf("export %s: %w", name, err)
		}
		if !utf8.Valid(content) || !utf8.ValidString(name) {
			return nil, &Fault{Kind: ErrNotExportable, Detail: fmt.Sprintf("%q is not UTF-8", name)}
		}
		file := exportedFile{Name: name, Lines: strings.Split(string(content), "\n")}
		file.Digest = file.digest()
		doc.Files = append(doc.Files, file)
	}
	doc.Digest = doc.digest()
	return doc.encode()
}

// fileNames lists the files of a tree, sorted.
func fileNames(t *Tree) ([]string, error) {
	var names []string
	for _, root := range append([]string{SettingsFile, LockFile}, t.Dirs...) {
		err := fs.WalkDir(t.FS, root, func(name string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrNotExist) && name == root:
				return nil
			case err != nil:
				return err
			case d.IsDir() && name != root && isHidden(d.Name()):
				return fs.SkipDir
			case !d.IsDir() && isWanted(name, t.Dirs) && pointsToFile(t.FS, name, d):
				names = append(names, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// pointsToFile passes over links to directories, pipes and the like; a broken link is left for reading to report.
func pointsToFile(fsys fs.FS, name string, d fs.DirEntry) bool {
	if d.Type()&fs.ModeSymlink == 0 {
		return d.Type().IsRegular()
	}
	info, err := fs.Stat(fsys, name)
	return err != nil || info.Mode().IsRegular()
}

func (e *export) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encode the export: %w", err)
	}
	return b.Bytes(), nil
}

func (f *exportedFile) content() string { return strings.Join(f.Lines, "\n") }

func (f *exportedFile) digest() string { return digest(f.Name, f.content()) }

func (e *export) digest() string {
	var parts []string
	for _, f := range e.Files {
		parts = append(parts, f.Name, f.Digest)
	}
	return digest(parts...)
}

// digest tells lists of texts apart: each is preceded by its length.
func digest(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}
