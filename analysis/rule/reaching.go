package rule

import (
	"fmt"
	"go/token"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/effect"
	"github.com/evgen/evgen/analysis/role"
	"github.com/evgen/evgen/schema/diag"
)

// Reaching makes the rule that deterministic players do not reach a kind of effect. Does says what they do: "reads the
// clock". Fixes may be nil; it returns the edits that mend a finding.
func Reaching(page diag.Rule, kind effect.Kind, does string, fixes func(*Pass, *role.Player, effect.Reach) []analysis.SuggestedFix) *Rule {
	return New(page, func(pass *Pass) error {
		reported := map[token.Pos]bool{} // a function may play two roles
		for _, p := range pass.Players() {
			if !p.Role.Deterministic() {
				continue
			}
			for _, r := range effect.Of(pass.Pass).Reaches(p) {
				if r.Kind != kind || reported[r.Pos] {
					continue
				}
				reported[r.Pos] = true
				d := reached(p, r, does)
				if fixes != nil {
					d.SuggestedFixes = fixes(pass, p, r)
				}
				pass.Report(d)
			}
		}
		return nil
	}, effect.Analyzer)
}

// reached tells the whole chain, and where each link of it is.
func reached(p *role.Player, r effect.Reach, does string) analysis.Diagnostic {
	names := []string{p.Name}
	var related []analysis.RelatedInformation
	for i, step := range r.Chain {
		if i > 0 && step.Pos.IsValid() {
			related = append(related, analysis.RelatedInformation{
				Pos: step.Pos, Message: fmt.Sprintf("%s -> %s", names[i], step.Name),
			})
		}
		names = append(names, step.Name)
	}
	return analysis.Diagnostic{
		Pos: r.Pos, End: r.End, Related: related,
		Message: fmt.Sprintf("%s %s: %s", article(p.Role), does, strings.Join(names, " -> ")),
	}
}

// article is a role with its article.
func article(r role.Role) string {
	if strings.ContainsRune("aeiou", rune(r[0])) {
		return "an " + string(r)
	}
	return "a " + string(r)
}
