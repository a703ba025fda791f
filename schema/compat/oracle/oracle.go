// Package oracle compares verdicts with what validators found on real payloads.
//
// In: a directory of published schemas with an index.json that lists pairs of versions, and for each pair how many real
// payloads of one version the schema of the other accepts. Out: for each pair the verdicts for validating readers, and
// whether they agree with that. It imports schemas as a user would, runs no validator itself, and writes nothing.
package oracle

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"text/tabwriter"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/importer/jsonschema"
	"github.com/evgen/evgen/schema/model"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// Pair is two versions of a published event, and what was found of them.
type Pair struct {
	ID       string
	Backward Comparison // old payloads under the new schema
	Forward  Comparison // new payloads under the old schema
	Changes  []*compat.Judgement
}

// Comparison is one direction of a pair.
type Comparison struct {
	Verdict    bool // what evgen says of validating readers: nothing breaks
	Aside      bool // the same without constants that name the version of the schema
	Replay     bool // the same of readers that decode, before any upcast
	Pass, Fail int  // payloads that the validator accepted and refused
	Outcome    Outcome
}

// Outcome says how a verdict and the payloads go together.
type Outcome string

// The outcomes. A payload that fails refutes a verdict of compatibility. Payloads that all pass do not refute a break:
// they may just not use what broke.
const (
	Agrees    Outcome = "agrees"
	Cautious  Outcome = "cautious"  // a break that no payload of the corpus happens to show
	Constant  Outcome = "constant"  // only a constant that names the version of the schema breaks, which the oracle set aside
	Untried   Outcome = "not tried" // there are no payloads
	Disagrees Outcome = "DISAGREES" // a payload fails where nothing was said to break
)

func (c *Comparison) settle() {
	switch {
	case c.Pass+c.Fail == 0:
		c.Outcome = Untried
	case c.Fail > 0 && c.Aside:
		c.Outcome = Disagrees
	case c.Fail == 0 && c.Aside && !c.Verdict:
		c.Outcome = Constant
	case c.Fail == 0 && !c.Verdict:
		c.Outcome = Cautious
	default:
		c.Outcome = Agrees
	}
}

type index struct {
	Pairs []struct {
		ID     string `json:"id"`
		From   string `json:"from_schema"`
		To     string `json:"to_schema"`
		Oracle struct {
			Old counts `json:"old_payloads_vs_new_schema"`
			New counts `json:"new_payloads_vs_old_schema"`
		} `json:"oracle"`
	} `json:"pairs"`
}

type counts struct{ Pass, Fail int }

// Pairs reads the index of a corpus and judges each of its pairs.
func Pairs(corpus fs.FS) ([]*Pair, error) {
	text, err := fs.ReadFile(corpus, "index.json")
	if err != nil {
		return nil, fmt.Errorf("read the index of the corpus: %w", err)
	}
	var in index
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, fmt.Errorf("read the index of the corpus: %w", err)
	}
	var out []*Pair
	for _, p := range in.Pairs {
		old, new, err := importPair(corpus, p.From, p.To)
		if err != nil {
			return nil, fmt.Errorf("pair %s: %w", p.ID, err)
		}
		pair := judge(old, new)
		pair.ID = p.ID
		pair.Backward.Pass, pair.Backward.Fail = p.Oracle.Old.Pass, p.Oracle.Old.Fail
		pair.Forward.Pass, pair.Forward.Fail = p.Oracle.New.Pass, p.Oracle.New.Fail
		pair.Backward.settle()
		pair.Forward.settle()
		out = append(out, pair)
	}
	return out, nil
}

// importPair imports each schema by itself: two releases of one event, with nothing between them.
func importPair(corpus fs.FS, from, to string) (old, new *model.Model, err error) {
	if old, err = importOne(corpus, from); err != nil {
		return nil, nil, err
	}
	new, err = importOne(corpus, to)
	return old, new, err
}

