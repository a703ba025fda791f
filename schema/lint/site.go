package lint

import (
	"fmt"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/lint/english"
	"github.com/evgen/evgen/schema/model"
)

// site is a set of fields that can still be changed: the newest version of an event or of a named type.
type site struct {
	place
	what   string       // for messages: `event "OrderPaid"`
	name   string       // of the event or the type
	event  *model.Event // nil for a type
	typ    *model.Type  // nil for an event
	fields []*model.Field
}

func (s site) field(f *model.Field) place { return place{s.element + "." + f.Name, f.Span} }

// events returns the events of the package that are still produced.
func (p *pass) events() []*model.Event { return produced(p.pkg) }

func produced(pkg *model.Package) []*model.Event {
	return slices.DeleteFunc(slices.Clone(pkg.Events), func(e *model.Event) bool { return e.Retired })
}

// newest is the version that can still be changed, or the last that could.
func newest(e *model.Event) *model.EventVersion { return e.Versions[len(e.Versions)-1] }

func newestOf(t *model.Type) *model.TypeVersion { return t.Versions[len(t.Versions)-1] }

func eventSite(e *model.Event) site {
	v := newest(e)
	at := placeOfEvent(e)
	at.element += fmt.Sprintf("@%d", v.Number)
	return site{place: at, what: fmt.Sprintf("event %q", e.Name), name: e.Name, event: e, fields: v.Struct.Fields}
}

func typeSite(t *model.Type, s *model.Struct) site {
	at := placeOfType(t)
	if t.Versioned {
		at.element += fmt.Sprintf("@%d", newestOf(t).Number)
	}
	return site{place: at, what: fmt.Sprintf("type %q", t.Name), name: t.Name, typ: t, fields: s.Fields}
}

// sitesOf returns the fields of a package: those of its events first, then those of its struct types.
func sitesOf(pkg *model.Package) []site {
	var out []site
	for _, e := range produced(pkg) {
		out = append(out, eventSite(e))
	}
	for _, t := range pkg.Types {
		if s, ok := newestOf(t).Shape.(*model.Struct); ok {
			out = append(out, typeSite(t, s))
		}
	}
	return out
}

// eventSites returns the fields of events.
func (p *pass) eventSites() []site {
	all := p.allSites()
	i := slices.IndexFunc(all, func(s site) bool { return s.event == nil })
	if i < 0 {
		return all
	}
	return all[:i]
}

// allSites returns the fields of events and of struct types.
func (p *pass) allSites() []site { return p.sites[p.pkg] }

// eachField visits the fields of events and types.
func (p *pass) eachField(visit func(site, *model.Field)) {
	for _, s := range p.allSites() {
		for _, f := range s.fields {
			visit(s, f)
		}
	}
}

// isForeign reports whether an event is somebody else's, whose form is not ours to choose.
func isForeign(e *model.Event) bool {
	return e != nil && e.Aggregate == nil && e.Wire != e.Package.Name+"."+e.Name
}

// tokens are the words of a name in lower case: "customerEmail" and "customer_email" give the same.
func tokens(name string) []string {
	words := english.Words(name)
	for i, w := range words {
		words[i] = strings.ToLower(w)
	}
	return words
}

// hasAny reports whether one of the words is in the set.
func hasAny(words []string, set map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return set[w] })
}

func setOf(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// inner is the type of a value, or of the elements of a collection.
func inner(t *model.TypeRef) *model.TypeRef {
	for t.Elem != nil {
		t = t.Elem
	}
	return t
}

// limitsOf returns the limits that hold for the values of a field, or for the elements of a collection.
func limitsOf(f *model.Field) model.Limits {
	l := f.Limits
	if f.Type.Elem != nil {
		l = f.Each
	}
	if l == nil {
		return model.Limits{}
	}
	return *l
}

func mayLack(f *model.Field) bool { return f.Optional || f.Type.Nullable }
