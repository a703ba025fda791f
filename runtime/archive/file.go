package archive

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// File is a file under way: nobody sees it under its name before Commit.
type File struct {
	name   string
	temp   *os.File
	buffer *bufio.Writer
	packed *gzip.Writer // nil if it is not compressed
}

// Create begins a file, which is compressed if its name ends in .gz. One of that
// name is replaced by Commit.
func Create(name string) (*File, error) {
	f, err := createPlain(name)
	if err == nil && strings.HasSuffix(name, packedEnding) {
		f.packed = gzip.NewWriter(f.buffer)
	}
	return f, err
}

// tempPrefix begins the names of files under way.
const tempPrefix = ".evgen-"

func createPlain(name string) (*File, error) {
	temp, err := os.CreateTemp(filepath.Dir(name), tempPrefix+"*")
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", name, err)
	}
	return &File{name: name, temp: temp, buffer: bufio.NewWriterSize(temp, 1<<16)}, nil
}

// Write implements [io.Writer].
func (f *File) Write(p []byte) (int, error) {
	var w io.Writer = f.buffer
	if f.packed != nil {
		w = f.packed
	}
	return w.Write(p)
}

// Commit puts the file, once it is on disk, in its place.
func (f *File) Commit() error {
	var err error
	if f.packed != nil {
		err = f.packed.Close()
	}
	err = errors.Join(err, f.buffer.Flush(), f.temp.Chmod(0o600), f.temp.Sync(), f.temp.Close())
	if err == nil {
		err = os.Rename(f.temp.Name(), f.name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", f.name, errors.Join(err, os.Remove(f.temp.Name())))
	}
	return nil
}

// Discard leaves nothing behind. After Commit it does nothing.
func (f *File) Discard() {
	_ = f.temp.Close()
	_ = os.Remove(f.temp.Name()) // gone under this name after Commit
}
