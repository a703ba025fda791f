package explain

import (
	"slices"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint"
	"github.com/evgen/evgen/schema/lint/finding"
)

// Page describes one rule.
type Page struct {
	diag.Rule
	Options []lint.Option // what evgen.yaml may set; only rules of lint have some

	check string // what proves the examples: "rule ID" for tests of the rule, "from FILE" for a copy, "" for nothing
}

// Chapter is pages of one kind.
type Chapter struct {
	Title string
	Intro string // a sentence or two
	Pages []Page
}

// NewChapter makes a chapter of rules that another package describes.
func NewChapter(title, intro string, rules []diag.Rule) Chapter {
	c := Chapter{Title: title, Intro: intro}
	for _, r := range rules {
		c.Pages = append(c.Pages, Page{Rule: r})
	}
	return c
}

// goIntro introduces the rules on Go.
const goIntro = "`evgen vet` judges the Go that people write: evolvers, upcasters, projection handlers, reactions, consumers, steps of sagas. " +
	"They are found by the generated types that they implement, and their calls are followed through the module and its dependencies. " +
	"A comment lets a finding pass: `//evgen:ignore RULE reason`."

// NewGoChapter makes the chapter of the rules of evgen vet, whose examples are Go.
func NewGoChapter(rules []diag.Rule) Chapter {
	c := NewChapter("Go around generated code", goIntro, rules)
	for i := range c.Pages {
		c.Pages[i].Code = "go"
	}
	c.Pages = append(c.Pages, faults("", "", vetFaults()).Pages...)
	return c
}

// Chapters returns all pages, the given chapters behind that on lint.
func Chapters(more ...Chapter) []Chapter {
	chapters := append([]Chapter{lintChapter()}, more...)
	return append(chapters,
		checked(NewChapter("Suppressions and the baseline", "What lets findings pass is checked itself. None of these can be suppressed.", finding.Rules())),
		faults("Files", "What keeps a schema file from being read. Every fault of a file is reported in one run.", fileFaults()),
		faults("Declarations", "What keeps a declaration from having a meaning.", declarationFaults()),
		faults("Types and fields", "What keeps a type from being generated or a value from fitting it.", typeFaults()),
		faults("Versions and upcasts", "What would make a stored fact unreadable. Every field of an old version has to go somewhere, and every field of a new one has to come from somewhere.", upcastFaults()),
		faults("Projections, reactions and sagas", "What keeps a read model or a process from having a meaning.", processFaults()),
		faults("Configuration", "Nothing in evgen.yaml is ever ignored in silence.", configFaults()),
		faults("Import", "What keeps a schema of another language from becoming one of evgen.", importFaults()),
		faults("Generation", "What keeps Go code from being written. A run that fails writes nothing.", generationFaults()),
	)
}

func lintChapter() Chapter {
	c := Chapter{Title: "Design of events", Intro: "Lint judges the newest version of each event and type: released history cannot be changed. Each rule can be set to `error`, `warn` or `off` in evgen.yaml, with a reason."}
	for _, r := range lint.All() {
		c.Pages = append(c.Pages, Page{Rule: r.Rule, Options: r.Options})
	}
	return checked(c)
}

// checked marks pages whose examples the tests of their rules try.
func checked(c Chapter) Chapter {
	for i := range c.Pages {
		c.Pages[i].check = "rule " + c.Pages[i].ID
	}
	return c
}

// Find returns the page of a rule, or false.
func Find(chapters []Chapter, id string) (Page, bool) {
	for _, c := range chapters {
		if i := slices.IndexFunc(c.Pages, func(p Page) bool { return p.ID == id }); i >= 0 {
			return c.Pages[i], true
		}
	}
	return Page{}, false
}

// IDs returns the ids of all rules, sorted.
func IDs(chapters []Chapter) []string {
	var ids []string
	for _, c := range chapters {
		for _, p := range c.Pages {
			ids = append(ids, p.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// badTitle introduces the bad example of a page.
func badTitle(p Page) string {
	if p.Good == "" {
		return "For example"
	}
	return "Instead of"
}
