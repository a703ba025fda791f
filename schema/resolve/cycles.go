package resolve

import (
	"cmp"
	"slices"

	"github.com/evgen/evgen/schema/model"
)

// checkImportCycles refuses packages that need each other: Go packages cannot.
func (r *resolver) checkImportCycles() {
	state := map[*model.Package]int{} // 1: on the way, 2: done
	var way []*model.Package
	var visit func(p *model.Package)
	visit = func(p *model.Package) {
		state[p] = 1
		way = append(way, p)
		for _, next := range sortedImports(r.imports[p]) {
			switch state[next] {
			case 0:
				visit(next)
			case 1:
				cycle := way[slices.Index(way, next):]
				r.rep.Add(importCycle(cycle, r.imports[p][next]))
			}
		}
		way = way[:len(way)-1]
		state[p] = 2
	}
	for _, s := range r.order {
		if state[s.pkg] == 0 {
			visit(s.pkg)
		}
	}
}

func sortedImports(edges map[*model.Package]use) []*model.Package {
	var out []*model.Package
	for p := range edges {
		out = append(out, p)
	}
	slices.SortFunc(out, func(a, b *model.Package) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// checkRecursion refuses types of which every value would be infinite. A type is finite when all fields
// that it cannot do without are; a union when one of its branches is. Finiteness spreads from the leaves.
func (r *resolver) checkRecursion() {
	finite := map[*model.TypeVersion]bool{}
	missing := map[*model.TypeVersion]int{} // required types not yet known to be finite
	usedBy := map[*model.TypeVersion][]*model.TypeVersion{}
	var ready []*model.TypeVersion
	for _, w := range r.types {
		needs := requiredTypes(w.into.Shape)
		missing[w.into] = len(needs)
		if _, isUnion := w.into.Shape.(*model.Union); isUnion {
			missing[w.into] = min(1, len(needs))
		}
		for _, n := range needs {
			usedBy[n.to] = append(usedBy[n.to], w.into)
		}
		if len(needs) == 0 {
			ready = append(ready, w.into)
		}
	}
	for len(ready) > 0 {
		v := ready[len(ready)-1]
		ready = ready[:len(ready)-1]
		if finite[v] {
			continue
		}
		finite[v] = true
		for _, u := range usedBy[v] {
			if missing[u]--; missing[u] == 0 {
				ready = append(ready, u)
			}
		}
	}
	r.reportInfinite(finite)
}

// need is a type that a value cannot do without.
type need struct {
	to    *model.TypeVersion
	field *model.Field // nil for a branch
}

func requiredTypes(shape model.Shape) []need {
	var needs []need
	switch s := shape.(type) {
	case *model.Struct:
		for _, f := range s.Fields {
			if f.Type.Kind == model.Named && !f.Optional && !f.Type.Nullable {
				needs = append(needs, need{f.Type.Named, f})
			}
		}
	case *model.Union:
		for _, b := range s.Branches {
			needs = append(needs, need{b.Type, nil})
		}
	}
	return needs
}

// reportInfinite reports each cycle once: from an infinite type it follows the first infinite need
// until it comes back to where it was.
func (r *resolver) reportInfinite(finite map[*model.TypeVersion]bool) {
	done := map[*model.TypeVersion]bool{}
	for _, w := range r.types {
		var way []need
		at := w.into
		for !finite[at] && !done[at] {
			done[at] = true
			next := firstInfinite(at, finite)
			way = append(way, next)
			at = next.to
		}
		for i := range way {
			if i == 0 && at == w.into || i > 0 && way[i-1].to == at {
				r.rep.Add(infiniteType(way[i:], at))
				break
			}
		}
	}
}

func firstInfinite(v *model.TypeVersion, finite map[*model.TypeVersion]bool) need {
	for _, n := range requiredTypes(v.Shape) {
		if !finite[n.to] {
			return n
		}
	}
	panic("resolve: " + v.Type.Name + " is infinite without an infinite need")
}
