package lint

import (
	"maps"

	"github.com/evgen/evgen/schema/model"
)

// index is what rules ask of the whole model.
type index struct {
	model   *model.Model
	read    map[*model.Event]bool // by a consumer, a projection, a reaction or a saga of any package
	used    map[*model.Type]bool  // by an event, in any version, directly or not
	own     map[*model.Type]bool  // by an event that is not foreign, in its newest version
	covered map[*model.Type]bool  // by events in their newest version, through sensitive fields alone
	readers bool                  // some package names readers
	sites   map[*model.Package][]site
}

func newIndex(m *model.Model) *index {
	x := &index{model: m, read: map[*model.Event]bool{}, used: map[*model.Type]bool{}, own: map[*model.Type]bool{}, sites: map[*model.Package][]site{}}
	all, own := reach(x.used, always), reach(x.own, always)
	x.covered = coveredTypes(m)
	for _, pkg := range m.Packages {
		x.readersOf(pkg)
		x.sites[pkg] = sitesOf(pkg)
		for _, e := range pkg.Events {
			for _, v := range e.Versions {
				all.fields(v.Struct)
			}
			if !isForeign(e) {
				own.fields(newest(e).Struct)
			}
		}
	}
	return x
}

// coveredTypes returns the types whose values only stand in fields that are sensitive as
// a whole.
func coveredTypes(m *model.Model) map[*model.Type]bool {
	covered, bare := map[*model.Type]bool{}, map[*model.Type]bool{}
	all, open := reach(covered, always), reach(bare, func(f *model.Field) bool { return !f.Sensitive })
	for _, pkg := range m.Packages {
		for _, e := range produced(pkg) {
			all.fields(newest(e).Struct)
			open.fields(newest(e).Struct)
		}
	}
	maps.DeleteFunc(covered, func(t *model.Type, _ bool) bool { return bare[t] })
	return covered
}

// isGiven reports whether fields have the form that somebody else chose: those of foreign events and of types that
// only such events use.
func (x *index) isGiven(s site) bool {
	if s.event != nil {
		return isForeign(s.event)
	}
	return x.used[s.typ] && !x.own[s.typ]
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
		x.mark(s.Reads()...)
	}
}

func (x *index) mark(events ...*model.Event) {
	for _, e := range events {
		x.read[e] = true
		x.readers = true
	}
}

// reacher marks types that fields reach, directly or through other types, as far as it
// goes through a field.
type reacher struct {
	mark    map[*model.Type]bool
	seen    map[*model.TypeVersion]bool
	through func(*model.Field) bool
}

func reach(mark map[*model.Type]bool, through func(*model.Field) bool) reacher {
	return reacher{mark, map[*model.TypeVersion]bool{}, through}
}

func always(*model.Field) bool { return true }

func (r reacher) fields(s *model.Struct) {
	for _, f := range s.Fields {
		if v := inner(f.Type).Named; v != nil && r.through(f) {
			r.version(v)
		}
	}
}

func (r reacher) version(v *model.TypeVersion) {
	if r.seen[v] {
		return
	}
	r.seen[v] = true
	r.mark[v.Type] = true
	switch shape := v.Shape.(type) {
	case *model.Struct:
		r.fields(shape)
	case *model.Union:
		for _, b := range shape.Branches {
			r.version(b.Type)
		}
	}
}
