// Package rule makes analyzers of the rules that `evgen vet` checks: a page for people, a level, and a function that
// looks at a package.
//
// A rule is a package of its own below analysis, named by its id without hyphens, with a variable Rule and testdata
// that shows what it finds and what it leaves alone. analysis.Rules lists it.
//
//	var Rule = rule.New(diag.Rule{ID: "lost-cause", Severity: diag.Error, ...}, run)
//
//	func run(pass *rule.Pass) error {
//		for _, player := range pass.Players() { ... pass.Report(analysis.Diagnostic{Pos: ..., Message: ...}) }
//		return nil
//	}
//
// Suppressions are the business of this package: what a comment lets pass does not reach the driver, and a rule need
// not know of it.
package rule

import (
	"reflect"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/schema/diag"
)

// Rule is one rule of `evgen vet`.
type Rule struct {
	diag.Rule // its page: Bad and Good are Go

	// Analyzer finds it, for any driver of go/analysis. Its name is the id with underscores; diagnostics have the id as
	// their category.
	Analyzer *analysis.Analyzer
}

// Run looks at a package. An error is one of the rule, not of the code.
type Run func(pass *Pass) error

// New makes a rule. Requires are further analyzers whose results run wants; those of roles are there always.
func New(page diag.Rule, run Run, requires ...*analysis.Analyzer) *Rule {
	r := &Rule{Rule: page}
	r.Analyzer = &analysis.Analyzer{
		Name:       strings.ReplaceAll(page.ID, "-", "_"),
		Doc:        page.Title + "\n\n" + page.Meaning + "\n\n" + page.Why,
		URL:        URL(page.ID),
		Requires:   append([]*analysis.Analyzer{role.Analyzer, Ignores}, requires...),
		ResultType: reflect.TypeOf(Used(nil)),
		Run: func(p *analysis.Pass) (any, error) {
			pass := &Pass{Pass: p, page: page, ignores: p.ResultOf[Ignores].([]*Ignore)}
			err := run(pass)
			return pass.used, err
		},
	}
	return r
}

// URL is where the page of a rule can be read.
func URL(id string) string { return "https://github.com/evgen/evgen/blob/main/docs/rules.md#" + id }

// Used are the suppressions that silenced something: the result of every rule's analyzer.
type Used []*Ignore

// Pass is the analysis of one package by one rule.
type Pass struct {
	*analysis.Pass

	page    diag.Rule
	ignores []*Ignore
	used    Used
}

// Players are the functions of the package that play roles.
func (p *Pass) Players() role.Players { return role.Of(p.Pass) }

// Report reports a finding, unless a comment lets it pass. Message is one line, in lower case, without a full stop. The
// rule is put behind it: go vet prints nothing else that says what to write into a suppression.
func (p *Pass) Report(d analysis.Diagnostic) {
	d.Category = p.page.ID
	for _, i := range p.ignores {
		if i.Rule == p.page.ID && i.covers(p.Fset, d.Pos) {
			p.used = append(p.used, i)
			return
		}
	}
	d.Message += named(d.Category)
	p.Pass.Report(d)
}

func named(id string) string { return " [" + id + "]" }

// Unnamed is a message without the rule behind it, for drivers that name the category of a finding themselves.
func Unnamed(message, id string) string { return strings.TrimSuffix(message, named(id)) }
