package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// Erasure says which columns of a read model show sealed fields of the subject that another column names.
type Erasure struct {
	Subject *Column
	Columns []*Column
}

// Whose is what an event writes into the column that names a subject.
type Whose struct {
	Column *Column
	Path   *model.Path // to the field that names the subject; nil with OfStream, and where the event's value is nobody's
	Stream bool
}

// erasures adds to a read model the columns that name subjects, and indexes them by it. Columns that all events fill
// for the same subject share one.
func (b *builder) erasures(x *Projection) {
	groups := map[string]*Erasure{}
	for _, c := range x.Columns[x.Keys:] {
		for _, whose := range subjectsOf(x, c.Model.Name) {
			key := signature(whose)
			e := groups[key]
			if e == nil {
				e = &Erasure{Subject: x.subjectColumn(c)}
				groups[key] = e
				x.Erasures = append(x.Erasures, e)
				for i, w := range whose {
					if w != nil {
						w.Column = e.Subject
						x.Handlers[i].Subjects = append(x.Handlers[i].Subjects, w)
					}
				}
			}
			e.Columns = append(e.Columns, c)
		}
	}
	for _, e := range x.Erasures {
		x.Columns = append(x.Columns, e.Subject)
	}
}

// subjectsOf lists, for each subject that a column's value may belong to, what each handler says of it: nil where it
// leaves the column as it is. A value that is sealed within a sealed one belongs to several.
func subjectsOf(x *Projection, column string) [][]*Whose {
	var out [][]*Whose
	for level := 0; ; level++ {
		found := false
		all := make([]*Whose, len(x.Handlers))
		for i, h := range x.Handlers {
			for _, a := range h.Model.Set {
				if a.Column != column {
					continue
				}
				all[i] = &Whose{}
				if seals := sealsOn(a.Value.Field); level < len(seals) {
					all[i], found = seals[level], true
				}
			}
		}
		if !found {
			return out
		}
		out = append(out, all)
	}
}

// sealsOn lists the subjects for whom the value at the end of a path is sealed, outermost first.
func sealsOn(p *model.Path) []*Whose {
	if p == nil {
		return nil
	}
	var out []*Whose
	for i, f := range p.Fields {
		switch {
		case f.OfStream:
			out = append(out, &Whose{Stream: true})
		case f.Subject != nil:
			out = append(out, &Whose{Path: &model.Path{Fields: slices.Concat(p.Fields[:i], f.Subject.Fields)}})
		}
	}
	return out
}

// signature is equal for columns that can share the column of their subject.
func signature(whose []*Whose) string {
	var s strings.Builder
	for _, w := range whose {
		switch {
		case w == nil:
		case w.Stream:
			s.WriteString("$stream_id")
		case w.Path != nil:
			s.WriteString(w.Path.String())
		default:
			s.WriteString("-")
		}
		s.WriteByte('\n')
	}
	return s.String()
}

// subjectColumn names the column beside c that says whose it is.
func (x *Projection) subjectColumn(c *Column) *Column {
	name := c.Model.Name + "_subject"
	for i := 2; x.hasColumn(name); i++ {
		name = c.Model.Name + "_subject_" + strconv.Itoa(i)
	}
	value := &Type{Ident: Ident{Name: "string"}}
	return &Column{
		Model: &model.TableColumn{Name: name, Type: &model.TypeRef{Kind: model.String}, Null: true, Span: c.Model.Span},
		Name:  goname.Exported(name), Kind: "Text", Value: value, Type: &Type{Form: Pointer, Elem: value},
		Doc: "Whose data the row shows: it is cleared when the subject is erased.",
	}
}

func (x *Projection) hasColumn(name string) bool {
	taken := func(c *Column) bool { return c.Model.Name == name }
	return slices.ContainsFunc(x.Columns, taken) || slices.ContainsFunc(x.Erasures, func(e *Erasure) bool { return taken(e.Subject) })
}

// erasures writes whose values the columns hold: another subject is another version of the table.
func (d *digester) erasures(x *Projection) {
	for _, e := range x.Erasures {
		for _, c := range e.Columns {
			d.line("erased with", e.Subject.Model.Name, c.Model.Name)
		}
	}
	for _, h := range x.Handlers {
		for _, w := range h.Subjects {
			d.line("subject", h.Model.Event.Wire, w.Column.Model.Name, signature([]*Whose{w}))
		}
	}
}
