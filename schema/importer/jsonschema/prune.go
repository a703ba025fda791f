package jsonschema

// maxNesting bounds list<list<...>>: the language allows 32 levels, people read fewer.
const maxNesting = 12

// prune makes every type finite: lists that only hold themselves and structs that must contain themselves.
func (r *reader) prune(events []*event) {
	seen := map[*shape]bool{}
	for _, e := range events {
		for _, v := range e.versions {
			r.pruneShape(v.root, seen)
		}
	}
}

func (r *reader) pruneShape(s *shape, seen map[*shape]bool) {
	work := []*shape{s}
	for len(work) > 0 {
		s, work = work[len(work)-1].target(), work[:len(work)-1]
		if seen[s] {
			continue
		}
		seen[s] = true
		for _, f := range s.fields {
			r.pruneField(s, f)
		}
		for _, u := range s.children() {
			if t := u.shape.target(); s.kind != kindStruct && t.named() && t.doc == "" {
				t.doc = u.doc // no field could keep it
			}
			if s.named() {
				r.pruneNesting(u, 0)
			}
			work = append(work, u.shape)
		}
	}
}

// pruneNesting cuts a type expression that goes on for too long.
func (r *reader) pruneNesting(u *use, depth int) {
	s := u.shape.target()
	if s.named() || s.kind == kindScalar {
		return
	}
	if depth > maxNesting {
		s.elem, s.alts = nil, nil
		r.giveUp(s, "nested too deeply")
		return
	}
	if s.elem != nil {
		r.pruneNesting(s.elem, depth+1)
	}
}

// pruneField opens a struct that must contain itself: no value could ever satisfy that.
func (r *reader) pruneField(s *shape, f *field) {
	if f.optional || f.use.isNullable() || !r.mustContain(f.use.shape, s, map[*shape]bool{}) {
		return
	}
	f.use = &use{shape: r.leaf(), doc: f.use.doc}
	r.losses.add(f.origin, "$ref", "a type that must contain itself has no value; kept as json")
}

func (r *reader) mustContain(in, wanted *shape, seen map[*shape]bool) bool {
	in = in.target()
	if in == wanted {
		return true
	}
	if seen[in] || in.kind != kindStruct {
		return false
	}
	seen[in] = true
	for _, f := range in.fields {
		if !f.optional && !f.use.isNullable() && r.mustContain(f.use.shape, wanted, seen) {
			return true
		}
	}
	return false
}
