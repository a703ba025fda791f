package resolve

import (
	"go/token"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/evgen/evgen/schema/syntax"
)

// Names that reach Go code, SQL or file names keep to narrow alphabets; names that are only data on the wire do not.
var (
	packageName  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	declaredName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)
	consumerName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]*$`)
	columnName   = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)
)

const maxNameLength = 200

func (r *resolver) checkPackageName(name syntax.Text) {
	if !packageName.MatchString(name.Value) || len(name.Value) > maxNameLength {
		r.rep.Add(badName(name, "package name", "start with a lower-case letter; go on with letters a to z, digits and _"))
	} else if token.IsKeyword(name.Value) || name.Value == "main" {
		r.rep.Add(badName(name, "package name", "it means something else to Go"))
	}
}

func (r *resolver) checkDeclaredName(what string, name syntax.Text) {
	if !declaredName.MatchString(name.Value) || len(name.Value) > maxNameLength {
		r.rep.Add(badName(name, "name of "+article(what), "start with a capital letter; go on with letters A to Z, digits and _"))
	}
}

func (r *resolver) checkConsumerName(name syntax.Text) {
	if !consumerName.MatchString(name.Value) || len(name.Value) > maxNameLength {
		r.rep.Add(badName(name, "name of a consumer", "use letters, digits, `-`, `_` and `.`"))
	}
}

func (r *resolver) checkGoName(name syntax.Text) {
	if name.Value != "" && (!declaredName.MatchString(name.Value) || len(name.Value) > maxNameLength) {
		r.rep.Add(badName(name, "Go name", "start with a capital letter; go on with letters A to Z, digits and _"))
	}
}

func (r *resolver) checkColumnName(name syntax.Text) {
	if !columnName.MatchString(name.Value) || len(name.Value) > 63 {
		r.rep.Add(badName(name, "column name", "use at most 63 of the letters a to z, digits and _"))
	} else if reservedColumns[name.Value] {
		r.rep.Add(reservedColumn(name))
	}
}

// checkWireName allows any printable text: foreign events name fields `$schema` and `+1`.
func (r *resolver) checkWireName(name syntax.Text, what string) {
	switch {
	case strings.TrimSpace(name.Value) == "" || len(name.Value) > maxNameLength:
		r.rep.Add(badName(name, what, "use 1 to 200 bytes, and more than white space"))
	case !printable(name.Value):
		r.rep.Add(badName(name, what, "remove the control characters"))
	}
}

func (r *resolver) checkWireType(name syntax.Text) {
	if strings.ContainsFunc(name.Value, unicode.IsSpace) {
		r.rep.Add(badName(name, "wire type", "remove the white space"))
		return
	}
	r.checkWireName(name, "wire type")
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(c rune) bool { return !unicode.IsPrint(c) })
}

func article(what string) string {
	if strings.ContainsRune("aeiou", rune(what[0])) {
		return "an " + what
	}
	return "a " + what
}
