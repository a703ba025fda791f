package origin

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// errLarge is returned for content that was not kept.
var errLarge = errors.New("file too large")

// snapshot is a file system in memory. It does not change once it is built.
type snapshot map[string]*node

// node is a file or a directory of a snapshot, as others see it.
type node struct {
	name     string // the last part of its path
	mode     fs.FileMode
	size     int64
	content  []byte
	children []fs.DirEntry // of a directory, sorted by name
}

func (n *node) Name() string               { return n.name }
func (n *node) IsDir() bool                { return n.mode.IsDir() }
func (n *node) Type() fs.FileMode          { return n.mode.Type() }
func (n *node) Info() (fs.FileInfo, error) { return n, nil }
func (n *node) Size() int64                { return n.size }
func (n *node) Mode() fs.FileMode          { return n.mode }
func (n *node) ModTime() time.Time         { return time.Time{} }
func (n *node) Sys() any                   { return nil }
func (n *node) String() string             { return fs.FormatDirEntry(n) }

func newSnapshot() snapshot {
	return snapshot{".": {name: ".", mode: fs.ModeDir | 0o555}}
}

// add puts a file into the snapshot, and the directories above it. A name is added once.
func (s snapshot) add(name string, obj object) {
	s.link(name, &node{name: path.Base(name), mode: 0o444, size: obj.size, content: obj.content})
}

// addDir makes a directory be there, even if it is empty.
func (s snapshot) addDir(name string) {
	if s[name] == nil {
		s.link(name, &node{name: path.Base(name), mode: fs.ModeDir | 0o555})
	}
}

func (s snapshot) link(name string, n *node) {
	parent := path.Dir(name)
	s.addDir(parent)
	s[name] = n
	s[parent].children = append(s[parent].children, n)
}

// sort brings the entries of all directories into the order that fs.ReadDir promises.
func (s snapshot) sort() {
	for _, n := range s {
		slices.SortFunc(n.children, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	}
}

func (s snapshot) find(action, name string) (*node, error) {
	switch n := s[name]; {
	case !fs.ValidPath(name):
		return nil, &fs.PathError{Op: action, Path: name, Err: fs.ErrInvalid}
	case n == nil:
		return nil, &fs.PathError{Op: action, Path: name, Err: fs.ErrNotExist}
	default:
		return n, nil
	}
}

// Open implements fs.FS.
func (s snapshot) Open(name string) (fs.File, error) {
	n, err := s.find("open", name)
	if err != nil {
		return nil, err
	}
	if n.IsDir() {
		return &openDir{node: n}, nil
	}
	if n.content == nil && n.size > 0 {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errLarge}
	}
	return &openFile{node: n, Reader: bytes.NewReader(n.content)}, nil
}

// Stat implements fs.StatFS.
func (s snapshot) Stat(name string) (fs.FileInfo, error) {
	n, err := s.find("stat", name)
	if err != nil {
		return nil, err
	}
	return n, nil
}

// ReadFile implements fs.ReadFileFS.
func (s snapshot) ReadFile(name string) ([]byte, error) {
	n, err := s.find("read", name)
	switch {
	case err != nil:
		return nil, err
	case n.IsDir():
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a directory")}
	case n.content == nil && n.size > 0:
		return nil, &fs.PathError{Op: "read", Path: name, Err: errLarge}
	}
	return slices.Clone(n.content), nil
}

// openFile is a file that is being read.
type openFile struct {
	*node
	*bytes.Reader
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.node, nil }
func (f *openFile) Size() int64                { return f.node.size }
func (f *openFile) Close() error               { return nil }

// openDir is a directory that is being listed.
type openDir struct {
	*node
	next int
}

func (d *openDir) Stat() (fs.FileInfo, error) { return d.node, nil }
func (d *openDir) Close() error               { return nil }

func (d *openDir) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: d.name, Err: errors.New("is a directory")}
}

// ReadDir implements fs.ReadDirFile.
func (d *openDir) ReadDir(n int) ([]fs.DirEntry, error) {
	rest := d.children[d.next:]
	if n > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if n > 0 && n < len(rest) {
		rest = rest[:n]
	}
	d.next += len(rest)
	return slices.Clone(rest), nil
}

var (
	_ fs.StatFS     = snapshot{}
	_ fs.ReadFileFS = snapshot{}
)
