package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// pin makes every use of what was evolved name a version, where naming none was enough so far. It returns the files that
// change, that of the declaration first.
func (m declared) pin(target declaration, evolved []byte) ([]rewrite, error) {
	released, err := m.released()
	if err != nil {
		return nil, err
	}
	pin := func(f *source.File) ([]byte, int) { return f.Bytes, 0 }
	switch {
	case !target.isType:
		pin = func(f *source.File) ([]byte, int) { return syntax.PinEvent(f, target.pkg, target.name, target.last) }
	case target.count == 1:
		choose := func(u syntax.User) int { return target.chosenBy(u, released) }
		pin = func(f *source.File) ([]byte, int) { return syntax.PinType(f, target.pkg, target.name, choose) }
	}
	text, pins := pin(source.NewFile(target.file.Name, evolved))
	out := []rewrite{{target.file, text, pins}}
	for _, f := range m.files {
		if text, pins := pin(f); f != target.file && !bytes.Equal(text, f.Bytes) {
			out = append(out, rewrite{f, text, pins})
		}
	}
	return out, nil
}

// chosenBy is the version that a user of the type gets: the old one where it is released, the new one where it may still
// change. Without a lock everything counts as released that is no draft.
func (d declaration) chosenBy(u syntax.User, released *lock.Lock) int {
	kind := lock.Event
	if u.IsType {
		kind = lock.Type
	}
	isCopy := u.IsType && u.Package == d.pkg && u.Name == d.name && u.Version > d.last
	id := (&lock.Entry{Package: u.Package, Name: u.Name, Version: u.Version}).ID()
	if isCopy || u.Draft || released != nil && released.Find(kind, id) == nil {
		return d.last + 1
	}
	return d.last
}

// released is the lock of the module, or nil where there is none.
func (m declared) released() (*lock.Lock, error) {
	text, err := os.ReadFile(filepath.Join(m.root, lock.FileName))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", lock.FileName, err)
	}
	return lock.Read(text)
}
