package fix

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/syntax/tree"
)

// rename is a field of a new version that takes the value of one that is gone.
type rename struct{ from, to string }

// carry adds the upcast rules of renamed fields to the version of a step that lacks them.
func carry(e *compat.EventResult, s *compat.Step) *Fix {
	v := s.To.Version
	at, ok := findVersion(v.Span.File, "events", v.Event.Name, v.Number)
	if !ok || at.entry.Value.Kind != tree.Mapping || len(at.entry.Value.Pairs) == 0 {
		return nil
	}
	renames := slices.DeleteFunc(renamesOf(s), func(r rename) bool { return at.mentions(r) })
	if len(renames) == 0 {
		return nil
	}
	text := at.withRules(renames)
	if text == nil {
		return nil
	}
	var what []string
	for _, r := range renames {
		what = append(what, fmt.Sprintf("%q over to %q", r.from, r.to))
	}
	return &Fix{
		Rules: append([]string{"upcaster-missing", "new-required", "field-lost"}, rulesOf(s)...), Element: fmt.Sprintf("%s@%d", element(e), v.Number),
		File: v.Span.File, Bytes: text, Title: fmt.Sprintf("carry %s in the upcast of %s v%d", strings.Join(what, ", "), e.Name, v.Number),
	}
}

// renamesOf pairs the event's own fields that are gone with new ones, where each has no second one of its type.
func renamesOf(s *compat.Step) []rename {
	var gone, added []*model.Field
	for _, j := range s.Changes {
		old, new := j.Fields()
		switch {
		case j.Via != "" || strings.ContainsAny(j.Path, ".[{("):
		case old != nil && new == nil:
			gone = append(gone, old)
		case old == nil && new != nil:
			added = append(added, new)
		}
	}
	var out []rename
	for _, f := range added {
		from := matching(gone, func(old *model.Field) bool { return carries(old, f) })
		if len(from) == 1 && len(matching(added, func(new *model.Field) bool { return carries(from[0], new) })) == 1 {
			out = append(out, rename{from[0].Name, f.Name})
		}
	}
	return slices.DeleteFunc(out, func(r rename) bool { return !plainName.MatchString(r.from) || !plainName.MatchString(r.to) })
}

func matching(fields []*model.Field, fits func(*model.Field) bool) []*model.Field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *model.Field) bool { return !fits(f) })
}

// carries reports whether every value of a field is one of another, and means the same as far as schemas say.
func carries(old, new *model.Field) bool {
	return old.Type.String() == new.Type.String() && old.Type.Encoding == new.Type.Encoding &&
		(!old.Optional || new.Optional) && old.Unit == new.Unit && old.Sensitive == new.Sensitive
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// mentions reports whether the upcast of a version speaks of a field of a rename already.
func (v version) mentions(r rename) bool {
	upcast := v.entry.Value.Get("upcast")
	if upcast == nil {
		return false
	}
	named := upcast.Kind != tree.Mapping || upcast.Get(r.to) != nil || upcast.Get("go") != nil
	upcast.Walk(func(p tree.Pair) {
		named = named || p.Value.Text == r.from
		for _, item := range p.Value.Items {
			named = named || item.Text == r.from
		}
	})
	return named
}

// withRules is the file of a version with rules in its upcast; nil where they have no place.
func (v version) withRules(renames []rename) []byte {
	var rules []string
	for _, r := range renames {
		rules = append(rules, fmt.Sprintf("%s: {from: %s}", r.to, r.from))
	}
	upcast, inline := v.entry.Value.Get("upcast"), strings.Join(rules, ", ")
	switch {
	case upcast == nil && v.entry.Value.Flow:
		end := v.entry.Value.End() - 1
		at := len(bytes.TrimRight(v.text()[:end], " "))
		return splice(v.text(), at, end, ", upcast: {"+inline+"}")
	case upcast == nil:
		last := v.entry.Value.Pairs[len(v.entry.Value.Pairs)-1]
		_, end := tree.Entry(v.root, last)
		pad := strings.Repeat(" ", column(v.text(), last))
		return v.insertLines(min(end, len(v.text())), pad+"upcast:\n"+lined(pad+"  ", rules))
	case len(upcast.Pairs) == 0:
		return nil
	case upcast.Flow:
		at := upcast.Pairs[0].Key.Span.Start
		return splice(v.text(), at, at, inline+", ")
	}
	first := upcast.Pairs[0]
	start, _ := tree.Entry(v.root, first)
	return v.insertLines(start, lined(strings.Repeat(" ", column(v.text(), first)), rules))
}

func lined(pad string, rules []string) string {
	return pad + strings.Join(rules, "\n"+pad) + "\n"
}

// insertLines adds lines at the beginning of a line, or behind the end of a file.
func (v version) insertLines(at int, lines string) []byte {
	if at > 0 && v.text()[at-1] != '\n' {
		lines = "\n" + lines
	}
	return splice(v.text(), at, at, lines)
}
