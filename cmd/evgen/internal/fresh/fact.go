package fresh

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
)

// kind says what a fact is about.
type kind byte

const (
	isFile kind = 'f' // the content of a file
	isTree kind = 't' // the names in a directory, at any depth
	isHand kind = 'h' // the hand-written Go files of a directory
)

// fact is something that was so when a run looked.
type fact struct {
	kind   kind
	path   string // slash-separated, relative to the root
	digest string
}

// absent is the digest of a file that is not there.
const absent = "-"

// observe returns the digest of what is there now.
func observe(root string, k kind, path string) (string, error) {
	full := filepath.Join(root, filepath.FromSlash(path))
	switch k {
	case isFile:
		return observeFile(full)
	case isTree:
		return observeTree(full)
	case isHand:
		return observeHand(full)
	default:
		return "", fmt.Errorf("observe %s: unknown kind of fact %q", path, k)
	}
}

func observeFile(full string) (string, error) {
	content, err := os.ReadFile(full)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return absent, nil
	}
	return digest(content), err
}

// observeTree digests names and types. A link counts as what it points to, but is not followed.
func observeTree(full string) (string, error) {
	var names bytes.Buffer
	full, err := filepath.EvalSymlinks(full)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	if err != nil {
		return "", err
	}
	err = filepath.WalkDir(full, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		mode := entry.Type()
		if mode&fs.ModeSymlink != 0 {
			if info, err := os.Stat(name); err == nil {
				mode |= info.Mode().Type()
			}
		}
		fmt.Fprintf(&names, "%q %o\n", name, mode)
		return nil
	})
	return digest(names.Bytes()), err
}

// observeHand digests the Go files of a directory that no generator owns: upcasts that people wrote decide about stubs.
func observeHand(full string) (string, error) {
	entries, err := os.ReadDir(full)
	if errors.Is(err, fs.ErrNotExist) {
		return absent, nil
	}
	if err != nil {
		return "", err
	}
	var all bytes.Buffer
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), ".gen.go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(full, e.Name()))
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&all, "%q %s\n", e.Name(), digest(content))
	}
	return digest(all.Bytes()), nil
}

// broken returns a fact that does not hold any more, or nil. It reads on all processors and stops at the first.
func broken(root string, facts []fact) *fact {
	var next atomic.Int64
	var changed atomic.Pointer[fact]
	var workers sync.WaitGroup
	for range min(len(facts), 2*runtime.GOMAXPROCS(0)) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for i := next.Add(1) - 1; i < int64(len(facts)) && changed.Load() == nil; i = next.Add(1) - 1 {
				f := &facts[i]
				if now, err := observe(root, f.kind, f.path); err != nil || now != f.digest {
					changed.Store(f)
				}
			}
		}()
	}
	workers.Wait()
	return changed.Load()
}
