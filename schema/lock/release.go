package lock

import (
	"iter"

	"github.com/evgen/evgen/generator/sample"
	"github.com/evgen/evgen/schema/model"
)

// Release adds every version of the model that is neither a draft nor in the lock, and the versions of types that
// those reach. It returns the new lock and what was added, in order. Entries that are there stay as they are, also
// where the model differs: that is for Check to say. A nil lock is empty.
func Release(l *Lock, m *model.Model) (next *Lock, added []*Entry) {
	next = &Lock{}
	known := map[string]bool{}
	if l != nil {
		next.Entries = append(next.Entries, l.Entries...)
		next.file = l.file
	}
	for _, e := range next.Entries {
		known[string(e.Kind)+" "+e.ID()] = true
	}
	add := func(e *Entry) {
		key := string(e.Kind) + " " + e.ID()
		if known[key] {
			return
		}
		known[key] = true
		e.Digest = e.digest()
		added = append(added, e)
	}
	for v := range released(m) {
		if known[string(Event)+" "+eventID(v)] {
			continue
		}
		add(eventEntry(v))
		for t := range reached(v.Struct) {
			add(typeEntry(t))
		}
	}
	next.Entries = sorted(append(next.Entries, added...))
	return next, sorted(added)
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

// released yields the versions of all events that are no drafts.
func released(m *model.Model) iter.Seq[*model.EventVersion] {
	return func(yield func(*model.EventVersion) bool) {
		for _, p := range m.Packages {
			for _, e := range p.Events {
				for _, v := range e.Versions {
					if !v.Draft && !yield(v) {
						return
					}
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
