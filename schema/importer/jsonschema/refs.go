package jsonschema

import (
	"net/url"
	"path"
	"strconv"
	"strings"
)

// target returns the schema that a $ref names. Nil: it cannot be found, and the loss is noted.
func (l *library) target(n *node, keyword string) *node {
	ref := n.str(keyword)
	uri, fragment, _ := strings.Cut(ref, "#")
	home, why := l.resource(n, uri)
	if home == nil {
		l.losses.add(n, keyword, why)
		return nil
	}
	found := within(home, fragment)
	if found == nil && home.up != nil {
		found = within(home.file.root, fragment)
	}
	if found == nil {
		l.losses.add(n, keyword, "there is no schema at "+strconv.Quote(ref)+"; anything is accepted")
	}
	return found
}

// resource returns the schema that a reference without its fragment names, or why there is none.
func (l *library) resource(n *node, uri string) (*node, string) {
	if uri == "" {
		return enclosing(n), ""
	}
	if found := l.identified(n, uri); found != nil {
		return found, ""
	}
	parsed, err := url.Parse(uri)
	if err != nil {
		return nil, "the reference is no URI; anything is accepted"
	}
	if parsed.Host == "" && parsed.Scheme == "" {
		return l.local(n, parsed.Path)
	}
	if found := l.otherVersion(n, uri); found != nil {
		return found, ""
	}
	return nil, "no network is used, and no given file has this $id; anything is accepted"
}

// local looks for a relative reference among the files. Outside the root there is nothing.
func (l *library) local(n *node, ref string) (*node, string) {
	if strings.HasPrefix(path.Join(path.Dir(n.file.name), ref), "../") {
		return nil, "the reference leaves the directory of the import; anything is accepted"
	}
	if f := l.near(n.file.name, ref); f != nil {
		return f.root, ""
	}
	if found := l.otherVersion(n, ref); found != nil {
		return found, ""
	}
	return nil, "there is no such file; anything is accepted"
}

// identified looks a reference up among the $ids, as written and relative to the base of n.
func (l *library) identified(n *node, uri string) *node {
	if found := l.byID[resolveURI(baseURI(n), uri)]; found != nil {
		return found
	}
	return l.byID[uri]
}

// otherVersion finds the only schema whose $id differs from the reference in its version alone.
func (l *library) otherVersion(n *node, uri string) *node {
	found := l.loose[blankVersion(resolveURI(baseURI(n), uri))]
	if len(found) != 1 {
		return nil
	}
	l.losses.add(n, "$ref", "resolved to "+identifier(found[0])+", the version at hand")
	return found[0]
}

// baseURI is the $id that references in n are relative to.
func baseURI(n *node) string {
	var ids []string
	for ; n != nil; n = n.up {
		if id := identifier(n); id != "" {
			ids = append(ids, id)
		}
	}
	base := ""
	for i := len(ids) - 1; i >= 0; i-- {
		base = resolveURI(base, ids[i])
	}
	return base
}

// enclosing is the schema resource that n belongs to: the nearest one with an $id, or the file.
func enclosing(n *node) *node {
	for ; n.up != nil; n = n.up {
		if identifier(n) != "" {
			return n
		}
	}
	return n
}

// within follows a fragment: a JSON Pointer, an anchor, or nothing.
func within(home *node, fragment string) *node {
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	if fragment == "" {
		return home
	}
	if !strings.HasPrefix(fragment, "/") {
		return anchored(home, fragment)
	}
	n := home
	for _, token := range strings.Split(fragment[1:], "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		if n = n.child(token); n == nil {
			return nil
		}
	}
	return n
}

// anchored finds $anchor, $dynamicAnchor, or the `#name` form of $id.
func anchored(n *node, name string) *node {
	if n.sort == sortObject && (n.str("$anchor") == name || n.str("$dynamicAnchor") == name ||
		n.str("$id") == "#"+name || n.str("id") == "#"+name) {
		return n
	}
	for _, m := range n.members {
		if found := anchored(m.node, name); found != nil {
			return found
		}
	}
	for _, e := range n.elems {
		if found := anchored(e, name); found != nil {
			return found
		}
	}
	return nil
}
