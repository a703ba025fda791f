package jsonschema

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// identity says which version of which event a schema is.
type identity struct {
	key     string   // equal for all versions of an event
	version string   // as published; empty if unknown
	names   []string // what the event may be called, the best first
	wire    string   // the name on the wire
}

var versionPart = regexp.MustCompile(`^[vV]?\d+([._-]\d+){0,3}([._-]?(alpha|beta|rc|draft|p\d+beta)\d*)?$`)

// identify finds the identity of the schema at n. The path of the file says most, since people keep versions in
// directories; then the self-describing block of Iglu, then $id, then title.
func identify(n *node) identity {
	id := identity{}
	if n.up == nil {
		id = fromPath(n.file.name)
	} else {
		root := identify(n.file.root)
		id.key, id.version = root.key+n.pointer(), root.version
	}
	if self := n.get("self"); self != nil && self.str("name") != "" {
		return fromSelf(self, id)
	}
	uri := fromURI(cmp.Or(n.str("$id"), n.str("id")))
	id.names = names(n, uri, id)
	if n.up != nil {
		id.names = append([]string{definedAs(n)}, id.names...)
	}
	if n.up == nil && uri.key != "" && (id.version == "" || id.version == uri.version) {
		id.key, id.version = uri.key, uri.version
	}
	id.wire = wireName(n, uri, id)
	return id
}

// definedAs is the name of a schema inside of a file. The payload of an AsyncAPI message is called as the message is,
// or as its channel.
func definedAs(n *node) string {
	if n.key != "payload" || n.up.up == nil {
		return n.key
	}
	if message := n.up; message.key != "message" {
		return message.key
	} else if name := message.str("name"); name != "" {
		return name
	}
	return n.up.up.up.key
}

// fromPath reads NAME/1.0.0/schema.json, NAME/1.0.0.json, NAME/jsonschema/1-0-0 and NAME.json.
func fromPath(name string) identity {
	name = strings.TrimPrefix(path.Clean(name), "/")
	for _, ext := range []string{".json", ".yaml", ".yml", ".schema", ".jsonschema"} {
		name = strings.TrimSuffix(name, ext)
	}
	var id identity
	var parts []string
	for _, part := range strings.Split(name, "/") {
		if versionPart.MatchString(part) {
			id.version = part
			continue
		}
		parts = append(parts, part)
	}
	for len(parts) > 1 && generic[parts[len(parts)-1]] {
		parts = parts[:len(parts)-1]
	}
	id.key = strings.Join(parts, "/")
	if len(parts) > 0 {
		id.names = []string{parts[len(parts)-1]}
	}
	return id
}

// generic names of files say nothing about the event.
var generic = set("schema", "index", "jsonschema", "event", "payload", "latest", "current")

func fromSelf(self *node, id identity) identity {
	name := self.str("name")
	id.key = self.str("vendor") + "/" + name
	id.names = []string{name, self.str("vendor") + "_" + name}
	id.version = cmp.Or(self.str("version"), id.version)
	id.wire = strings.Trim(id.key, "/")
	return id
}

// fromURI reads an $id such as /mediawiki/client/error/2.0.0 or https://host/facets/1-2-0/Name.json.
func fromURI(uri string) identity {
	uri = strings.TrimSuffix(uri, "#")
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		uri = rest
	}
	if strings.HasPrefix(uri, "#") || uri == "" {
		return identity{}
	}
	return fromPath(uri)
}

// names lists what an event may be called.
func names(n *node, uri, file identity) []string {
	var out []string
	if isEventTitle(n) {
		out = append(out, n.str("title"))
	}
	fileNames := file.names
	if uri.key != "" && !strings.Contains(uri.key, "/") {
		out = append(out, uri.key)
	}
	if len(uri.names) > 0 && len(out) == 0 && !reverseDNS(fileNames) && strings.Contains(uri.key, "/") {
		out = append(out, uri.names[0])
	}
	for _, name := range fileNames {
		out = append(out, strings.ReplaceAll(name, "__", "_"))
	}
	out = append(out, uri.names...)
	if file.key != "" {
		out = append(out, file.key)
	}
	return slices.DeleteFunc(out, func(s string) bool { return pascal(s) == "" })
}

// isEventTitle reports whether a title is short enough to name an event.
func isEventTitle(n *node) bool {
	title := n.str("title")
	return n.up == nil && title != "" && len(title) <= 60 && len(words(title)) <= 6
}

// reverseDNS reports whether the file is named after a wire type such as dev.cdevents.change.merged.
func reverseDNS(names []string) bool {
	return len(names) > 0 && topLevel[strings.SplitN(names[0], ".", 2)[0]] && strings.Count(names[0], ".") > 1
}

var topLevel = set("com", "org", "net", "dev", "io", "cloud", "app", "de", "nl", "uk")

// wireName is the name under which an event is published.
func wireName(n *node, uri, id identity) string {
	if list := n.get("cloudeventTypes"); list != nil && len(list.elems) == 1 {
		return list.elems[0].text
	}
	if reverseDNS(id.names) {
		return id.names[0]
	}
	for _, name := range fromPath(n.file.name).names {
		if reverseDNS([]string{name}) {
			return name
		}
	}
	if uri.key != "" && !strings.Contains(uri.key, "/") {
		return uri.key
	}
	if title := n.str("title"); title != "" && strings.Trim(strings.ToLower(title), "abcdefghijklmnopqrstuvwxyz0123456789_/.-") == "" {
		return title
	}
	return ""
}

// compareVersions orders versions as SemVer does, tolerant of 1-0-0, v1 and v1beta1.
func compareVersions(a, b string) int {
	x, y := splitVersion(a), splitVersion(b)
	for i := range max(len(x), len(y)) {
		if c := comparePart(part(x, i), part(y, i)); c != 0 {
			return c
		}
	}
	return cmp.Compare(a, b)
}

var versionToken = regexp.MustCompile(`\d+|[a-z]+`)

func splitVersion(v string) []string {
	return versionToken.FindAllString(strings.TrimPrefix(strings.ToLower(v), "v"), -1)
}

func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

// comparePart orders words before nothing before numbers: 1.0-beta, 1.0, 1.0.1.
func comparePart(a, b string) int {
	rank := func(s string) int {
		switch {
		case s == "":
			return 1
		case s[0] >= '0' && s[0] <= '9':
			return 2
		}
		return 0
	}
	if rank(a) != 2 || rank(b) != 2 {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	}
	x, _ := strconv.ParseUint(a, 10, 64)
	y, _ := strconv.ParseUint(b, 10, 64)
	return cmp.Compare(x, y)
}
