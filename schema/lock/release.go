package lock

import (
	"iter"
	"slices"

	"github.com/evgen/evgen/generator/sample"
	"github.com/evgen/evgen/schema/model"
)

// Release adds every version of the model that is neither a draft nor in the lock, the versions of types that those
// reach, and what is promised of stored facts: former names, and what they become. It returns the new lock and what was
// added, in order. Entries that are there stay as they are, also where the model differs: that is for Check to say. A
// nil lock is empty.
func Release(l *Lock, m *model.Model) (next *Lock, added []*Entry) {
	r := releasing{next: &Lock{}, known: map[string]bool{}}
	if l != nil {
		r.next.Entries, r.next.Batches, r.next.file = slices.Clone(l.Entries), slices.Clone(l.Batches), l.file
	}
	for _, e := range r.next.Entries {
		r.known[e.key()] = true
	}
	for v := range released(m) {
		if r.add(eventEntry(v)) {
			for t := range reached(v.Struct) {
				r.add(typeEntry(t))
			}
		}
	}
	r.promises(m)
	r.next.Entries = sorted(r.next.Entries)
	if loose := r.next.loose(); len(loose) > 0 {
		r.next.Batches = inOrder(append(r.next.Batches, newBatch(r.next.last(), loose)))
	}
	return r.next, sorted(r.added)
}

// releasing is a release under way.
type releasing struct {
	next  *Lock
	known map[string]bool // keys of entries
	added []*Entry
}

// add takes an entry whose key is not there, and reports whether it did.
func (r *releasing) add(e *Entry) bool {
	if r.known[e.key()] {
		return false
	}
	r.known[e.key()] = true
	e.Digest = e.digest()
	r.added = append(r.added, e)
	r.next.Entries = append(r.next.Entries, e)
	return true
}

func eventID(v *model.EventVersion) string {
	return (&Entry{Package: v.Event.Package.Name, Name: v.Event.Name, Version: v.Number}).ID()
}

func eventEntry(v *model.EventVersion) *Entry {
	return &Entry{
		Kind: Event, Package: v.Event.Package.Name, Name: v.Event.Name, Version: v.Number, Wire: v.Event.Wire,
		Shape: eventShape(v), Sample: sample.Payload(v, sample.Fullest),
	}
}

func typeEntry(v *model.TypeVersion) *Entry {
	return &Entry{Kind: Type, Package: v.Type.Package.Name, Name: v.Type.Name, Version: v.Number, Shape: typeShape(v)}
}

func events(m *model.Model) iter.Seq[*model.Event] {
	return func(yield func(*model.Event) bool) {
		for _, p := range m.Packages {
			for _, e := range p.Events {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// released yields the versions of all events that are no drafts.
func released(m *model.Model) iter.Seq[*model.EventVersion] {
	return func(yield func(*model.EventVersion) bool) {
		for e := range events(m) {
			for _, v := range e.Versions {
				if !v.Draft && !yield(v) {
					return
				}
			}
		}
	}
}

// reached yields the versions of types that a struct reaches, and those before them, of which their upcasts speak.
func reached(s *model.Struct) iter.Seq[*model.TypeVersion] {
	return func(yield func(*model.TypeVersion) bool) {
		seen := map[*model.TypeVersion]bool{}
		queue := typesOf(s, nil)
		for len(queue) > 0 {
			v := queue[0]
			queue = queue[1:]
			if seen[v] {
				continue
			}
			seen[v] = true
			if !yield(v) {
				return
			}
			queue = shapeTypes(v.Shape, queue)
			for _, earlier := range v.Type.Versions {
				if earlier.Number < v.Number {
					queue = append(queue, earlier)
				}
			}
		}
	}
}

func shapeTypes(s model.Shape, into []*model.TypeVersion) []*model.TypeVersion {
	switch s := s.(type) {
	case *model.Struct:
		return typesOf(s, into)
	case *model.Union:
		for _, b := range s.Branches {
			into = append(into, b.Type)
		}
	}
	return into
}

func typesOf(s *model.Struct, into []*model.TypeVersion) []*model.TypeVersion {
	for _, f := range s.Fields {
		t := f.Type
		for t.Elem != nil {
			t = t.Elem
		}
		if t.Named != nil {
			into = append(into, t.Named)
		}
	}
	return into
}
