package jsonschema

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/evgen/evgen/schema/goname"
)

// fieldNames holds the names of the properties of a type, the same in all its versions.
type fieldNames map[string]fieldName

type fieldName struct {
	name   string
	goName string // only where it does not follow from the name
}

func (n fieldName) exported() string { return cmp.Or(n.goName, goname.Exported(n.name)) }

// methods of generated structs, which no field may be called.
var methods = set("AppendJSON", "MarshalJSON", "UnmarshalJSON", "Validate", "EventType", "EventVersion", "Unknown")

// namer finds names that are free in every version in which a property stands.
type namer struct {
	names    fieldNames
	versions []*versionNames
}

// versionNames is the properties of one version, and the names that they have so far.
type versionNames struct {
	wires map[string]bool
	taken map[string]bool // names, and Go names, which start with a capital
}

// nameFields names all properties that any version has: first those whose name needs no change, then the rest, those
// of the newest version before older ones. Properties of different versions may share a name: they are one field
// whose spelling changed.
func nameFields(versions []*shape) fieldNames {
	n := namer{names: fieldNames{}}
	var all []string
	seen := map[string]bool{}
	for _, s := range slices.Backward(versions) {
		v := &versionNames{wires: map[string]bool{}, taken: map[string]bool{}}
		for _, f := range s.fields {
			v.wires[f.wire] = true
			if !seen[f.wire] {
				seen[f.wire] = true
				all = append(all, f.wire)
			}
		}
		n.versions = append(n.versions, v)
	}
	for _, plain := range []func(string) bool{isPlain, isNotPlain} {
		for _, wire := range all {
			if plain(wire) {
				n.give(wire, n.pick(wire))
			}
		}
	}
	return n.names
}

func (n *namer) give(wire string, name fieldName) {
	n.names[wire] = name
	for _, v := range n.versions {
		if v.wires[wire] {
			v.taken[name.name], v.taken[name.exported()] = true, true
		}
	}
}

// free reports whether no property that stands beside this one in some version has the name.
func (n *namer) free(wire string, name fieldName) bool {
	return !slices.ContainsFunc(n.versions, func(v *versionNames) bool {
		return v.wires[wire] && (v.taken[name.name] || v.taken[name.exported()])
	})
}

func isPlain(wire string) bool    { return snake(wire) == wire }
func isNotPlain(wire string) bool { return !isPlain(wire) }

func (n *namer) pick(wire string) fieldName {
	for _, name := range spellings(wire) {
		if name == "" {
			continue
		}
		candidate := fieldName{name: name}
		if methods[candidate.exported()] {
			candidate.goName = candidate.exported() + "Field"
		}
		if n.free(wire, candidate) {
			return candidate
		}
	}
	base := cmp.Or(spelled(wire), "field")
	for i := 1; ; i++ {
		candidate := fieldName{name: base + "_" + strconv.Itoa(i)}
		if i == 1 {
			candidate.name = base
		}
		if n.free(wire, candidate) {
			return candidate
		}
	}
}

// spellings are the names that a property may take: the short one first, unless it is a bare number.
func spellings(wire string) []string {
	if strings.HasPrefix(strings.Join(words(wire), ""), wire) || !startsWithDigit(words(wire)) {
		return []string{snake(wire), spelled(wire)}
	}
	return []string{spelled(wire), snake(wire)}
}

func startsWithDigit(words []string) bool {
	return len(words) > 0 && words[0][0] >= '0' && words[0][0] <= '9'
}
