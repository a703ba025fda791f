package jsonschema

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/goname"
)

// claimant wants a name in a Go package. It takes the first candidate that nobody else wants.
type claimant struct {
	candidates []string
	strong     bool // the schema itself gives the name
	users      int  // how many events use it
	level      int
	also       func(name string) []string // further Go names that come with it
	give       func(name string)
}

// packageScope is the Go names of a package. Generated code declares some in every package.
type packageScope map[string]bool

func newPackageScope() packageScope {
	return set("Event", "Schema", "Load", "Decode", "Envelope", "Codec", "Unknown", "Types", "Stream")
}

func (p packageScope) free(c *claimant, name string) bool {
	return !slices.ContainsFunc(c.also(name), func(n string) bool { return p[n] })
}

func (p packageScope) take(c *claimant, name string) {
	for _, n := range c.also(name) {
		p[n] = true
	}
	c.give(name)
}

// settleNames gives every claimant a name. Those that want the same one go on to their next candidate together, so
// that names do not depend on who comes first; only a name that the schema gives wins at once.
func (p packageScope) settleNames(all []*claimant) {
	for len(all) > 0 {
		wanted := map[string][]*claimant{}
		for _, c := range all {
			wanted[c.wants()] = append(wanted[c.wants()], c)
		}
		var left []*claimant
		for _, c := range all {
			name := c.wants()
			if winner(wanted[name]) == c && p.free(c, name) {
				p.take(c, name)
				continue
			}
			left = append(left, c)
		}
		left = p.nextLevel(left)
		all = left
	}
}

// winner is the only claimant of a name, or the only strong one, or the one with most users; nil if there is none.
func winner(group []*claimant) *claimant {
	var strong []*claimant
	for _, c := range group {
		if c.strong && c.level == 0 {
			strong = append(strong, c)
		}
	}
	if len(strong) > 0 {
		group = strong
	}
	best, ties := group[0], 1
	for _, c := range group[1:] {
		switch {
		case c.users > best.users:
			best, ties = c, 1
		case c.users == best.users:
			ties++
		}
	}
	if ties > 1 {
		return nil
	}
	return best
}

func (c *claimant) wants() string { return c.candidates[min(c.level, len(c.candidates)-1)] }

// nextLevel moves on; who has no candidate left takes a number.
func (p packageScope) nextLevel(all []*claimant) []*claimant {
	return slices.DeleteFunc(all, func(c *claimant) bool {
		c.level++
		if c.level < len(c.candidates) {
			return false
		}
		for i := 1; ; i++ {
			if name := c.wants() + numbered(i); p.free(c, name) {
				p.take(c, name)
				return true
			}
		}
	})
}

// nameEvents gives events their names.
func nameEvents(events []*event) {
	scope := newPackageScope()
	var all []*claimant
	for _, e := range events {
		all = append(all, &claimant{
			candidates: eventNames(e), strong: false,
			also: func(name string) []string { return goNamesOfEvent(e, name) },
			give: func(name string) { e.name = name },
		})
	}
	scope.settleNames(all)
	slices.SortStableFunc(events, func(a, b *event) int { return strings.Compare(a.name, b.name) })
}

// nameOnly gives the only event the name that was asked for. Its wire type is then that of the name, unless the schema
// has an identity apart from its title.
func nameOnly(events []*event, name string) []diag.Diagnostic {
	if len(events) > 1 || pascal(name) != name {
		return []diag.Diagnostic{*badEventName(name, len(events))}
	}
	for _, e := range events {
		e.name = name
		if e.id.wire == e.versions[len(e.versions)-1].node.str("title") {
			e.id.wire = ""
		}
	}
	return nil
}

func goNamesOfEvent(e *event, name string) []string {
	exported := goname.Exported(name)
	out := []string{exported, "Type" + exported}
	for _, v := range e.versions {
		out = append(out, exported+"V"+strconv.Itoa(v.number))
	}
	return out
}

