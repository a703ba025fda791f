package lint

import (
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func eventCarriesEntity() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "event-carries-entity", Title: "events carry changes, not snapshots of their aggregate", Severity: diag.Warning,
			Meaning: "Looks for fields that hold a whole: a struct named like the aggregate of the event (`user: User`, `UserState`), fields such as before, after, old, new, snapshot or entity that hold a struct, and events that repeat every field, at least four, of the first event of their aggregate.",
			Why:     "A snapshot in every event ties the log to the shape that the aggregate has today: each new column is a new version of each event. Readers compare snapshots to learn what happened, and two writers overwrite each other's fields.",
			Bad:     "types:\n  CustomerState: {fields: {login: string, city: string}}\naggregates:\n  Customer: {id: uuid}\nevents:\n  CustomerMoved: {aggregate: Customer, versions: {1: {fields: {customer: CustomerState}}}}\n",
			Good:    "aggregates:\n  Customer: {id: uuid}\nevents:\n  CustomerMoved: {aggregate: Customer, versions: {1: {fields: {city: string}}}}\n",
			Off:     "For snapshots that are meant, such as a periodic summary for readers that join late: list the event under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkEntity,
	}
}

func checkEntity(p *pass) {
	for _, s := range p.eventSites() {
		if p.allows(s.name) {
			continue
		}
		for _, f := range s.fields {
			p.checkWhole(s, f)
		}
		p.checkRepeats(s)
	}
}

// wholes are names of fields that hold all of something.
var wholes = setOf("before after old new previous current snapshot entity object state record old_state new_state old_value new_value")

func (p *pass) checkWhole(s site, f *model.Field) {
	v := f.Type.Named
	if v == nil {
		return
	}
	if _, isStruct := v.Shape.(*model.Struct); !isStruct {
		return
	}
	const help = "carry only what changed, and name it"
	switch {
	case s.event.Aggregate != nil && isNamedLike(v.Type.Name, s.event.Aggregate.Name):
		p.report(s.field(f), help, "field %q of %s carries the whole aggregate %q", f.Name, s.what, s.event.Aggregate.Name)
	case wholes[f.Name]:
		p.report(s.field(f), help, "field %q of %s carries a snapshot", f.Name, s.what)
	}
}

// isNamedLike reports whether a type stands for an aggregate by its name: User, UserState, UserSnapshot.
func isNamedLike(typeName, aggregate string) bool {
	rest, ok := strings.CutPrefix(typeName, aggregate)
	return ok && slices.Contains([]string{"", "State", "Snapshot", "Entity", "Data", "Record", "Model", "Details"}, rest)
}

// repeatedFields is how many fields make a repetition.
const repeatedFields = 4

// checkRepeats finds an event that carries all that the first event of its aggregate carried.
func (p *pass) checkRepeats(s site) {
	if s.event.Aggregate == nil {
		return
	}
	first := s.event.Aggregate.Events[0]
	fields := newest(first).Struct.Fields
	if first != s.event && !first.Retired && len(fields) >= repeatedFields && containsAll(s.fields, fields) {
		p.reportWith(diag.Related{Span: first.Span, Message: "the first event"}, placeOfEvent(s.event), "carry only what changed",
			"event %q repeats all %d fields of event %q", s.name, len(fields), first.Name)
	}
}

func containsAll(fields, wanted []*model.Field) bool {
	have := map[string]*model.TypeRef{}
	for _, f := range fields {
		have[f.Name] = f.Type
	}
	return !slices.ContainsFunc(wanted, func(w *model.Field) bool { return !w.Type.Equal(have[w.Name]) })
}
