package plan

import (
	"strconv"

	"github.com/evgen/evgen/schema/downcast"
	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Custom is an upcast that people write: evgen emits a stub once, and calls it.
type Custom struct {
	Func string
	What string // "MemoryCreated from version 1 to 2", "field text of MemoryCreated version 2"
	Old  Ident  // Go type of the old version
	New  *Type  // Go type of the result; nil where it is events
}

// TypeUpcast is the function that takes a named type to its next version.
func (p *Package) TypeUpcast(v *model.TypeVersion) Ident {
	id := p.named(v)
	return Ident{id.Path, "Upcast" + id.Name}
}

// Downcast is the function that takes a version back to the one before.
func (p *Package) Downcast(of Ident) Ident { return Ident{of.Path, "Downcast" + of.Name} }

// DownOf returns how a named type goes back to its version before; nil where it cannot.
func (p *Package) DownOf(v *model.TypeVersion) *downcast.Plan {
	plan, _ := downcast.OfType(v)
	return plan
}

// CustomStep names the hand-written function for a whole step from an old version.
func CustomStep(old Ident) string { return "customUpcast" + old.Name }

// CustomField names the hand-written function for one field of a step from an old version.
func CustomField(old Ident, field *Field) string { return "customUpcast" + old.Name + field.Name }

// Customs lists the functions that people of this package must write, in the order of the schema.
func (p *Package) Customs() []*Custom {
	c := &customs{pkg: p}
	for _, t := range p.Model.Types {
		for i, v := range t.Versions[1:] {
			old := p.named(t.Versions[i])
			c.step(v.Upcast, goname.Exported(t.Name), v.Number, old, &Type{Ident: p.named(v)})
		}
	}
	for _, e := range p.Events {
		for i, v := range e.Stored()[1:] {
			old := Ident{p.Path, e.Versions[i].Struct.Name}
			c.step(v.Model.Upcast, e.Model.Name, v.Model.Number, old, &Type{Ident: Ident{p.Path, v.Struct.Name}})
		}
		c.into(e)
	}
	return c.found
}

type customs struct {
	pkg   *Package
	found []*Custom
}

func (c *customs) step(u *model.Upcast, name string, number int, old Ident, result *Type) {
	if u == nil {
		return
	}
	what := name + " from version " + strconv.Itoa(number-1) + " to " + strconv.Itoa(number)
	if u.Go {
		c.found = append(c.found, &Custom{CustomStep(old), what, old, result})
		return
	}
	c.rules(u.Rules, what, old)
}

func (c *customs) rules(rules []*model.Rule, what string, old Ident) {
	for _, r := range rules {
		if r.Op == model.OpGo {
			f := c.pkg.FieldOf(r.Target)
			c.found = append(c.found, &Custom{CustomField(old, f), "the field " + r.Target.Name + " of " + what, old, f.Type})
		}
		c.rules(r.Rules, what, old)
	}
}

func (c *customs) into(e *Event) {
	if e.Into == nil {
		return
	}
	old := Ident{c.pkg.Path, e.Latest.Struct.Name}
	if e.Into.Model.Go {
		c.found = append(c.found, &Custom{Func: CustomStep(old), What: e.Model.Name + " into other events", Old: old})
	}
	for _, t := range e.Into.Model.Targets {
		c.rules(t.Rules, e.Model.Name+" into "+t.Version.Event.Name, old)
	}
}
