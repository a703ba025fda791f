package output

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ManifestFormat is the version of the manifest and of the layout of generated files.
const ManifestFormat = 1

// Manifest lists what a run read and what it owns. Nothing in it depends on the machine, the time or the build of evgen.
type Manifest struct {
	Format int               `json:"format"`
	Inputs map[string]string `json:"inputs"` // schema file to digest
	Files  map[string]string `json:"files"`  // generated file to digest; stubs are not listed: they are the user's
}

// NewManifest returns the manifest of a run.
func NewManifest(inputs map[string][]byte, files []File) Manifest {
	m := Manifest{Format: ManifestFormat, Inputs: map[string]string{}, Files: map[string]string{}}
	for name, b := range inputs {
		m.Inputs[name] = digest(b)
	}
	for _, f := range files {
		if !f.Stub {
			m.Files[f.Path] = digest(f.Bytes)
		}
	}
	return m
}

// encode writes one entry a line, sorted, so that merges rarely conflict.
func (m Manifest) encode() []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(m) // maps of strings always encode
	return b.Bytes()
}

// readManifest reads the manifest of the last run. Where there is none, or one that cannot be read as such (a merge
// conflict, a broken file), the run owns nothing yet: stale files then stay until the next run.
func readManifest(root, name string) (Manifest, error) {
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		return Manifest{}, nil
	}
	if err != nil {
		return Manifest{}, fmt.Errorf("read manifest: %w", err)
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return Manifest{}, nil
	}
	if m.Format > ManifestFormat {
		return Manifest{}, fmt.Errorf("manifest %s has format %d, this evgen knows %d: update evgen", name, m.Format, ManifestFormat)
	}
	return m, nil
}