func importOne(corpus fs.FS, name string) (*model.Model, error) {
	text, err := fs.ReadFile(corpus, name)
	if err != nil {
		return nil, err
	}
	in := jsonschema.Input{Name: name, Bytes: text}
	result, rep := jsonschema.Import([]jsonschema.Input{in}, jsonschema.Options{Package: "foreign", Loader: corpus})
	var docs []*syntax.Document
	for _, d := range result.Documents {
		docs = append(docs, syntax.Parse(source.NewFile(d.File.Name, syntax.Print(d)), rep))
	}
	m := resolve.Resolve(docs, rep)
	if m == nil || len(m.Packages) == 0 || len(m.Packages[0].Events) != 1 {
		return nil, fmt.Errorf("import %s: %s", name, firstFault(rep))
	}
	e := m.Packages[0].Events[0]
	e.Name, e.Wire = "Event", "foreign.Event" // whatever the schemas call themselves, they are versions of one event
	return m, nil
}

func firstFault(rep *diag.Report) string {
	for _, d := range rep.Sorted() {
		if d.Severity == diag.Error {
			return d.Message
		}
	}
	return "not exactly one event"
}

func judge(old, new *model.Model) *Pair {
	e := compat.Compare(old, new, compat.Options{}).Events[0]
	p := &Pair{
		Backward: Comparison{Verdict: e.Pairwise.Validating.Backward, Replay: e.Pairwise.Decoding.Backward},
		Forward:  Comparison{Verdict: e.Pairwise.Validating.Forward, Replay: e.Pairwise.Decoding.Forward},
	}
	p.Backward.Aside, p.Forward.Aside = true, true
	for _, s := range e.Steps {
		p.Changes = append(p.Changes, s.Changes...)
	}
	for _, j := range p.Changes {
		if !namesVersion(j) {
			p.Backward.Aside = p.Backward.Aside && j.Validating.Backward != compat.Breaks
			p.Forward.Aside = p.Forward.Aside && j.Validating.Forward != compat.Breaks
		}
	}
	return p
}

var versionNumber = regexp.MustCompile(`\d+\.\d+\.\d+`)

// namesVersion reports whether a change is that of a constant which says which version of the schema a payload has.
func namesVersion(j *compat.Judgement) bool {
	return j.Rule.ID == "constraint-changed" && versionNumber.MatchString(j.Old.Text) && versionNumber.MatchString(j.New.Text)
}

// Print writes a table of the pairs, and below it why evgen is more cautious than the payloads, pair by pair.
func Print(w io.Writer, pairs []*Pair) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "pair\tchanges\tbackward\tpayloads\t\tforward\tpayloads\t")
	for _, p := range pairs {
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, len(p.Changes),
			word(p.Backward), tally(p.Backward), p.Backward.Outcome, word(p.Forward), tally(p.Forward), p.Forward.Outcome)
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print %d pairs: %w", len(pairs), err)
	}
	for _, p := range pairs {
		for _, line := range p.Explain() {
			if _, err := fmt.Fprintln(w, line); err != nil {
				return fmt.Errorf("print %d pairs: %w", len(pairs), err)
			}
		}
	}
	return nil
}

func word(c Comparison) string {
	if c.Verdict {
		return "ok"
	}
	return "breaks"
}

func tally(c Comparison) string {
	if c.Pass+c.Fail == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d pass", c.Pass, c.Pass+c.Fail)
}

// Explain says for each direction that is not simply agreed on what evgen found to break.
func (p *Pair) Explain() []string {
	var out []string
	if p.Backward.Outcome == Constant || p.Forward.Outcome == Constant {
		out = append(out, p.ID+": only the constant that names the version of the schema breaks, and the payloads were tried without it")
	}
	if p.Backward.Outcome == Cautious {
		out = append(out, p.ID+" backward: no payload uses "+p.breaking(compat.Old))
	}
	if p.Forward.Outcome == Cautious {
		out = append(out, p.ID+" forward: no payload uses "+p.breaking(compat.New))
	}
	return out
}

// breaking lists what breaks the payloads of one side.
func (p *Pair) breaking(writer compat.Side) string {
	var parts []string
	for _, j := range p.Changes {
		outcome := j.Validating.Backward
		if writer == compat.New {
			outcome = j.Validating.Forward
		}
		if outcome != compat.Breaks {
			continue
		}
		parts = append(parts, j.Rule.ID+" at "+j.Path)
	}
	return strings.Join(parts, "; ")
}
