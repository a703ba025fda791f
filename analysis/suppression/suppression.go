// Package suppression is the rule suppression: what lets findings pass is checked itself.
package suppression

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/evgen/evgen/analysis/rule"
	"github.com/evgen/evgen/schema/diag"
)

// page describes the rule.
var page = diag.Rule{
	ID: "suppression", Severity: diag.Error,
	Title: "what lets findings pass says why, and is needed",
	Meaning: "Looks at comments such as `//evgen:ignore clock the time is only logged`: whether the rule exists, whether a reason " +
		"stands behind it, and whether there is a finding that it lets pass; and at comments that are meant to be such and are not. A comment holds for its line; alone on a line, for the next one; " +
		"in the doc comment of a function, for the function.",
	Why:  "Without a reason nobody can tell later whether it still holds. A comment that lets nothing pass hides the next finding on that line.",
	Bad:  "//evgen:ignore clock\nstarted := time.Now()\n",
	Good: "//evgen:ignore clock how long it took is only logged\nstarted := time.Now()\n",
}

// New makes the rule for suppressions of other rules.
func New(rules []*rule.Rule) *rule.Rule {
	r := &rule.Rule{Rule: page}
	r.Analyzer = &analysis.Analyzer{
		Name:       page.ID,
		Doc:        page.Title + "\n\n" + page.Meaning,
		URL:        rule.URL(page.ID),
		Requires:   []*analysis.Analyzer{rule.Ignores},
		ResultType: reflect.TypeOf(rule.Used(nil)),
		Run:        func(pass *analysis.Pass) (any, error) { return check(pass, rules), nil },
	}
	for _, other := range rules {
		r.Analyzer.Requires = append(r.Analyzer.Requires, other.Analyzer)
	}
	return r
}

func check(pass *analysis.Pass, rules []*rule.Rule) rule.Used {
	used := map[*rule.Ignore]bool{}
	var ids []string
	for _, r := range rules {
		ids = append(ids, r.ID)
		for _, i := range pass.ResultOf[r.Analyzer].(rule.Used) {
			used[i] = true
		}
	}
	for _, i := range pass.ResultOf[rule.Ignores].([]*rule.Ignore) {
		message := fault(i, ids)
		if message == "" && !used[i] {
			message = fmt.Sprintf("nothing here is found by %s: the suppression can go", i.Rule)
		}
		if message != "" {
			pass.Report(analysis.Diagnostic{Pos: i.Pos, End: i.End, Category: page.ID, Message: message})
		}
	}
	for _, f := range pass.Files {
		for _, group := range f.Comments {
			for _, c := range group.List {
				if message := misspelt(c.Text, ids); message != "" {
					pass.Report(analysis.Diagnostic{Pos: c.Pos(), End: c.End(), Category: page.ID, Message: message})
				}
			}
		}
	}
	return nil
}

// misspelt is what is wrong with a comment that is meant to suppress a rule, and is just a comment.
func misspelt(comment string, ids []string) string {
	text := strings.TrimSpace(comment[2:])
	word, rest, _ := strings.Cut(text, " ")
	name, directive := strings.CutPrefix(word, "evgen:")
	id, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	switch {
	case !directive || name == "ignore" && strings.HasPrefix(comment, "//evgen:"):
		return ""
	case name == "ignore" && slices.Contains(ids, id), strings.HasPrefix(comment, "//evgen:") && diag.DidYouMean(name, []string{"ignore"}) != "":
		return "this suppresses nothing: a suppression begins with //evgen:ignore, without a blank"
	}
	return ""
}

// fault is what is wrong with how a suppression is written.
func fault(i *rule.Ignore, ids []string) string {
	switch {
	case i.Rule == "":
		return "a suppression names a rule and a reason"
	case !slices.Contains(ids, i.Rule):
		return fmt.Sprintf("there is no rule %q%s", i.Rule, diag.DidYouMean(i.Rule, ids))
	case i.Reason == "":
		return fmt.Sprintf("the suppression of %s gives no reason", i.Rule)
	}
	return ""
}
