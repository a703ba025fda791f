package fix

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lock"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// needsVersion reports whether an edit of a released version changes its shape.
func needsVersion(s *compat.Step) bool {
	if s.From.Version.Draft {
		return false
	}
	for _, j := range s.Changes {
		if j.Rule.ChangesShape() {
			return true
		}
	}
	return false
}

// restore puts what was edited back as it was: the version of the event, or the versions of the shared types in which
// the edit was made. The edit becomes the next version; where there is a later one already, it is not kept.
func (b *building) restore(e *compat.EventResult, s *compat.Step) {
	var found []place
	reason := ""
	for _, j := range s.Changes {
		if !j.Rule.ChangesShape() {
			continue
		}
		p, why := placeOf(s, j)
		if why != "" {
			reason = why
		} else if !slices.Contains(found, p) {
			found = append(found, p)
		}
	}
	for _, p := range found {
		fix := p.restored()
		if fix == nil {
			reason = fmt.Sprintf("the text of %s v%d cannot be put back in the form in which the file has it", p.name, p.number)
			continue
		}
		fix.Rules, fix.Element = append(rulesOf(s), "released-version-edited"), fmt.Sprintf("%s@%d", element(e), s.To.Version.Number)
		if !b.add(fix) && reason == "" {
			reason = fmt.Sprintf("with %s v%d put back, the file would not be a schema", p.name, p.number)
		}
	}
	if reason != "" {
		b.left = append(b.left, Left{Element: fmt.Sprintf("%s@%d", element(e), s.To.Version.Number), Reason: reason})
	}
}

// place is a version in a file, and the same version as it was.
type place struct {
	file    *source.File
	section string // "events" or "types"
	name    string
	number  int
	newest  bool

	event *model.EventVersion // as it was; nil for a type
	typ   *model.TypeVersion  // as it was; nil for an event
}

// placeOf says where a change of an edited version was made, or why it cannot be taken back.
func placeOf(s *compat.Step, j *compat.Judgement) (place, string) {
	if old, new := j.Types(); new != nil {
		return placeOfType(old, new, j.Via)
	}
	now := s.To.Version
	newest := now == now.Event.Latest()
	return place{file: now.Span.File, section: "events", name: now.Event.Name, number: now.Number, newest: newest, event: s.From.Version}, ""
}

func placeOfType(old, new *model.TypeVersion, via string) (place, string) {
	t := new.Type
	switch {
	case !t.Versioned || !old.Type.Versioned:
		return place{}, via + " has no versions"
	case old.Number != new.Number:
		return place{}, fmt.Sprintf("it takes v%d of %s instead of v%d", new.Number, via, old.Number)
	}
	newest := new == t.Versions[len(t.Versions)-1]
	return place{file: new.Span.File, section: "types", name: t.Name, number: new.Number, newest: newest, typ: old}, ""
}

// old is the version as it was, in its own file or in one made of the lock.
func (p place) old() (version, bool) {
	var file *source.File
	var name string
	var shape func() []byte
	if p.event != nil {
		file, name, shape = p.event.Span.File, p.event.Event.Name, func() []byte { return lock.Shape(p.event) }
	} else {
		file, name, shape = p.typ.Span.File, p.typ.Type.Name, func() []byte { return lock.TypeShape(p.typ) }
	}
	if file.Name == lock.FileName {
		file = source.NewFile(lock.FileName, shape())
	}
	return findVersion(file, p.section, name, p.number)
}

// restored is the file with the version as it was.
func (p place) restored() *Fix {
	old, ok := p.old()
	if !ok {
		return nil
	}
	text, title := p.file.Bytes, fmt.Sprintf("put %s v%d back as it was; there is a later version, so make the edit anew: evgen evolve %s", p.name, p.number, p.name)
	if p.newest {
		if text = syntax.Evolve(p.file, p.name, &diag.Report{}); text == nil {
			return nil
		}
		title = fmt.Sprintf("put %s v%d back as it was, and make the edit v%d", p.name, p.number, p.number+1)
		if p.section == "types" {
			title += "; what is to have it names " + p.name + "@" + strconv.Itoa(p.number+1)
		}
	}
	now, ok := findVersion(source.NewFile(p.file.Name, text), p.section, p.name, p.number)
	if !ok {
		return nil
	}
	replaced := now.replacedBy(old)
	if replaced == nil {
		return nil
	}
	return &Fix{File: p.file, Bytes: replaced, Title: title}
}

// rulesOf are the rules of a step's changes, those of its shape first.
func rulesOf(s *compat.Step) []string {
	var shape, rest []string
	for _, j := range s.Changes {
		if j.Rule.ChangesShape() {
			shape = append(shape, j.Rule.ID)
		} else {
			rest = append(rest, j.Rule.ID)
		}
	}
	return append(shape, rest...)
}
