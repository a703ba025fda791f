package jsonschema

import "slices"

// maxChoices bounds how many alternatives are read, because lists of alternatives multiply.
const maxChoices = 50_000

// maxDone bounds how many lists of alternatives apply to one value.
const maxDone = 4

// reader turns schemas into shapes. Each type is read once, so recursive schemas end.
type reader struct {
	library *library
	losses  *ledger
	formats Formats
	memo    map[string]*use
	noted   map[*node]bool
	choices int
	shapes  []*shape
	joins   map[string]*shape
}

func newReader(l *library, formats Formats) *reader {
	return &reader{
		library: l, losses: l.losses, formats: formats,
		memo: map[string]*use{}, noted: map[*node]bool{}, joins: map[string]*shape{},
	}
}

// read returns what a conjunction of schemas means where it is used.
func (r *reader) read(c conj) *use {
	v := r.view(c)
	r.noteUnsayable(v)
	core := *r.core(v)
	core.nodes = v.all()
	r.annotate(&core, v)
	return &core
}

func (r *reader) newShape(v *view) *shape {
	s := &shape{id: len(r.shapes) + 1, hint: nameOf(v.name), doc: v.name.str("description"), nodes: v.all()}
	if len(v.nodes) > 0 {
		s.origin = v.nodes[0]
	}
	if s.doc == "" && v.name != nil {
		s.doc = docOfTitle(v.name, s.hint)
	}
	r.shapes = append(r.shapes, s)
	return s
}

// core reads what a view says about values; what it says about the place is left to annotate.
func (r *reader) core(v *view) *use {
	if v.loop != nil && !slices.ContainsFunc(v.nodes, v.constrains) {
		r.losses.add(v.loop, "$ref", "the references go round in a circle; anything is accepted")
	}
	if known := r.memo[v.key]; known != nil {
		if known.shape.hint == "" {
			known.shape.hint = nameOf(v.name)
		}
		return known
	}
	u := &use{shape: r.newShape(v)}
	r.memo[v.key] = u
	set, constrained := r.typesOf(v)
	u.nullable = constrained && set&typeNull != 0
	switch kinds := (set &^ typeNull).values(); {
	case v.never != nil:
		r.anything(u, v.never, "", "no value is valid here")
	case r.nextList(v) != nil:
		r.choose(u, v, r.nextList(v))
	case !constrained:
		u.shape.becomeScalar("json")
		r.losses.lost.markWhole(u.shape.nodes)
	case len(kinds) == 0:
		r.noType(u, v, set)
	case len(kinds) > 1:
		r.choosePerType(u, v, kinds)
	default:
		r.readType(u, v, kinds[0])
	}
	return u
}

func (s *shape) becomeScalar(name string) { s.kind, s.scalar = kindScalar, name }

// anything makes a use a json leaf and reports it.
func (r *reader) anything(u *use, at *node, keyword, why string) {
	u.shape.becomeScalar("json")
	r.losses.lost.markWhole(u.shape.nodes)
	if at != nil {
		r.losses.add(at, keyword, why+"; kept as json")
	}
}

func (r *reader) noType(u *use, v *view, set types) {
	u.nullable = false // json holds null itself
	if set == typeNull {
		u.shape.becomeScalar("json")
		u.limits.constant = []byte("null")
		return
	}
	r.anything(u, u.shape.origin, "type", "the schemas contradict each other")
}

func (r *reader) readType(u *use, v *view, t types) {
	switch {
	case t&typeObject != 0:
		r.noteListed(v, sortObject, "objects")
		r.readObject(u, v)
	case t&typeArray != 0:
		r.noteListed(v, sortArray, "arrays")
		r.readArray(u, v)
	case t&typeString != 0:
		r.readString(u, v)
	case t&typeBoolean != 0:
		r.readBool(u, v)
	case t&typeNumber != 0:
		r.readNumber(u, v)
	default:
		r.readInteger(u, v)
	}
}

// choosePerType reads a schema that allows several types as one alternative each.
func (r *reader) choosePerType(u *use, v *view, kinds []types) {
	u.shape.kind = kindChoice
	for _, t := range kinds {
		c := conj{seeds: v.conj.seeds, done: v.conj.done, only: t}
		u.shape.alts = append(u.shape.alts, r.read(c))
	}
}

// nextList is the first list of alternatives that says something about the type, or nil.
func (r *reader) nextList(v *view) *node {
	for _, list := range v.lists {
		if structural(list) {
			return list
		}
		r.losses.constrains(list.up, list.key, "only constrains values; not checked")
	}
	return nil
}