// eventNames lists what an event may be called, the shortest first.
func eventNames(e *event) []string {
	var out []string
	add := func(text string) {
		if name := eventName(text); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, name := range e.id.names {
		add(name)
	}
	parts := strings.Split(e.id.key, "/")
	for n := 2; n <= len(parts); n++ {
		add(strings.Join(parts[len(parts)-n:], "/"))
	}
	if len(out) == 0 {
		out = []string{"Imported"}
	}
	return out
}

// eventName is the name of an event for any text: "push$event" is PushEvent, "check_run$completed" CheckRunCompleted,
// "dev.cdevents.change.merged" ChangeMerged, "change-merged-event" ChangeMerged.
func eventName(text string) string {
	labels := strings.Split(text, ".")
	if topLevel[labels[0]] && len(labels) > 1 {
		labels = labels[min(2, len(labels)-1):]
		if strings.ContainsAny(text, "/_") && len(labels) > 0 && strings.Count(text, ".") <= 2 {
			labels = strings.Split(text, ".")[1:]
		}
	}
	w := words(strings.Join(labels, "."))
	if n := len(w); n > 2 && w[n-1] == "event" {
		w = w[:n-1]
	}
	return pascal(strings.Join(w, "_"))
}

// nameTypes gives the declared types their names, away from those of events.
func nameTypes(decls []*decl, events []*event) {
	scope := newPackageScope()
	for _, e := range events {
		for _, n := range goNamesOfEvent(e, e.name) {
			scope[n] = true
		}
	}
	var all []*claimant
	for _, d := range decls {
		all = append(all, &claimant{
			candidates: typeNamesOf(d), strong: d.hint() != "", users: len(d.events()),
			also: func(name string) []string { return goNamesOfType(d, name) },
			give: func(name string) { d.name = name },
		})
	}
	scope.settleNames(all)
}

// typeNamesOf lists what a type may be called: as the schema does, after its property, after the way to it.
func typeNamesOf(d *decl) []string {
	var out []string
	add := func(parts ...string) {
		if name := pascal(strings.Join(parts, "_")); name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	if hint := d.hint(); hint != "" {
		add(hint)
		if pascal(hint) != d.lines[0].event.name {
			add(d.lines[0].event.name, hint)
		}
	}
	path := d.lines[0].path
	for n := 1; n <= len(path); n++ {
		add(path[len(path)-n:]...)
	}
	add(append([]string{d.lines[0].event.name}, path...)...)
	if len(out) == 0 {
		out = []string{"Type"}
	}
	return out
}

func goNamesOfType(d *decl, name string) []string {
	exported := goname.Exported(name)
	out := []string{exported}
	versions := d.lines[0].versions
	for i, v := range versions {
		own := exported
		if len(versions) > 1 {
			own += "V" + strconv.Itoa(i+1)
			out = append(out, own)
		}
		switch v.shape.kind {
		case kindUnion:
			out = append(out, own+"Unknown")
		case kindEnum:
			for _, value := range enumNames(v.shape) {
				out = append(out, own+value.name)
			}
		}
	}
	return out
}

// enumName is how a value of an enum is called in Go, behind the name of the enum.
type enumName struct {
	name    string
	written bool // it must be written, since it does not follow from the value
}

// enumNames names the values of an enum so that no two are alike.
func enumNames(s *shape) []enumName {
	out := make([]enumName, len(s.values))
	used := map[string]bool{}
	for i, v := range s.values {
		name := constantName(v)
		if name != "" && !used[name] {
			out[i].name = name
			used[name] = true
		}
	}
	for i, v := range s.values {
		if out[i].name != "" {
			continue
		}
		base := cmp.Or(pascal(spelled(v.text)), "Empty")
		for n := 1; out[i].name == ""; n++ {
			if name := base + numbered(n); !used[name] {
				out[i] = enumName{name, true}
				used[name] = true
			}
		}
	}
	return out
}

func numbered(n int) string {
	if n == 1 {
		return ""
	}
	return strconv.Itoa(n)
}

// constantName is what a value is called when nothing else is said; "" when it has no letter or digit.
func constantName(v *node) string {
	if v.sort == sortNumber {
		text := string(integral(v.literal()))
		if text[0] == '-' {
			return "Minus" + text[1:]
		}
		return text
	}
	for _, r := range v.text {
		if r > 127 {
			return "" // letters that Go knows and other people's keyboards do not
		}
	}
	if own := goname.Exported(v.text); own != "" && own[0] != 'X' {
		return own
	}
	return strings.TrimPrefix(goname.Exported("a"+v.text), "A")
}
