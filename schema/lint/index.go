package lint

import "github.com/evgen/evgen/schema/model"

// index is what rules ask of the whole model.
type index struct {
	model   *model.Model
	read    map[*model.Event]bool // by a consumer, a projection, a reaction or a saga of any package
	used    map[*model.Type]bool  // by an event, in any version, directly or not
	readers bool                  // some package names readers
}

func newIndex(m *model.Model) *index {
	x := &index{model: m, read: map[*model.Event]bool{}, used: map[*model.Type]bool{}}
	seen := map[*model.TypeVersion]bool{}
	for _, pkg := range m.Packages {
		x.readersOf(pkg)
		for _, e := range pkg.Events {
			for _, v := range e.Versions {
				x.reach(v.Struct, seen)
			}
		}
	}
	return x
}

func (x *index) readersOf(pkg *model.Package) {
	for _, c := range pkg.Consumers {
		x.mark(c.Reads...)
	}
	for _, p := range pkg.Projections {
		for _, h := range p.On {
			x.mark(h.Event)
		}
	}
	for _, r := range pkg.Reactions {
		x.mark(r.On...)
	}
	for _, s := range pkg.Sagas {
		if s.Start != nil {
			x.mark(s.Start)
		}
	}
}

func (x *index) mark(events ...*model.Event) {
	for _, e := range events {
		x.read[e] = true
		x.readers = true
	}
}

func (x *index) reach(s *model.Struct, seen map[*model.TypeVersion]bool) {
	for _, f := range s.Fields {
		if v := inner(f.Type).Named; v != nil {
			x.reachType(v, seen)
		}
	}
}

func (x *index) reachType(v *model.TypeVersion, seen map[*model.TypeVersion]bool) {
	if seen[v] {
		return
	}
	seen[v] = true
	x.used[v.Type] = true
	switch shape := v.Shape.(type) {
	case *model.Struct:
		x.reach(shape, seen)
	case *model.Union:
		for _, b := range shape.Branches {
			x.reachType(b.Type, seen)
		}
	}
}
