package jsonschema

// kind tells shapes apart.
type kind uint8

const (
	kindPending kind = iota // being read: a recursive use sees it
	kindScalar              // a built-in type, by name; also json
	kindList
	kindMap
	kindOneOrMany
	kindSum // of scalars
	kindStruct
	kindEnum
	kindUnion
	kindChoice // one of several, not settled yet
	kindAlias  // the same as another shape
)

// shape is a type that a schema describes, read but not yet named.
type shape struct {
	id       int
	kind     kind
	scalar   string // name of the built-in type
	elem     *use   // of lists, maps, one_or_many; what an alias stands for
	alts     []*use // of choices and sums
	nullable bool   // the null of a choice
	orNull   bool   // of aliases: one alternative of two, of which the other is null
	fields   []*field
	unknown  string // of structs: "keep" or "reject"
	values   []*node
	tag      string // of unions
	branches []branch
	hint     string // the name that the schema gives it; may be empty
	doc      string
	origin   *node    // where it was read, for messages
	nodes    []*node  // all schemas that apply to it
	parts    []*shape // of structs that were joined: what they were joined from
	merge    bool     // a choice that must become one struct
	settling bool
	byWire   map[string]*field // of large structs, made when first asked
	salt     string            // of branches: they stay apart even if equal, since their type is their tag
}

// use is a shape where it is used, with what is said about that place only.
type use struct {
	shape      *shape
	nullable   bool
	limits     limits
	doc        string
	title      string
	deflt      *node
	example    *node
	deprecated bool
	nodes      []*node // all schemas that apply here
}

// field is one property.
type field struct {
	wire     string
	use      *use
	optional bool
	origin   *node
}

// branch is one alternative of a union.
type branch struct {
	tag string
	use *use
}

// limits are constraints as literals; nil where there is none.
type limits struct {
	min, max, exclusiveMin, exclusiveMax, multipleOf []byte
	minLength, maxLength, minItems, maxItems         []byte
	pattern                                          string
	unique                                           bool
	constant                                         []byte
	oneOf                                            []byte
}

// target follows aliases.
func (s *shape) target() *shape {
	for i := 0; s.kind == kindAlias && i < 1000; i++ {
		s = s.elem.shape
	}
	return s
}

// isNullable reports whether null may stand at this use.
func (u *use) isNullable() bool {
	for s, i := u.shape, 0; i < 1000; i++ {
		if u.nullable || s.nullable {
			return true
		}
		if s.kind != kindAlias {
			return false
		}
		u, s = s.elem, s.elem.shape
	}
	return false
}

// is reports whether the use is a scalar of that name.
func (u *use) is(scalar string) bool {
	t := u.shape.target()
	return t.kind == kindScalar && t.scalar == scalar
}

// named reports whether the shape needs a declaration.
func (s *shape) named() bool {
	return s.kind == kindStruct || s.kind == kindEnum || s.kind == kindUnion
}

// children lists the uses inside of a shape, in order.
func (s *shape) children() []*use {
	var out []*use
	if s.elem != nil {
		out = append(out, s.elem)
	}
	out = append(out, s.alts...)
	for _, f := range s.fields {
		out = append(out, f.use)
	}
	for _, b := range s.branches {
		out = append(out, b.use)
	}
	return out
}
