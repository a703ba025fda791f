// Package fresh tells in milliseconds that nothing has changed since the last
// run.
//
// In: what a run read and wrote. Out: a file in the user's cache directory, and
// the answer whether the disk is still as that run left it. Any doubt counts as
// a change; a cache that cannot be read or written is silently no cache. It
// never touches the module itself.
package fresh

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// Cache is the memory of the last run in one module.
type Cache struct {
	root string
	file string // "" remembers nothing
	tool string // identity of the running program
}

// Open returns the cache of the module at root, kept below dir. With an empty dir it is never fresh.
func Open(dir, root string) *Cache {
	tool, err := toolIdentity()
	if dir == "" || err != nil {
		return &Cache{root: root}
	}
	return &Cache{root: root, file: filepath.Join(dir, Key(root)), tool: tool}
}

// Key names the module at root in file names.
func Key(root string) string { return digest([]byte(root)) }

// toolIdentity tells builds of evgen apart: another build may generate other code.
func toolIdentity() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	return digest(fmt.Appendf(nil, "%s\n%d\n%d", path, info.Size(), info.ModTime().UnixNano())), nil
}

// Fresh reports whether everything is as the remembered run left it.
func (c *Cache) Fresh() bool {
	if c.file == "" {
		return false
	}
	content, err := os.ReadFile(c.file)
	if err != nil {
		return false
	}
	facts, ok := decode(content, c.tool)
	return ok && broken(c.root, facts) == nil
}

// Remember keeps the facts of a run for the next one.
func (c *Cache) Remember(r *Run) {
	if c.file == "" || r.doubtful {
		return
	}
	if err := os.MkdirAll(filepath.Dir(c.file), 0o755); err != nil {
		return
	}
	temp, err := os.CreateTemp(filepath.Dir(c.file), "new-*")
	if err != nil {
		return
	}
	_, writeErr := temp.Write(encode(r.facts, c.tool))
	closeErr := temp.Close()
	if writeErr != nil || closeErr != nil || os.Rename(temp.Name(), c.file) != nil {
		os.Remove(temp.Name())
	}
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
