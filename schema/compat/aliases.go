package compat

import "github.com/evgen/evgen/schema/model"

// aliases are the renames that a chain of upcasts declares, by wire name.
type aliases struct {
	from   map[string]string            // new field to old field of the same struct
	moved  map[string]*model.Path       // new field to the nested old field that it comes from
	enums  map[string]map[string]string // new field to old value to new value
	values map[string]string            // old enum value to new, of a step between enums
}

// aliasesOf follows names through all steps.
func aliasesOf(chain []*model.Upcast) aliases {
	a := aliases{from: map[string]string{}, moved: map[string]*model.Path{}, enums: map[string]map[string]string{}, values: map[string]string{}}
	for _, step := range chain {
		a = a.through(step)
	}
	return a
}

func (a aliases) through(step *model.Upcast) aliases {
	next := aliases{from: map[string]string{}, moved: map[string]*model.Path{}, enums: map[string]map[string]string{}}
	for _, r := range step.Rules {
		next.follow(a, r)
	}
	next.values = composed(a.values, step.Enum)
	return next
}

// follow takes one rule of a step: where its field comes from, and where that came from before.
func (a aliases) follow(before aliases, r *model.Rule) {
	if r.From == nil {
		return
	}
	to, from := r.Target.JSON, r.From.Last().JSON
	if len(r.From.Fields) > 1 {
		a.moved[to] = r.From
		return
	}
	if earlier, ok := before.from[from]; ok {
		from = earlier
	}
	if path, ok := before.moved[from]; ok {
		a.moved[to] = path
		return
	}
	if from != to {
		a.from[to] = from
	}
	if len(r.Enum) > 0 {
		a.enums[to] = composed(nil, r.Enum)
	}
}

func composed(before map[string]string, maps []*model.EnumMap) map[string]string {
	out := map[string]string{}
	renamed := map[string]string{}
	for _, m := range maps {
		renamed[string(m.Old.JSON)] = string(m.New.JSON)
		out[string(m.Old.JSON)] = string(m.New.JSON)
	}
	for old, mid := range before {
		delete(out, mid)
		if last, again := renamed[mid]; again {
			mid = last
		}
		out[old] = mid
	}
	return out
}
