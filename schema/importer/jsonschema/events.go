package jsonschema

import (
	"cmp"
	"slices"
	"strings"
)

// event is all versions of one event.
type event struct {
	id       identity
	name     string
	versions []*eventVersion
	fields   fieldNames
}

// eventVersion is one schema that was imported as a version of an event.
type eventVersion struct {
	event  *event
	number int
	id     identity
	node   *node
	use    *use
	root   *shape
	places map[*shape]place
}

// readEvents groups schemas by event and orders their versions.
func (r *reader) readEvents(roots []*node) []*event {
	byKey := map[string]*event{}
	var events []*event
	for _, n := range roots {
		id := identify(n)
		e := byKey[id.key]
		if e == nil {
			e = &event{}
			byKey[id.key] = e
			events = append(events, e)
		}
		e.versions = append(e.versions, &eventVersion{event: e, id: id, node: n, places: map[*shape]place{}})
	}
	for _, e := range events {
		slices.SortStableFunc(e.versions, func(a, b *eventVersion) int { return compareVersions(a.id.version, b.id.version) })
		e.versions = r.distinctVersions(e.versions)
		for _, v := range e.versions {
			v.use = r.read(conj{seeds: []*node{v.node}})
			v.use.shape.merge = true
		}
	}
	slices.SortStableFunc(events, func(a, b *event) int { return strings.Compare(a.versions[0].id.key, b.versions[0].id.key) })
	return events
}

// distinctVersions drops copies such as current.yaml beside 2.0.0.yaml, and reports contradictions.
func (r *reader) distinctVersions(versions []*eventVersion) []*eventVersion {
	var out []*eventVersion
	for _, v := range versions {
		if len(out) == 0 || out[len(out)-1].id.version != v.id.version {
			out = append(out, v)
			continue
		}
		last := out[len(out)-1]
		switch {
		case isCopy(v.node.file.name) || string(last.node.literal()) == string(v.node.literal()):
		case isCopy(last.node.file.name):
			out[len(out)-1] = v
		default:
			r.library.report.Add(*twoVersions(v.node.file.span(0), last.node.file.span(0), v.id.key, v.id.version))
		}
	}
	return out
}

func isCopy(name string) bool {
	base := name[strings.LastIndexByte(name, '/')+1:]
	return strings.HasPrefix(base, "current.") || strings.HasPrefix(base, "latest.") || base == "latest" || base == "current"
}

// checkEvents drops what is no object, with an error, and numbers the versions.
func (r *reader) checkEvents(events []*event) []*event {
	var out []*event
	for _, e := range events {
		e.versions = slices.DeleteFunc(e.versions, func(v *eventVersion) bool { return !r.rootStruct(v) })
		if len(e.versions) == 0 {
			continue
		}
		for i, v := range e.versions {
			v.number = i + 1
		}
		e.id = e.versions[len(e.versions)-1].id
		out = append(out, e)
	}
	return out
}

// rootStruct makes the shape of a version a struct, if it is an object at all.
func (r *reader) rootStruct(v *eventVersion) bool {
	s := v.use.shape.target()
	for _, keyword := range []string{"example", "examples", "default"} {
		if v.node.get(keyword) != nil {
			r.losses.add(v.node, keyword, "values of whole events are not kept")
		}
	}
	if v.use.isNullable() {
		r.losses.add(v.node, "type", "an event cannot be null")
	}
	switch s.kind {
	case kindStruct:
		v.root = s
	case kindMap:
		v.root = &shape{id: s.id, kind: kindStruct, unknown: "keep", origin: s.origin, doc: s.doc, nodes: s.nodes}
		r.losses.lost.markAll(s.nodes, "additionalProperties", "unevaluatedProperties")
		r.losses.add(v.node, "additionalProperties", "properties are kept, and not checked")
	default:
		r.library.report.Add(*notObject(v.node.file.span(0), whatItIs(s)))
		return false
	}
	return true
}

func whatItIs(s *shape) string {
	switch s.kind {
	case kindList, kindOneOrMany:
		return "an array"
	case kindScalar:
		return cmp.Or(map[string]string{"json": "anything"}[s.scalar], "a "+s.scalar)
	}
	return "a scalar"
}

// doc is what the newest version says about the event.
func (v *eventVersion) doc() string {
	return cmp.Or(v.use.doc, v.root.doc, v.node.str("description"))
}
