package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/downcast"
	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Build plans every package of the model. The plan is of use only if no error was reported.
func Build(m *model.Model, layout Layout, rep *diag.Report) *Plan {
	p := &Plan{}
	b := &builder{layout: layout, rep: rep, index: &index{
		paths:   map[*model.Package]string{},
		structs: map[*model.Struct]*Struct{}, fields: map[*model.Field]*Field{}, enums: map[*model.Enum]*Enum{},
		unions: map[*model.Union]*Union{}, versions: map[*model.EventVersion]*EventVersion{},
	}}
	for _, pkg := range m.Packages {
		p.Packages = append(p.Packages, b.declare(pkg))
	}
	b.index.packages = p.Packages
	for _, pkg := range p.Packages {
		b.fill(pkg)
	}
	for _, pkg := range p.Packages {
		b.projections(pkg)
		b.processes(pkg)
		b.checkNames(pkg)
	}
	return p
}

// builder holds what is known while the plan grows.
type builder struct {
	layout Layout
	rep    *diag.Report
	index  *index
}

// declare names all types and events of a package, so that others may refer to them.
func (b *builder) declare(m *model.Package) *Package {
	p := &Package{Model: m, Name: m.Name, index: b.index, declared: map[string]bool{}}
	p.Dir, p.Path = b.layout.Locate(m.Name)
	b.index.paths[m] = p.Path
	if !usablePackageName(m.Name) {
		b.rep.Add(badPackageName(m.Name, m.Span))
	}
	for _, f := range m.Files {
		p.Schemas = append(p.Schemas, f.Name)
	}
	for _, t := range m.Types {
		b.declareType(p, t)
	}
	for _, e := range m.Events {
		b.declareEvent(p, e)
	}
	return p
}

func (b *builder) declareType(p *Package, t *model.Type) {
	for _, v := range t.Versions {
		name := VersionName(t.Name, v)
		p.declared[name] = true
		switch shape := v.Shape.(type) {
		case *model.Struct:
			b.declareStruct(p, &Struct{Name: name, Model: shape, Type: v})
		case *model.Enum:
			e := &Enum{Package: p, Name: name, Model: shape, Type: v, Values: enumValues(name, shape)}
			b.index.enums[shape] = e
			p.Enums = append(p.Enums, e)
		case *model.Union:
			u := &Union{Package: p, Name: name, Marker: "is" + name, Unknown: name + "Unknown", Model: shape, Type: v}
			b.index.unions[shape] = u
			p.Unions = append(p.Unions, u)
		}
	}
	if t.Versioned {
		newest := newestType(t)
		p.declared[goname.Exported(t.Name)] = true
		p.Aliases = append(p.Aliases, &Alias{
			Name: goname.Exported(t.Name), Target: VersionName(t.Name, newest), Doc: fmt.Sprintf("the newest version of %s", t.Name),
		})
	}
}

// newestType is the newest version of a type that is not a draft, or the newest of all.
func newestType(t *model.Type) *model.TypeVersion {
	for _, v := range slices.Backward(t.Versions) {
		if !v.Draft {
			return v
		}
	}
	return t.Versions[len(t.Versions)-1]
}

func enumValues(name string, m *model.Enum) []*EnumValue {
	var out []*EnumValue
	for _, v := range m.Values {
		out = append(out, &EnumValue{Model: v, Name: enumValueName(name, m.Kind, v)})
	}
	return out
}

// enumValueName is the name of a constant: "OriginTool", "Level3", "LevelMinus1"; "" if the value has nothing to name it by.
func enumValueName(enum string, kind model.Kind, v *model.EnumValue) string {
	switch {
	case v.GoName != "":
		return enum + v.GoName
	case kind != model.String && v.Int < 0:
		return enum + "Minus" + strconv.FormatUint(uint64(-v.Int), 10)
	case kind != model.String:
		return enum + strconv.FormatInt(v.Int, 10)
	case v.Text == "":
		return enum + "Empty"
	}
	suffix := goname.Exported("a" + v.Text) // the letter keeps digits first: "Size2xl", not "SizeX2xl"
	if suffix == "A" {
		return ""
	}
	if own := goname.Exported(v.Text); own != "" && own[0] != 'X' {
		suffix = "A" + own
	}
	return enum + suffix[1:]
}

