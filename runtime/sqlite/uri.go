package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// errInMemory refuses what SQLite would take for a database in memory, of which
// each connection would see its own.
var errInMemory = errors.New("a database in memory cannot be shared by connections (use memstore)")

// uri turns a path into a URI, so that '?', '%', '#' and spaces in it mean
// nothing to SQLite. A name that begins with "file:" is a URI already.
func uri(name string) (string, error) {
	switch {
	case name == "":
		return "", errors.New("the name is empty")
	case name == ":memory:" || strings.HasPrefix(name, "file::memory:") || strings.HasPrefix(name, "file:") && strings.Contains(name, "mode=memory"):
		return "", errInMemory
	case strings.IndexByte(name, 0) >= 0:
		return "", errors.New("the name holds a NUL byte")
	case strings.HasPrefix(name, "file:"):
		return name, nil
	}
	path := filepath.ToSlash(name)
	switch {
	case strings.HasPrefix(path, "/"):
		return "file://" + escape(path), nil
	case filepath.VolumeName(name) != "":
		return "file:///" + escape(path), nil
	}
	return "file:" + escape(path), nil
}

func escape(path string) string {
	var b strings.Builder
	for _, c := range []byte(path) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("/:._-~", c) >= 0:
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
