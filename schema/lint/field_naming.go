package lint

import (
	"regexp"
	"strings"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

func fieldNaming() Rule {
	return Rule{
		Rule: diag.Rule{
			ID: "field-naming", Title: "fields are named in snake_case", Severity: diag.Warning,
			Meaning: "Looks at the names of fields in schemas: lower-case letters and digits, words joined by one underscore, a letter first.",
			Why:     "Field names become column names, JSON keys and Go names. One spelling spares every reader the question which one it was here, and SQL the quotes around capitals.",
			Bad:     "events:\n  UserMoved: {versions: {1: {fields: {newCity: string}}}}\n",
			Good:    "events:\n  UserMoved: {versions: {1: {fields: {new_city: string}}}}\n",
			Off:     "Where the wire form is given, name the field in snake_case and write the given name as `json:`. Names to be kept go under `allow`.",
		},
		Options: []Option{allow()},
		check:   checkFieldNaming,
	}
}

var snakeCase = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func checkFieldNaming(p *pass) {
	p.eachField(func(s site, f *model.Field) {
		if snakeCase.MatchString(f.Name) || p.allows(f.Name) {
			return
		}
		help := "use lower-case words joined by `_`"
		if better := strings.Join(tokens(f.Name), "_"); snakeCase.MatchString(better) {
			help = "name it " + better + ", with `json: " + f.JSON + "` where its form on the wire must stay"
		}
		p.report(s.field(f), help, "field %q of %s is not in snake_case", f.Name, s.what)
	})
}
