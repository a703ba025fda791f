package lint

import (
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func eventTooFat() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "event-too-fat", Title: "events carry what changed, no more", Severity: diag.Warning,
			Meaning: "Counts the leaf fields of the newest version of each event, nested types included; a union counts as its largest branch, a recursive type once. It also measures how deep structs are nested.",
			Why:     "Everything in an event is kept for ever and has to be read by every later version. Fat events are snapshots in disguise: they grow with each wish of a reader, repeat what other events said, and hide the one thing that happened.",
			Bad:     "types:\n  Row: {fields: {a: int64, b: int64, c: int64, d: int64, e: int64, f: int64, g: int64}}\nevents:\n  RowsImported: {versions: {1: {fields: {first: Row, second: Row, third: Row}}}}\n",
			Good:    "events:\n  RowsImported: {versions: {1: {fields: {rows: int64, report_sha256: string}}}}\n",
			Off:     "For documents that are facts as a whole, such as a signed order: raise `max_fields` or suppress it at the event.",
		},
		Options: []Option{
			{Name: "max_fields", Doc: "leaf fields that an event may have", Number: 20},
			{Name: "max_depth", Doc: "structs within each other that an event may have, itself included", Number: 4},
			allow(),
		},
		check: checkFat,
	}
}

func checkFat(p *pass) {
	for _, s := range p.eventSites() {
		if p.allows(s.name) {
			continue
		}
		m := measure{open: map[*model.TypeVersion]bool{}}
		leaves, depth := m.fields(s.fields)
		if leaves > p.limit("max_fields") {
			p.report(placeOfEvent(s.event), "keep what changed; refer to the rest by id",
				"event %q has %d leaf fields, more than %d", s.name, leaves, p.limit("max_fields"))
		}
		if depth > p.limit("max_depth") {
			p.report(placeOfEvent(s.event), "flatten it, or refer to inner things by id",
				"event %q nests structs %d deep, more than %d", s.name, depth, p.limit("max_depth"))
		}
	}
}

// maxLeaves ends counting: types that use types twice over grow exponentially.
const maxLeaves = 10_000

// measure counts leaves and depth. A type within itself counts as one leaf.
type measure struct {
	open  map[*model.TypeVersion]bool
	total int
}

func (m *measure) fields(fields []*model.Field) (leaves, depth int) {
	for _, f := range fields {
		l, d := m.ref(inner(f.Type))
		leaves, depth = leaves+l, max(depth, d)
	}
	return leaves, depth + 1
}

func (m *measure) ref(t *model.TypeRef) (leaves, depth int) {
	m.total++
	if t.Named == nil || m.open[t.Named] || m.total > maxLeaves {
		return 1, 0
	}
	return m.version(t.Named)
}

func (m *measure) version(v *model.TypeVersion) (leaves, depth int) {
	m.open[v] = true
	defer delete(m.open, v)
	switch shape := v.Shape.(type) {
	case *model.Struct:
		return m.fields(shape.Fields)
	case *model.Union:
		for _, b := range shape.Branches {
			l, d := m.ref(&model.TypeRef{Kind: model.Named, Named: b.Type})
			leaves, depth = max(leaves, l), max(depth, d)
		}
		return leaves, depth
	default:
		return 1, 0
	}
}
