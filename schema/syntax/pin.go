package syntax

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// User is a version of an event or a type, in the shape of which another type is used.
type User struct {
	Package, Name string
	IsType        bool
	Version       int
	Draft         bool
}

// PinType returns the file with every use of a type that names no version naming the one that choose returns for its
// user, and how many uses that are. All other bytes stay as they are. A file with faults stays as it is.
func PinType(file *source.File, pkg, name string, choose func(User) int) (text []byte, count int) {
	return pin(file, func(doc *Document, p *pinning) {
		if doc.Package.Value == pkg {
			p.names = append(p.names, name)
		}
		p.names = append(p.names, pkg+"."+name)
		for _, t := range doc.Types {
			for _, v := range t.Versions {
				p.version = choose(User{doc.Package.Value, t.Name.Value, true, v.Number, v.Draft.Value})
				p.structure(v.Struct)
				p.union(v.Union)
			}
		}
		for _, e := range doc.Events {
			for _, v := range e.Versions {
				p.version = choose(User{doc.Package.Value, e.Name.Value, false, v.Number, v.Draft.Value})
				p.structure(v.Struct)
			}
		}
	})
}

// PinEvent is PinType for an event: every `into:` that names no version of it names this one.
func PinEvent(file *source.File, pkg, name string, version int) (text []byte, count int) {
	return pin(file, func(doc *Document, p *pinning) {
		p.version = version
		for _, e := range doc.Events {
			if e.Upcast == nil {
				continue
			}
			for _, t := range e.Upcast.Into {
				called := t.Event.Value == name && doc.Package.Value == pkg || t.Event.Value == pkg+"."+name
				if called && t.Version == 0 {
					p.names = []string{t.Event.Value}
					p.at(t.Event.Span)
				}
			}
		}
	})
}

func pin(file *source.File, find func(*Document, *pinning)) (text []byte, count int) {
	rep := &diag.Report{}
	doc := Parse(file, rep)
	if doc == nil || rep.HasErrors() {
		return file.Bytes, 0
	}
	p := &pinning{text: file.Bytes, pinned: map[int]bool{}}
	find(doc, p)
	return apply(file.Bytes, p.edits), len(p.edits)
}

// pinning collects where a version has to be written.
type pinning struct {
	text    []byte
	names   []string // how the type is called
	version int      // for the uses that come next
	pinned  map[int]bool
	edits   []edit
}

func (p *pinning) structure(s *StructDecl) {
	if s == nil {
		return
	}
	for _, f := range s.Fields {
		p.expr(f.Type)
	}
}

func (p *pinning) union(u *UnionDecl) {
	if u == nil {
		return
	}
	for _, b := range u.Branches {
		p.expr(b.Type)
	}
}

func (p *pinning) expr(t *TypeExpr) {
	if t == nil {
		return
	}
	for _, inner := range t.Args {
		p.expr(inner)
	}
	for _, inner := range t.Alts {
		p.expr(inner)
	}
	if t.Version > 0 {
		return
	}
	for _, name := range p.names {
		if t.Name == name {
			p.at(t.Span)
		}
	}
}

// at writes the version behind the names in a span that have none. Uses that share their text, by an alias of YAML, get
// the version of the first.
func (p *pinning) at(span source.Span) {
	for at := span.Start; at < span.End; {
		word := wordAt(p.text[at:span.End])
		end := at + max(len(word), 1)
		behind := bytes.HasPrefix(p.text[end:], []byte("@"))
		for _, name := range p.names {
			if word == name && !behind && !p.pinned[end] {
				p.pinned[end] = true
				p.edits = append(p.edits, edit{end, end, "@" + strconv.Itoa(p.version)})
			}
		}
		at = end
	}
}

// wordAt is the name that a text begins with.
func wordAt(text []byte) string {
	end := bytes.IndexFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r\n<>(),|?@\"'[]{}:", r) })
	if end < 0 {
		end = len(text)
	}
	return string(text[:end])
}
