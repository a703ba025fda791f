package effect

import (
	_ "embed"
	"go/types"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/evgen/evgen/analysis/flow"
)

//go:embed sources.txt
var sourcesText string

// list is sources.txt.
type list struct {
	exact   map[string][]pattern // by package
	below   map[string][]pattern // by the part of the path before /...
	trusted []string
}

// pattern is one name of the list.
type pattern struct {
	kind Kind
	name string
	out  bool // takes out again
}

// sources is the list, read once.
var sources = sync.OnceValue(func() *list {
	l := &list{exact: map[string][]pattern{}, below: map[string][]pattern{}}
	section := ""
	for line := range strings.Lines(sourcesText) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case line[0] != '\t':
			section = words[0]
		case section == "trusted":
			l.trusted = append(l.trusted, strings.TrimSuffix(words[0], "/..."))
		default:
			l.add(Kind(section), words[0], words[1:])
		}
	}
	return l
})

func (l *list) add(k Kind, pkg string, names []string) {
	into := l.exact
	if above, ok := strings.CutSuffix(pkg, "/..."); ok {
		pkg, into = above, l.below
	}
	for _, name := range names {
		in, out := strings.CutPrefix(name, "-")
		into[pkg] = append(into[pkg], pattern{k, in, out})
	}
}

// kinds are the effects for which a name of a package stands.
func (l *list) kinds(pkg, name string) []Kind {
	found := matching(l.exact[pkg], name)
	for at := pkg; at != "." && at != "/" && len(l.below) > 0; at = path.Dir(at) {
		found = append(found, matching(l.below[at], name)...)
	}
	return found
}

func matching(patterns []pattern, name string) []Kind {
	var found []Kind
	for _, p := range patterns {
		if ok, err := path.Match(slashed(p.name), slashed(name)); err != nil || !ok {
			continue
		}
		if p.out {
			found = slices.DeleteFunc(found, func(k Kind) bool { return k == p.kind })
		} else if !slices.Contains(found, p.kind) {
			found = append(found, p.kind)
		}
	}
	return found
}

// slashed makes dots the borders that stars do not cross.
func slashed(name string) string { return strings.ReplaceAll(name, ".", "/") }

// isOpaque reports whether a package is not looked into.
func (l *list) isOpaque(pkg string) bool { return IsStandard(pkg) || l.isTrusted(pkg) }

func (l *list) isTrusted(pkg string) bool {
	return slices.ContainsFunc(l.trusted, func(t string) bool { return pkg == t || strings.HasPrefix(pkg, t+"/") })
}

// IsOpaque reports whether nothing is to be learnt of a package by looking into it: it is of the standard library, or
// trusted and without types that give roles.
func IsOpaque(pkg string) bool {
	return sources().isOpaque(pkg) && !strings.HasPrefix(pkg, "github.com/evgen/evgen/")
}

// IsFollowed reports whether what functions of a package do counts for those who call them: it is neither of the standard
// library nor trusted.
func IsFollowed(pkg string) bool { return !sources().isOpaque(pkg) }

// standard are the first elements of the paths of the standard library.
var standard = strings.Fields(`archive bufio bytes cmp compress container context crypto database debug embed encoding errors
	expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime
	simd slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak`)

// IsStandard reports whether a package is of the standard library.
func IsStandard(pkg string) bool {
	first, _, _ := strings.Cut(pkg, "/")
	return slices.Contains(standard, first)
}

// nameOf is a function, method or variable within its package: "Stamp", "Clock.Now". It is empty for what other packages
// cannot name.
func nameOf(obj types.Object) string {
	f, ok := obj.(*types.Func)
	if !ok {
		return obj.Name()
	}
	if recv := f.Signature().Recv(); recv != nil {
		n := flow.Named(recv.Type())
		if n == nil {
			return ""
		}
		return n.Obj().Name() + "." + f.Name()
	}
	return f.Name()
}
