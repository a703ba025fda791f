// Package plan settles every Go name, import path and file before anything is rendered.
//
// In: a model and a layout. Out: a Plan in which each declaration carries its
// Go identifier, or diagnostics for names that collide. It renders nothing and
// leaves the model as it is.
package plan

import (
	"strings"

	"github.com/evgen/evgen/schema/downcast"
	"github.com/evgen/evgen/schema/model"
)

// Plan is every Go package that is to be generated, sorted by schema package.
type Plan struct {
	Packages []*Package
}

// Layout says where packages go.
type Layout struct {
	// Locate returns the directory of a schema package (slash-separated, relative to the module root) and its import path.
	Locate func(pkg string) (dir, importPath string)
}

// Ident is a Go identifier and the import path of its package.
type Ident struct {
	Path string
	Name string
}

// Package is one Go package.
type Package struct {
	Model *model.Package
	Name  string // of the Go package
	Path  string // import path
	Dir   string // slash-separated, relative to the module root

	Structs     []*Struct // in order of declaration: types, then events; versions ascending
	Enums       []*Enum
	Unions      []*Union
	Sums        []*Sum // sorted by name
	Aliases     []*Alias
	Events      []*Event
	Aggregates  []*Aggregate
	Projections []*Projection
	Consumers   []*Consumer // that of all events first
	Reactions   []*Reaction
	Sagas       []*Saga
	Emissions   []*Emission // of reactions and sagas
	Schemas     []string    // names of the schema files, sorted

	index    *index
	declared map[string]bool // names of types, events and aliases
	wrappers *wrappers
}

// index finds what was planned for a part of the model.
type index struct {
	packages []*Package
	paths    map[*model.Package]string
	structs  map[*model.Struct]*Struct
	fields   map[*model.Field]*Field
	enums    map[*model.Enum]*Enum
	unions   map[*model.Union]*Union
	versions map[*model.EventVersion]*EventVersion
}

// Others returns the other packages of the plan, sorted by schema package.
func (p *Package) Others() []*Package {
	var out []*Package
	for _, other := range p.index.packages {
		if other != p {
			out = append(out, other)
		}
	}
	return out
}

// StructOf returns the Go struct of a shape of any package.
func (p *Package) StructOf(s *model.Struct) *Struct { return p.index.structs[s] }

// FieldOf returns the Go field of a field of any package.
func (p *Package) FieldOf(f *model.Field) *Field { return p.index.fields[f] }

// EnumOf returns the Go enum of a shape of any package.
func (p *Package) EnumOf(e *model.Enum) *Enum { return p.index.enums[e] }

// UnionOf returns the Go union of a shape of any package.
func (p *Package) UnionOf(u *model.Union) *Union { return p.index.unions[u] }

// Struct is a Go struct: a version of a named type, or of an event.
type Struct struct {
	Package *Package
	Name    string
	Model   *model.Struct
	Fields  []*Field
	Event   *EventVersion      // nil for a shared type
	Type    *model.TypeVersion // nil for an event
	Unions  []*Union           // of this package, or another's, in which it is a branch
}

// Constant is the name under which the codec's table knows the struct.
func (s *Struct) Constant() string { return "codec" + strings.ToUpper(s.Name[:1]) + s.Name[1:] }

// Doc is the doc text of the schema.
func (s *Struct) Doc() string {
	if s.Event != nil {
		return firstText(s.Event.Model.Doc, s.Event.Event.Model.Doc)
	}
	return firstText(s.Type.Doc, s.Type.Type.Doc)
}

// Field is a Go field.
type Field struct {
	Model *model.Field
	Name  string
	Type  *Type // as it stands in the struct, presence included
	Value *Type // without presence: what is there when something is there
}

// Form is how a value is present in Go.
type Form uint8

// The forms of Go types.
const (
	Plain   Form = iota // Ident
	Pointer             // *Elem
	Slice               // []Elem
	Map                 // map[string]Elem
	Generic             // Ident[Elem]
)

// Type is a Go type.
type Type struct {
	Form  Form
	Ident Ident
	Elem  *Type
	Ref   *model.TypeRef // what it stands for, when it is the value itself
}

// Enum is a Go enum type.
type Enum struct {
	Package *Package
	Name    string
	Model   *model.Enum
	Type    *model.TypeVersion
	Values  []*EnumValue
}

// EnumValue is a constant of an enum.
type EnumValue struct {
	Model *model.EnumValue
	Name  string // of the constant
}

// Union is a sealed interface.
type Union struct {
	Package  *Package
	Name     string
	Marker   string // method that seals it
	Unknown  string // struct of a branch that this build does not know
	Model    *model.Union
	Type     *model.TypeVersion
	Branches []*Branch
}

// Branch is a struct of a union.
type Branch struct {
	Model  *model.Branch
	Struct *Struct
}

// Sum is a Go type for a choice of scalars.
type Sum struct {
	Package *Package
	Name    string
	Alts    []SumAlt
}

// SumAlt is an alternative of a sum.
type SumAlt struct {
	Kind model.Kind // String, Bool, Int64 or Float64
	Name string     // "String", "Bool", "Int64", "Float64"
}

// Alias names the newest version of a versioned type or event.
type Alias struct {
	Event  bool // of an event rather than of a shared type
	Name   string
	Target string
	Doc    string
}

// Event is an event with its versions.
type Event struct {
	Package  *Package
	Model    *model.Event
	Name     string // alias of the newest version
	Versions []*EventVersion
	Latest   *EventVersion
	Stream   string // function that names the stream of an event with a key; "" if it has none
	Into     *Into  // nil unless its facts become other events
}

// Stored returns the versions that facts may have: all but drafts beyond the newest.
func (e *Event) Stored() []*EventVersion {
	for i, v := range e.Versions {
		if v == e.Latest {
			return e.Versions[:i+1]
		}
	}
	return e.Versions
}

// Aggregate returns the aggregate of an event, or nil.
func (e *Event) Aggregate() *Aggregate {
	for _, a := range e.Package.Aggregates {
		if a.Model == e.Model.Aggregate {
			return a
		}
	}
	return nil
}

// EventVersion is a version of an event.
type EventVersion struct {
	Event  *Event
	Model  *model.EventVersion
	Struct *Struct
	Digest string              // of the resolved shape
	Down   *downcast.Plan      // to the version before; nil where there is none
	Blocks []downcast.Obstacle // why there is none
}

// Into says which versions of other events the newest version of an event becomes.
type Into struct {
	Model   *model.Into
	Targets []*EventVersion
}

// Aggregate is an aggregate with its events.
type Aggregate struct {
	Package *Package
	Model   *model.Aggregate
	Name    string
	ID      *Type
	Evolver string // interface
	Stream  string // function that makes a stream id
	File    string // "memory_evolve.gen.go"
	Events  []*Event
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
