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
	versions [][]string // wire names of each version
}

// nameFields names all properties that any version has: first those whose name needs no change, then the rest, those
// of the newest version before older ones. Properties of different versions may share a name: they are one field
// whose spelling changed.
func nameFields(versions []*shape) fieldNames {
	n := namer{names: fieldNames{}}
	var all []string
	for _, s := range slices.Backward(versions) {
		var wires []string
		for _, f := range s.fields {
			wires = append(wires, f.wire)
			if !slices.Contains(all, f.wire) {
				all = append(all, f.wire)
			}
		}
		n.versions = append(n.versions, wires)
	}
	for _, plain := range []func(string) bool{isPlain, isNotPlain} {
		for _, wire := range all {
			if plain(wire) {
				n.names[wire] = n.pick(wire)
			}
		}
	}
	return n.names
}

func isPlain(wire string) bool    { return snake(wire) == wire }
func isNotPlain(wire string) bool { return !isPlain(wire) }

func (n *namer) pick(wire string) fieldName {
	taken := n.beside(wire)
	for _, name := range spellings(wire) {
		if name == "" {
			continue
		}
		candidate := fieldName{name: name}
		if methods[candidate.exported()] {
			candidate.goName = candidate.exported() + "Field"
		}
		if free(candidate, taken) {
			return candidate
		}
	}
	base := cmp.Or(spelled(wire), "field")
	for i := 1; ; i++ {
		candidate := fieldName{name: base + "_" + strconv.Itoa(i)}
		if i == 1 {
			candidate.name = base
		}
		if free(candidate, taken) {
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

// beside lists the names of properties that stand beside this one in some version.
func (n *namer) beside(wire string) []fieldName {
	var out []fieldName
	for _, wires := range n.versions {
		if !slices.Contains(wires, wire) {
			continue
		}
		for _, other := range wires {
			if name, named := n.names[other]; named {
				out = append(out, name)
			}
		}
	}
	return out
}

func free(candidate fieldName, taken []fieldName) bool {
	return !slices.ContainsFunc(taken, func(t fieldName) bool {
		return t.name == candidate.name || t.exported() == candidate.exported()
	})
}
