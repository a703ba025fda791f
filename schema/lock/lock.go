// Package lock holds what was released.
//
// In: a resolved model, or the bytes of evgen.lock. Out: a Lock, with one entry for each released version of an event
// and of each type that it reaches: its shape in the schema language, a digest of that, and a sample payload; and one
// for each promise about stored facts of an event as a whole: a former name, the events that they become. A Lock turns
// back into a model, so that whatever compares models compares with what was released. It never rewrites an entry,
// never holds docs, times or names of machines, and touches no disk.
//
// The file has one line-group an entry. Each line of a group begins with the entry's name, so that no two groups have
// a line in common and git merges what two branches release; `evgen.lock merge=union` in .gitattributes makes it do so
// also where both add at one place. Behind them stands what each release added, and after which releases: see Batch.
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

// Format is the format that this package writes. It reads all formats up to it; in format 1 there are no batches and
// no last line, so that an entry that goes is not missed.
const Format = 2

// Attributes is the line for .gitattributes that makes git merge the file whatever two branches release.
const Attributes = FileName + " merge=union"

// Lock is what was released, sorted by package, name, kind and version. It is not changed after it is made.
type Lock struct {
	Entries []*Entry
	Batches []*Batch     // in an order in which each comes after those that it names
	file    *source.File // where it was read; nil for one that was made
}

// Kind says what an entry is.
type Kind string

// The kinds.
const (
	Event Kind = "event" // a version of an event
	Into  Kind = "into"  // which events the version of an event becomes
	Name  Kind = "name"  // a further wire type under which facts of an event are stored
	Type  Kind = "type"  // a version of a type
)

// Entry is one released version, or a promise about stored facts that holds from this version on.
type Entry struct {
	Kind    Kind
	Package string
	Name    string
	Version int
	Wire    string // wire type of an event when it was released, the further one for Name; "" for Into and Type
	Shape   []byte // a document of the schema language that declares this version and no other; nil for Name
	Sample  []byte // a payload as it was written then, JSON; of an Event alone
	Digest  string // of all above

	line int // in the file, from 1
}

// ID names an entry: "memory.MemoryCreated@2".
func (e *Entry) ID() string { return e.Package + "." + e.Name + "@" + strconv.Itoa(e.Version) }

// key tells entries apart: two with the same key say the same, or contradict each other.
func (e *Entry) key() string {
	if e.Kind == Name {
		return string(e.Kind) + " " + e.ID() + " " + e.Wire
	}
	return string(e.Kind) + " " + e.ID()
}

func (e *Entry) digest() string {
	return digestOf(string(e.Kind), e.ID(), e.Wire, string(e.Shape), string(e.Sample))
}

func digestOf(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
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
	return cmp.Or(cmp.Compare(a.Package, b.Package), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Kind, b.Kind),
		cmp.Compare(a.Version, b.Version), cmp.Compare(a.Wire, b.Wire))
}

func sorted(entries []*Entry) []*Entry {
	out := slices.Clone(entries)
	slices.SortFunc(out, compare)
	return out
}