func (b *builder) declareStruct(p *Package, s *Struct) *Struct {
	s.Package = p
	p.Structs = append(p.Structs, s)
	b.index.structs[s.Model] = s
	return s
}

func (b *builder) declareEvent(p *Package, m *model.Event) {
	e := &Event{Package: p, Model: m, Name: goname.Exported(m.Name)}
	for _, v := range m.Versions {
		ev := &EventVersion{Event: e, Model: v, Digest: model.Digest(v)}
		ev.Struct = b.declareStruct(p, &Struct{Name: e.Name + "V" + strconv.Itoa(v.Number), Model: v.Struct, Event: ev})
		e.Versions = append(e.Versions, ev)
		ev.Down, ev.Blocks = downcast.OfEvent(v)
		b.index.versions[v] = ev
		p.declared[ev.Struct.Name] = true
		if v == m.Latest() {
			e.Latest = ev
		}
	}
	if m.Key != nil && m.Aggregate == nil {
		e.Stream = e.Name + "Stream"
	}
	p.declared[e.Name] = true
	p.Aliases = append(p.Aliases, &Alias{Event: true, Name: e.Name, Target: e.Latest.Struct.Name, Doc: firstText(e.Latest.Model.Doc, m.Doc)})
	p.Events = append(p.Events, e)
}

// fill settles the inside of all declarations of a package.
func (b *builder) fill(p *Package) {
	sums := map[string]*Sum{}
	for _, s := range p.Structs {
		for _, f := range s.Model.Fields {
			s.Fields = append(s.Fields, b.field(p, f))
			sumsIn(f.Type, func(t *model.TypeRef) {
				sums[p.sumName(t)] = &Sum{Package: p, Name: p.sumName(t), Alts: alternatives(t)}
			})
		}
	}
	for _, u := range p.Unions {
		for _, br := range u.Model.Branches {
			s := b.index.structs[br.Type.Shape.(*model.Struct)]
			u.Branches = append(u.Branches, &Branch{Model: br, Struct: s})
			s.Unions = append(s.Unions, u)
		}
	}
	for _, e := range p.Events {
		e.Into = b.into(e)
	}
	for _, a := range p.Model.Aggregates {
		p.Aggregates = append(p.Aggregates, b.aggregate(p, a))
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		p.Sums = append(p.Sums, sums[name])
	}
}

func (b *builder) field(p *Package, m *model.Field) *Field {
	f := &Field{Model: m, Name: m.GoName}
	if f.Name == "" {
		f.Name = goname.Exported(m.Name)
	}
	f.Type, f.Value = p.fieldType(m)
	b.index.fields[m] = f
	return f
}

func (b *builder) into(e *Event) *Into {
	if e.Model.Into == nil {
		return nil
	}
	into := &Into{Model: e.Model.Into}
	for _, t := range e.Model.Into.Targets {
		into.Targets = append(into.Targets, b.index.versions[t.Version])
	}
	return into
}

func (b *builder) aggregate(p *Package, m *model.Aggregate) *Aggregate {
	name := goname.Exported(m.Name)
	a := &Aggregate{
		Package: p, Model: m, Name: name, Evolver: name + "Evolver", Stream: name + "Stream",
		File: goname.Snake(m.Name) + "_evolve.gen.go", ID: p.ValueType(m.ID),
	}
	for _, e := range p.Events {
		if e.Model.Aggregate == m && e.Into == nil {
			a.Events = append(a.Events, e)
		}
	}
	return a
}