// constraintsOnly are keywords that an alternative may consist of without describing a type.
var constraintsOnly = set("required", "not", "title", "description", "minProperties", "maxProperties", "format", "pattern",
	"minLength", "maxLength", "minimum", "maximum", "multipleOf", "$comment", "dependencies", "dependentRequired",
	"minItems", "maxItems", "if", "then", "else", "exclusiveMinimum", "exclusiveMaximum")

func structural(list *node) bool {
	return slices.ContainsFunc(list.elems, func(e *node) bool {
		return slices.ContainsFunc(e.members, func(m member) bool { return !constraintsOnly[m.name] && vocabulary[m.name] })
	})
}

// choose reads each alternative of a list together with everything else that applies.
func (r *reader) choose(u *use, v *view, list *node) {
	r.choices += len(list.elems)
	if r.choices > maxChoices || len(v.conj.done) >= maxDone {
		r.anything(u, list.up, list.key, "too many alternatives of alternatives")
		return
	}
	var alternatives []conj
	u.nullable = false
	for _, e := range list.elems {
		c := v.conj.with(e, list)
		switch set, constrained := r.typesOf(r.view(c)); {
		case e.isBool("false") || constrained && set == 0:
		case constrained && set == typeNull:
			u.nullable = true
		default:
			alternatives = append(alternatives, c)
		}
	}
	if len(alternatives) == 0 && u.nullable && r.chooseBeyondNull(u, v, list) {
		return
	}
	u.shape.orNull = u.nullable && len(alternatives) == 1
	r.chooseAmong(u, list, alternatives)
}

// chooseBeyondNull reads a value that is always null in this place as what it is in general.
func (r *reader) chooseBeyondNull(u *use, v *view, list *node) bool {
	var general []*node
	for _, n := range v.conj.seeds {
		if set, says := r.typesOfNode(n); !says || set != typeNull {
			general = append(general, n)
		}
	}
	if len(general) == 0 || len(general) == len(v.conj.seeds) {
		return false
	}
	r.losses.constrains(list.up, list.key, "always null in one place that refers here; kept as nullable")
	u.shape.becomeAlias(r.read(conj{seeds: general, done: v.conj.done, only: v.conj.only}))
	return true
}

func (r *reader) chooseAmong(u *use, list *node, alternatives []conj) {
	switch len(alternatives) {
	case 0:
		u.nullable = false
		r.anything(u, list.up, list.key, "no alternative can hold a value")
	case 1:
		only := r.read(alternatives[0])
		u.shape.becomeAlias(only)
	default:
		u.shape.kind = kindChoice
		for _, c := range alternatives {
			u.shape.alts = append(u.shape.alts, r.read(c))
		}
	}
}

// annotate adds what is said about the place of use: doc, default, example.
func (r *reader) annotate(u *use, v *view) {
	for _, n := range v.nodes {
		if u.doc == "" && !belongsToType(v, n) {
			u.doc = n.str("description")
		}
		if u.title == "" && !belongsToType(v, n) {
			u.title = n.str("title")
		}
		if d := n.get("default"); d != nil && u.deflt == nil {
			u.deflt = d
		}
		if u.example == nil {
			u.example = exampleOf(n)
		}
		u.deprecated = u.deprecated || n.is("deprecated", "true")
		u.nullable = u.nullable || wrapsNullable(n)
		r.noteAnnotations(n)
	}
	if u.doc == "" {
		u.doc = u.title
	}
}

// noteAnnotations reports texts for which there is no second place.
func (r *reader) noteAnnotations(n *node) {
	title := pascal(n.str("title"))
	if !isEventTitle(n) && title != "" && n.str("description") != "" && title != pascal(n.key) && title != pascal(nameOf(n)) {
		r.losses.add(n, "title", "only the description is kept")
	}
	if list := n.get("examples"); list != nil && len(list.elems) > 1 {
		r.losses.add(n, "examples", "only the first example is kept")
	}
}

// noteUnused reports definitions that nothing refers to.
func (r *reader) noteUnused(files []*file) {
	for _, f := range files {
		for _, keyword := range []string{"definitions", "$defs"} {
			if defs := f.root.get(keyword); defs != nil {
				for _, m := range defs.members {
					if m.node.sort == sortObject && !r.noted[m.node] && !isIndex(m.node) {
						r.losses.add(m.node, "", "nothing in an event refers to this definition; left out")
					}
				}
			}
		}
	}
}

// belongsToType reports whether a schema's description describes the named type and not this use of it.
func belongsToType(v *view, n *node) bool {
	at := slices.Index(v.nodes, v.name)
	return at >= 0 && slices.Index(v.nodes, n) >= at
}

func exampleOf(n *node) *node {
	if e := n.get("example"); e != nil {
		return e
	}
	if list := n.get("examples"); list != nil && list.sort == sortArray && len(list.elems) > 0 {
		return list.elems[0]
	}
	return nil
}
