package plan

import (
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/goname"
	"github.com/evgen/evgen/schema/model"
)

// wrappers are structs of one member, "v", for values of columns that are no objects: the codec writes objects only.
type wrappers struct {
	home  *Package // the home of read models, as the codec's table sees it
	byKey map[string]*Struct
	names map[string]bool
}

func newWrappers(p *Package) *wrappers {
	read := p.Read()
	home := &Package{Model: p.Model, Name: read.Name, Path: read.Path, Dir: read.Dir, Schemas: p.Schemas, index: p.index, declared: map[string]bool{}}
	return &wrappers{home: home, byKey: map[string]*Struct{}, names: map[string]bool{}}
}

// ColumnJSON is the package whose codec writes values of columns that are no objects. It has no structs if there are none.
func (p *Package) ColumnJSON() *Package { return p.wrappers.home }

// WrapperOf returns the struct that wraps values of a type of some package; nil where they are objects, or JSON already.
func (p *Package) WrapperOf(of *Package, t *model.TypeRef) *Struct {
	return p.wrappers.byKey[wrapperKey(of, t)]
}

func wrapperKey(of *Package, t *model.TypeRef) string { return of.Path + " " + of.elemKey(bare(t)) }

// bare is what is there when something is there.
func bare(t *model.TypeRef) *model.TypeRef {
	b := *t
	b.Nullable = false
	return &b
}

// IsObject reports whether values of t have a method that appends their JSON, and it is an object.
func IsObject(t *model.TypeRef) bool {
	if t.Kind != model.Named {
		return false
	}
	_, ok := t.Named.Shape.(*model.Struct)
	return ok
}

// collect makes the wrappers that the columns of a projection need.
func (w *wrappers) collect(x *Projection) {
	for _, h := range x.Handlers {
		for _, a := range h.Model.Set {
			if _, c := x.Column(a.Column); c.Kind == "JSON" && a.Value.Field != nil {
				w.add(h.Event.Package, a.Value.Field.Last().Type)
			}
		}
	}
}

func (w *wrappers) add(of *Package, t *model.TypeRef) {
	key := wrapperKey(of, t)
	if t.Kind == model.JSON || IsObject(t) || w.byKey[key] != nil {
		return
	}
	t = bare(t)
	name := w.free("json" + goname.Exported(words.Replace(t.String())))
	field := &model.Field{Name: "v", JSON: "v", Type: t}
	value := of.ValueType(t)
	s := &Struct{
		Package: w.home, Name: name, Model: &model.Struct{Fields: []*model.Field{field}},
		Fields: []*Field{{Model: field, Name: "V", Type: value, Value: value}},
	}
	w.byKey[key] = s
	w.home.Structs = append(w.home.Structs, s)
	sumsIn(t, func(t *model.TypeRef) {
		sum := &Sum{Package: w.home, Name: w.home.sumName(t), Alts: alternatives(t)}
		if !w.names["sum "+sum.Name] {
			w.names["sum "+sum.Name] = true
			w.home.Sums = append(w.home.Sums, sum)
		}
	})
}

func (w *wrappers) free(name string) string {
	candidate := name
	for i := 2; w.names[candidate]; i++ {
		candidate = name + "_" + strconv.Itoa(i)
	}
	w.names[candidate] = true
	return candidate
}

// words turns a type as schemas write it into words for a name.
var words = strings.NewReplacer("<", " of ", ">", "", "|", " or ", "@", " v", ".", " ")
