// Package lock holds what was released.
//
// In: a resolved model, or the bytes of evgen.lock. Out: a Lock, with one entry for each released version of an event
// and of each type that it reaches: its shape in the schema language, a digest of that, and a sample payload. A Lock
// turns back into a model, so that whatever compares models compares with what was released. It never rewrites an
// entry, never holds docs, times or names of machines, and touches no disk.
//
// The file has one line-group an entry. Each line of a group begins with the entry's name, so that no two groups have
// a line in common and git merges what two branches release; `evgen.lock merge=union` in .gitattributes makes it do so
// also where both add at one place.
package lock

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/source"
)

// FileName is what the file is called; it stands beside evgen.yaml.
const FileName = "evgen.lock"

// Format is the format that this package reads and writes.
const Format = 1

// Attributes is the line for .gitattributes that makes git merge the file whatever two branches release.
const Attributes = FileName + " merge=union"

// Lock is what was released, sorted by package, name, kind and version. It is not changed after it is made.
type Lock struct {
	Entries []*Entry
	file    *source.File // where it was read; nil for one that was made
}

// Kind says what an entry is.
type Kind string

// The kinds.
const (
	Event Kind = "event"
	Type  Kind = "type"
)

// Entry is one released version.
type Entry struct {
	Kind    Kind
	Package string
	Name    string
	Version int
	Wire    string // wire type of an event when it was released; "" for a type
	Shape   []byte // a document of the schema language that declares this version and no other
	Sample  []byte // a payload as it was written then, JSON; nil for a type
	Digest  string // of all above

	line int // in the file, from 1
}

// ID names an entry: "memory.MemoryCreated@2".
func (e *Entry) ID() string { return e.Package + "." + e.Name + "@" + strconv.Itoa(e.Version) }

func (e *Entry) digest() string {
	h := sha256.New()
	for _, part := range []string{string(e.Kind), e.ID(), e.Wire, string(e.Shape), string(e.Sample)} {
		h.Write([]byte(strconv.Itoa(len(part)) + ":" + part)) // a hash takes everything
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Find returns the entry of a version, or nil.
func (l *Lock) Find(kind Kind, id string) *Entry {
	for _, e := range l.Entries {
		if e.Kind == kind && e.ID() == id {
			return e
		}
	}
	return nil
}

func compare(a, b *Entry) int {
	return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Version, b.Version))
}

func sorted(entries []*Entry) []*Entry {
	out := slices.Clone(entries)
	slices.SortFunc(out, compare)
	return out
}
