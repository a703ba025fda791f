package lint

import (
	"fmt"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/source"
)

// pass is one rule on its way through one package.
type pass struct {
	*index
	pkg     *model.Package
	rule    string
	setting setting
	found   []finding.Finding
}

func (p *pass) limit(option string) int      { return p.setting.numbers[option] }
func (p *pass) words(option string) []string { return p.setting.words[option] }
func (p *pass) allows(name string) bool      { return matches(p.words("allow"), name) }

// place is where a finding points: an element and its span.
type place struct {
	element string
	span    source.Span
}

func (p *pass) report(at place, help, format string, args ...any) {
	p.add(finding.Finding{Element: at.element, Diagnostic: diag.Diagnostic{
		Rule: p.rule, Severity: p.setting.severity, Span: at.span, Message: fmt.Sprintf(format, args...), Help: help,
	}})
}

// reportWith reports with another place that matters.
func (p *pass) reportWith(related diag.Related, at place, help, format string, args ...any) {
	p.report(at, help, format, args...)
	last := &p.found[len(p.found)-1]
	last.Related = append(last.Related, related)
}

func (p *pass) add(f finding.Finding) { p.found = append(p.found, f) }

func placeOfPackage(p *model.Package) place { return place{p.Name, p.Span} }
func placeOfEvent(e *model.Event) place     { return place{e.Package.Name + "." + e.Name, e.Span} }
func placeOfType(t *model.Type) place       { return place{t.Package.Name + "." + t.Name, t.Span} }

// named is the place of what has a name in the package: an aggregate, a projection, a consumer.
func (p *pass) named(name string, span source.Span) place {
	return place{p.pkg.Name + "." + name, span}
}
