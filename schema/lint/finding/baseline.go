package finding

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/evgen/evgen/schema/diag"
)

// baselineFormat is the number of the form that this version writes.
const baselineFormat = 1

// ErrBaseline is wrapped by every error about the text of a baseline.
var ErrBaseline = errors.New("not a baseline of evgen")

// Baseline is what a team accepted when it adopted the checks.
type Baseline struct{ Accepted []Entry }

// Entry accepts a number of findings of one rule about one element.
type Entry struct {
	Rule    string `json:"rule"`
	Element string `json:"element"`
	Count   int    `json:"count"`
}

type baselineFile struct {
	Format   int     `json:"format"`
	Accepted []Entry `json:"accepted"`
}

// NewBaseline accepts all findings, sorted by element and rule. Findings about suppressions are left out: they
// are to be mended.
func NewBaseline(findings []Finding) Baseline {
	counts := map[Entry]int{}
	for _, f := range findings {
		if acceptable(f) {
			counts[Entry{Rule: f.Rule, Element: f.Element}]++
		}
	}
	var b Baseline
	for e, n := range counts {
		e.Count = n
		b.Accepted = append(b.Accepted, e)
	}
	slices.SortFunc(b.Accepted, compareEntries)
	return b
}

func compareEntries(a, b Entry) int {
	return cmp.Or(cmp.Compare(a.Element, b.Element), cmp.Compare(a.Rule, b.Rule))
}

// acceptable reports whether a finding is about the schema, not about suppressions or the baseline.
func acceptable(f Finding) bool {
	return !slices.ContainsFunc(Rules(), func(r diag.Rule) bool { return r.ID == f.Rule })
}

// ReadBaseline reads the text of a baseline. Its errors wrap ErrBaseline.
func ReadBaseline(text []byte) (Baseline, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	var file baselineFile
	if err := dec.Decode(&file); err != nil {
		return Baseline{}, fmt.Errorf("read %d bytes: %w: %w", len(text), ErrBaseline, err)
	}
	if dec.More() {
		return Baseline{}, fmt.Errorf("read %d bytes: %w: text behind its end", len(text), ErrBaseline)
	}
	if file.Format != baselineFormat {
		return Baseline{}, fmt.Errorf("read format %d: %w that this version can read", file.Format, ErrBaseline)
	}
	for i, e := range file.Accepted {
		if e.Rule == "" || e.Count < 1 {
			return Baseline{}, fmt.Errorf("read entry %d: %w: it needs a rule and a count above 0", i+1, ErrBaseline)
		}
	}
	return Baseline{Accepted: file.Accepted}, nil
}

// Text returns the baseline as JSON with an entry a line, so that version control merges it well.
func (b Baseline) Text() []byte {
	var out bytes.Buffer
	fmt.Fprintf(&out, "{\n  \"format\": %d,\n  \"accepted\": [", baselineFormat)
	for i, e := range b.Accepted {
		line, err := json.Marshal(e)
		if err != nil {
			panic(fmt.Sprintf("baseline entry %v cannot be written: %v", e, err))
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString("\n    ")
		out.Write(line)
	}
	out.WriteString("\n  ]\n}\n")
	return out.Bytes()
}

// Apply takes what the baseline accepts out of the findings, and adds a warning for each entry that accepts more than
// there is. Entries of rules that were not run are passed over. Where an element has more findings than were accepted,
// the last ones stay.
func (b Baseline) Apply(findings []Finding, ran []string) []Finding {
	left := map[Entry]int{}
	for _, e := range b.Accepted {
		left[Entry{Rule: e.Rule, Element: e.Element}] += e.Count
	}
	kept := slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool {
		key := Entry{Rule: f.Rule, Element: f.Element}
		if left[key] == 0 {
			return false
		}
		left[key]--
		return true
	})
	return append(kept, removable(left, ran)...)
}

// Without returns the baseline without what the findings no longer need.
func (b Baseline) Without(findings []Finding, ran []string) Baseline {
	have := map[Entry]int{}
	for _, e := range NewBaseline(findings).Accepted {
		have[Entry{Rule: e.Rule, Element: e.Element}] = e.Count
	}
	var out Baseline
	for _, e := range b.Accepted {
		if slices.Contains(ran, e.Rule) {
			e.Count = min(e.Count, have[Entry{Rule: e.Rule, Element: e.Element}])
		}
		if e.Count > 0 {
			out.Accepted = append(out.Accepted, e)
		}
	}
	return out
}

func removable(left map[Entry]int, ran []string) []Finding {
	var entries []Entry
	for e, n := range left {
		if e.Count = n; n > 0 && slices.Contains(ran, e.Rule) {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, compareEntries)
	var out []Finding
	for _, e := range entries {
		out = append(out, baselineFixed(e))
	}
	return out
}
