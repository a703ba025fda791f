package lock

import (
	"cmp"
	"slices"
	"strings"
)

// Batch is what one release added. It names the batches that it came after, as a commit names its parents: no entry can
// go without being missed, nor a batch that another one names. Branches that release side by side add batches side by
// side, and the next release comes after both.
type Batch struct {
	ID      string   // digest of what follows
	After   []string // IDs of the batches that were the last ones, sorted; none for the first
	Entries []string // references to entries, sorted

	line int // in the file, from 1
}

// ref names an entry as batches do. The digest makes it this entry and no other one of its name.
func (e *Entry) ref() string { return string(e.Kind) + " " + e.ID() + " " + e.Digest }

func newBatch(after, refs []string) *Batch {
	b := &Batch{After: slices.Sorted(slices.Values(after)), Entries: slices.Sorted(slices.Values(refs))}
	b.ID = b.digest()
	return b
}

func (b *Batch) digest() string {
	return digestOf(strings.Join(b.After, ","), strings.Join(b.Entries, "\n"))
}

// last are the batches that no other one came after.
func (l *Lock) last() []string {
	followed := map[string]bool{}
	for _, b := range l.Batches {
		for _, id := range b.After {
			followed[id] = true
		}
	}
	var out []string
	for _, b := range l.Batches {
		if !followed[b.ID] {
			out = append(out, b.ID)
		}
	}
	return out
}

// loose are references to the entries that no batch names: those of format 1, and those that are new.
func (l *Lock) loose() []string {
	named := map[string]bool{}
	for _, b := range l.Batches {
		for _, ref := range b.Entries {
			named[ref] = true
		}
	}
	var out []string
	for _, e := range l.Entries {
		if !named[e.ref()] {
			out = append(out, e.ref())
		}
	}
	return out
}

// IsGuarded reports whether every entry would be missed: those of a file of format 1 would not. The next release
// guards them. A nil lock has nothing to guard.
func (l *Lock) IsGuarded() bool { return l == nil || len(l.loose()) == 0 }

// check finds what batches name and the lock lacks. The error is an *Error.
func (l *Lock) check() error {
	there := map[string]bool{}
	for _, e := range l.Entries {
		there[e.ref()] = true
	}
	for _, b := range l.Batches {
		there[b.ID] = true
	}
	for _, b := range l.Batches {
		if b.digest() != b.ID {
			return edited(b.line, "release "+b.ID)
		}
		for _, id := range b.After {
			if !there[id] {
				return incomplete(b.line, "release "+id)
			}
		}
		for _, ref := range b.Entries {
			if !there[ref] {
				return incomplete(b.line, ref[:strings.LastIndexByte(ref, ' ')])
			}
		}
	}
	return nil
}

// inOrder sorts batches so that equal locks give equal files: by how many came one after the other, then by ID. They
// have been checked, so that none comes after itself.
func inOrder(batches []*Batch) []*Batch {
	byID := map[string]*Batch{}
	for _, b := range batches {
		byID[b.ID] = b
	}
	depths := map[string]int{}
	var depth func(id string) int
	depth = func(id string) int {
		if d, known := depths[id]; known || byID[id] == nil {
			return d
		}
		d := 0
		for _, before := range byID[id].After {
			d = max(d, depth(before)+1)
		}
		depths[id] = d
		return d
	}
	out := slices.Clone(batches)
	slices.SortFunc(out, func(a, b *Batch) int { return cmp.Or(cmp.Compare(depth(a.ID), depth(b.ID)), cmp.Compare(a.ID, b.ID)) })
	return out
}

// Lost returns the entries that one lock has and a later one lacks, or has otherwise. Either may be nil.
func Lost(earlier, later *Lock) []*Entry {
	there := map[string]bool{}
	if later != nil {
		for _, e := range later.Entries {
			there[e.ref()] = true
		}
	}
	var out []*Entry
	if earlier != nil {
		for _, e := range earlier.Entries {
			if !there[e.ref()] {
				out = append(out, e)
			}
		}
	}
	return out
}
