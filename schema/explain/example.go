package explain

import (
	"embed"

	"github.com/evgen/evgen/schema/diag"
)

// examples are the fixtures of diagnostics, by rule id, as far as they are short texts.
//
//go:embed examples/*.yaml
var examples embed.FS

// fault is the description of a diagnostic that stands against a schema and cannot be suppressed.
type fault struct{ id, title, meaning string }

// mild are the diagnostics that are warnings.
var mild = map[string]bool{"import-loss": true, "link-not-followed": true, "submodule-not-read": true}

// faults makes a chapter of diagnostics, each with the fixture that shows it.
func faults(title, intro string, list []fault) Chapter {
	c := Chapter{Title: title, Intro: intro}
	for _, f := range list {
		r := diag.Rule{ID: f.id, Title: f.title, Severity: diag.Error, Meaning: f.meaning}
		if mild[f.id] {
			r.Severity = diag.Warning
		}
		page := Page{Rule: r}
		if text, err := examples.ReadFile("examples/" + f.id + ".yaml"); err == nil {
			page.Bad, page.check = string(text), "from schema/explain/examples/"+f.id+".yaml"
		}
		c.Pages = append(c.Pages, page)
	}
	return c
}
