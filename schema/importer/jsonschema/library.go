package jsonschema

import (
	"io/fs"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/diag"
)

// library holds all files that were read, and knows them by name and by $id.
type library struct {
	loader fs.FS
	losses *ledger
	report *diag.Report
	nodes  int
	inputs []*file          // sorted by name
	files  map[string]*file // nil value: cannot be read
	byID   map[string]*node
	loose  map[string][]*node // by $id with the version blanked out
}

func newLibrary(loader fs.FS, losses *ledger, report *diag.Report) *library {
	return &library{
		loader: loader, losses: losses, report: report,
		files: map[string]*file{}, byID: map[string]*node{}, loose: map[string][]*node{},
	}
}

// add parses a file and indexes its identifiers; nil when it cannot be read.
func (l *library) add(name string, b []byte) *file {
	f, fault := l.parse(name, b)
	if fault == nil && f.root.sort != sortObject && f.root.sort != sortBool {
		f, fault = nil, notSchema(f.span(0))
	}
	if fault != nil {
		l.report.Add(*fault)
	}
	l.files[name] = f
	if f != nil {
		l.index(f.root, "")
	}
	return f
}

// index notes every $id below n. base is the identifier that encloses n.
func (l *library) index(n *node, base string) {
	if id := identifier(n); id != "" {
		base = resolveURI(base, id)
		for _, known := range []string{base, id} {
			known = strings.TrimSuffix(known, "#")
			if _, taken := l.byID[known]; !taken {
				l.byID[known] = n
			}
		}
		key := blankVersion(base)
		l.loose[key] = append(l.loose[key], n)
	}
	for _, m := range n.members {
		if m.name != "enum" && m.name != "const" && m.name != "default" && m.name != "examples" && m.name != "example" {
			l.index(m.node, base)
		}
	}
	for _, e := range n.elems {
		l.index(e, base)
	}
}

// identifier is the $id of a schema, or "". A property that happens to be called "id" holds no string.
func identifier(n *node) string {
	if n.sort != sortObject {
		return ""
	}
	id := n.str("$id")
	if id == "" && (n.get("$schema") != nil || n.get("type") != nil || n.get("properties") != nil) {
		id = n.str("id") // draft 04
	}
	if strings.HasPrefix(id, "#") {
		return ""
	}
	return id
}

var versionInURI = regexp.MustCompile(`(^|[/._-])v?\d+([.-]\d+)*(-[a-z]+[0-9]*)?(/|$|\.json|\.yaml)`)

// blankVersion makes identifiers equal that differ in a version only.
func blankVersion(uri string) string {
	return versionInURI.ReplaceAllString(strings.TrimSuffix(uri, "#"), "$1*$4")
}

func resolveURI(base, ref string) string {
	b, err := url.Parse(base)
	if err != nil {
		return ref
	}
	r, err := url.Parse(ref)
	if err != nil {
		return ref
	}
	return b.ResolveReference(r).String()
}

// open returns a file of the loader, read before or now; nil when there is none.
func (l *library) open(name string) *file {
	if f, known := l.files[name]; known {
		return f
	}
	if l.loader == nil || !fs.ValidPath(name) {
		return nil
	}
	b, err := fs.ReadFile(l.loader, name)
	if err != nil {
		return nil
	}
	return l.add(name, b)
}

// near looks for a file relative to the directory of another one, then from each directory above it.
func (l *library) near(from, ref string) *file {
	rooted := strings.HasPrefix(ref, "/")
	ref = strings.TrimPrefix(ref, "/")
	for dir := path.Dir(from); ; dir = path.Dir(dir) {
		if name := path.Join(dir, ref); !rooted || dir == "." {
			if f := l.withExtension(name); f != nil {
				return f
			}
		}
		if dir == "." || dir == "/" {
			return nil
		}
	}
}

func (l *library) withExtension(name string) *file {
	for _, ext := range []string{"", ".json", ".yaml", ".yml"} {
		if f := l.open(name + ext); f != nil {
			return f
		}
	}
	return nil
}
