package jsonschema

import (
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// writer makes documents of events and types that have their names.
type writer struct {
	pkg     string
	losses  *ledger
	carried carrier
	guesses []Guess
}

// documents makes one document for each event with the types that it alone uses, and one for shared types.
func (w *writer) documents(events []*event, decls []*decl) []*syntax.Document {
	if len(events) == 0 {
		return nil
	}
	w.distinctWires(events)
	shared := w.document("types")
	owned := map[*event]*syntax.Document{}
	var out []*syntax.Document
	for _, e := range events {
		owned[e] = w.document(goname.Snake(e.name))
		out = append(out, owned[e])
	}
	for _, d := range decls {
		into := shared
		if users := d.events(); len(users) == 1 {
			into = owned[users[0]]
		}
		into.Types = append(into.Types, w.typeDecl(d))
	}
	for _, e := range events {
		owned[e].Events = append(owned[e].Events, w.eventDecl(e))
	}
	if len(shared.Types) > 0 {
		out = append(out, shared)
	}
	slices.SortFunc(out, func(a, b *syntax.Document) int { return strings.Compare(a.File.Name, b.File.Name) })
	return out
}

func (w *writer) document(name string) *syntax.Document {
	return &syntax.Document{File: source.NewFile(w.pkg+"/"+name+".yaml", nil), Package: text(w.pkg)}
}

func text(s string) syntax.Text { return syntax.Text{Value: s} }

// distinctWires leaves the wire type out where another event has it already.
func (w *writer) distinctWires(events []*event) {
	taken := map[string]bool{}
	for _, e := range events {
		wire := e.id.wire
		switch {
		case wire == "" || strings.ContainsAny(wire, " \t\n") || !declarable(wire):
			e.id.wire = ""
		case taken[wire]:
			w.losses.add(e.versions[0].node, "$id", "another event has the wire type "+strconv.Quote(wire))
			e.id.wire = ""
		}
		taken[wire] = true
		if e.id.wire == w.pkg+"."+e.name {
			e.id.wire = ""
		}
	}
}

func (w *writer) eventDecl(e *event) *syntax.EventDecl {
	newest := e.versions[len(e.versions)-1]
	d := &syntax.EventDecl{Name: text(e.name), Wire: text(e.id.wire), Doc: text(w.eventDoc(newest))}
	if newest.use.deprecated {
		d.Deprecated = text("deprecated")
	}
	var shapes []*shape
	for _, v := range e.versions {
		shapes = append(shapes, v.root)
	}
	e.fields = nameFields(shapes)
	for i, v := range e.versions {
		vd := &syntax.EventVersionDecl{
			Number: v.number, Doc: text(w.versionDoc(v, newest)),
			Struct: w.structDecl(v.root, e.fields, v),
		}
		if i > 0 {
			s := w.step(e.name, v.number, e.fields, lineVersion{e.versions[i-1].root, e.versions[i-1]}, lineVersion{v.root, v})
			vd.Upcast = s.structs()
		}
		d.Versions = append(d.Versions, vd)
	}
	return d
}

// eventDoc is the description of the newest version, unless it only repeats the name.
func (w *writer) eventDoc(v *eventVersion) string {
	if doc := clean(v.doc()); pascal(doc) != v.event.name && eventName(doc) != v.event.name {
		return doc
	}
	return ""
}

// versionDoc keeps the version as published, and the description where it is not that of the event.
func (w *writer) versionDoc(v, newest *eventVersion) string {
	doc := w.eventDoc(v)
	if doc == w.eventDoc(newest) {
		doc = ""
	}
	if v.id.version == "" {
		return doc
	}
	published := "Published as " + v.id.version + "."
	if doc == "" {
		return published
	}
	return doc + "\n\n" + published
}

func clean(doc string) string { return strings.TrimSpace(strings.ReplaceAll(doc, "\r\n", "\n")) }

func (w *writer) typeDecl(d *decl) *syntax.TypeDecl {
	versions := d.lines[0].versions
	out := &syntax.TypeDecl{Name: text(d.name), Doc: text(clean(d.newest().doc)), Versioned: len(versions) > 1}
	var shapes []*shape
	for _, v := range versions {
		shapes = append(shapes, v.shape)
	}
	d.fields = nameFields(shapes)
	for i, v := range versions {
		vd := &syntax.TypeVersionDecl{Number: i + 1}
		switch v.shape.kind {
		case kindStruct:
			vd.Struct = w.structDecl(v.shape, d.fields, v.in)
		case kindEnum:
			vd.Enum = enumDecl(v.shape)
		case kindUnion:
			vd.Union = w.unionDecl(v.shape, v.in)
		}
		if i > 0 {
			vd.Upcast = w.step(d.name, i+1, d.fields, versions[i-1], v).any()
		}
		out.Versions = append(out.Versions, vd)
	}
	return out
}

func enumDecl(s *shape) *syntax.EnumDecl {
	d := &syntax.EnumDecl{Closed: syntax.Flag{Value: true}}
	for i, name := range enumNames(s) {
		value := &syntax.EnumValueDecl{Value: syntax.Literal{JSON: integral(s.values[i].literal())}}
		if name.written {
			value.Go = text(name.name)
		}
		d.Values = append(d.Values, value)
	}
	return d
}

func (w *writer) unionDecl(s *shape, in *eventVersion) *syntax.UnionDecl {
	d := &syntax.UnionDecl{Tag: text(s.tag), Closed: syntax.Flag{Value: true}}
	for _, b := range s.branches {
		d.Branches = append(d.Branches, &syntax.BranchDecl{Tag: text(b.tag), Type: w.expr(b.use, in)})
	}
	return d
}

func (w *writer) structDecl(s *shape, names fieldNames, in *eventVersion) *syntax.StructDecl {
	d := &syntax.StructDecl{Unknown: text(s.unknown), Unchecked: w.carried.object(s)}
	for _, f := range s.fields {
		if !declarable(f.wire) {
			w.losses.add(f.origin, "", "the name cannot be declared; the property is kept as an unknown one")
			d.Unknown = text("keep")
			continue
		}
		d.Fields = append(d.Fields, w.fieldDecl(f, names[f.wire], in))
	}
	return d
}

// expr is the type expression of a use.
func (w *writer) expr(u *use, in *eventVersion) *syntax.TypeExpr {
	s := u.shape.target()
	e := &syntax.TypeExpr{}
	switch s.kind {
	case kindScalar:
		e.Name = s.scalar
	case kindList, kindMap, kindOneOrMany:
		e.Name = genericNames[s.kind]
		e.Args = []*syntax.TypeExpr{w.expr(s.elem, in)}
	case kindSum:
		for _, a := range s.alts {
			e.Alts = append(e.Alts, w.expr(a, in))
		}
	default:
		at := in.places[s]
		e.Name = at.line.decl.name
		if len(at.line.versions) > 1 {
			e.Version = at.number
		}
	}
	e.Nullable = u.isNullable() && e.Name != "json"
	return e
}

var genericNames = map[kind]string{kindList: "list", kindMap: "map", kindOneOrMany: "one_or_many"}

// summary counts what every version became.
func summary(events []*event) []Imported {
	var out []Imported
	for _, e := range events {
		for _, v := range e.versions {
			i := Imported{
				Event: e.name, Wire: e.id.wire, Version: v.number, Published: v.id.version,
				File: v.node.file.name, Pointer: v.node.pointer(),
			}
			countFields(&i, v.root, map[*shape]bool{})
			out = append(out, i)
		}
	}
	return out
}

func countFields(i *Imported, s *shape, seen map[*shape]bool) {
	if seen[s] {
		return
	}
	seen[s] = true
	for _, u := range s.children() {
		if s.kind == kindStruct {
			i.Fields++
			if holdsJSON(u) {
				i.JSON++
			}
		}
		for _, n := range namedIn(u) {
			countFields(i, n, seen)
		}
	}
}

func holdsJSON(u *use) bool {
	s := u.shape.target()
	return u.is("json") || !s.named() && slices.ContainsFunc(s.children(), holdsJSON)
}

func label(name string, version int) string { return name + " v" + strconv.Itoa(version) }
