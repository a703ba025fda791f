package plan

import (
	"fmt"
	"go/token"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// scope is a Go name space: the package block, or the fields and methods of a struct.
type scope struct {
	what string // "package memory", "struct MemoryCreatedV1"
	used map[string]owner
}

// owner is who holds a name.
type owner struct {
	what string // `event "MemoryCreated"`
	span source.Span
}

func newScope(what string, reserved map[string]string) *scope {
	s := &scope{what: what, used: map[string]owner{}}
	for name, why := range reserved {
		s.used[name] = owner{what: why}
	}
	return s
}

// claim takes a name for an owner, or reports who has it already.
func (s *scope) claim(rep *diag.Report, name string, o owner, help string) {
	if first, taken := s.used[name]; taken {
		rep.Add(nameCollision(s.what, name, first, o, help))
		return
	}
	s.used[name] = o
}

func nameCollision(where, name string, first, second owner, help string) diag.Diagnostic {
	d := diag.Diagnostic{
		Rule: "go-name-collision", Severity: diag.Error, Span: second.span,
		Message: fmt.Sprintf("%s would be named %s in Go, as %s in %s is already", second.what, name, first.what, where),
		Help:    help,
	}
	if !first.span.IsZero() {
		d.Related = []diag.Related{{Span: first.span, Message: first.what + " is here"}}
	}
	return d
}

func noGoName(what, text string, span source.Span) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: "go-name-missing", Severity: diag.Error, Span: span,
		Message: fmt.Sprintf("%s %q has no letter or digit to make a Go name from", what, text),
		Help:    "give it a name in Go, such as `go: Plus`",
	}
}

func badPackageName(name string, span source.Span) diag.Diagnostic {
	return diag.Diagnostic{
		Rule: "go-package-name", Severity: diag.Error, Span: span,
		Message: fmt.Sprintf("package %q cannot be the name of a Go package", name),
		Help:    fmt.Sprintf("choose another name, such as %q", name+"events"),
	}
}

// unusable are names that Go keeps for itself: of programs, and of directories that the go command passes over.
var unusable = map[string]bool{"main": true, "init": true, "_": true, "vendor": true, "testdata": true, "internal": true}

// usablePackageName reports whether Go can import a package of that name and call it by it.
func usablePackageName(name string) bool { return token.IsIdentifier(name) && !unusable[name] }
