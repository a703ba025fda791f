package compat_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/compat"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/model"
)

const versions = `package: shop
consumers:
  billing: {reads: [Placed]}
events:
  Placed:
    versions:
      1: {fields: {content: string, lang: string?}}
`

const second = `      2:
        fields: {text: string, lang: string}
        upcast: {text: {from: content}, lang: {default: en}}
`

const third = `      3:
        fields: {text: string, lang: string, note: string?}
`

func TestUpcastsCureBackwardOnly(t *testing.T) {
	e := compat.Compare(modelOf(t, versions), modelOf(t, versions+second), compat.Options{}).Events[0]
	if got := e.Pairwise.Decoding.String(); got != "BACKWARD" {
		t.Errorf("with upcasts: %s, want BACKWARD", got)
	}
	if got := e.Pairwise.Validating.String(); got != "NONE" {
		t.Errorf("validators know no upcasts: %s, want NONE", got)
	}
	for _, j := range e.Steps[0].Changes {
		if j.Decoding.Backward == compat.Breaks && j.Replay() != compat.Safe {
			t.Errorf("%s is not cured", j.Rule.ID)
		}
	}
	if want := `shop.Placed v1..v2: BACKWARD, breaks forward at v1->v2: "text", a field was renamed with an upcast rule`; e.Line() != want {
		t.Errorf("line %q", e.Line())
	}
}

// TestHistoryIsJudgedBeyondTheLastPair: v3 reads well from v2, not from v1.
func TestHistoryIsJudgedBeyondTheLastPair(t *testing.T) {
	e := compat.Compare(modelOf(t, versions+second), modelOf(t, versions+second+third), compat.Options{}).Events[0]
	if got := e.Pairwise.Decoding.String(); got != "FULL" {
		t.Errorf("the last pair: %s, want FULL", got)
	}
	if got := e.Transitive.Decoding.String(); got != "BACKWARD" {
		t.Errorf("all pairs: %s, want BACKWARD", got)
	}
	if e.Witness == nil || e.Witness.From.Version.Number != 1 {
		t.Errorf("witness %+v", e.Witness)
	}
	for _, d := range e2(t, versions+second, versions+second+third).Findings() {
		if d.Severity > diag.Info {
			t.Errorf("what was there before is reported again: %s: %s", d.Rule, d.Message)
		}
	}
}

func e2(t *testing.T, old, new string) *compat.Result {
	t.Helper()
	return compat.Compare(modelOf(t, old), modelOf(t, new), compat.Options{})
}

func TestRenamesAreFollowedThroughTheChain(t *testing.T) {
	renamedAgain := second + "      3:\n        fields: {body: string, lang: string}\n        upcast: {body: {from: text}}\n"
	m := modelOf(t, versions+renamedAgain)
	var kinds []string
	e := compat.Compare(modelOf(t, versions), m, compat.Options{}).Events[0]
	for _, s := range e.Steps {
		for _, j := range s.Changes {
			kinds = append(kinds, j.Rule.ID+" "+j.Path)
		}
	}
	if got := strings.Join(kinds, ", "); got != "field-renamed text, optional-to-required lang, field-renamed body" {
		t.Error(got)
	}
}

func TestLevelsDecideSeverity(t *testing.T) {
	forward, backward := [2]string{versions, versions + second}, [2]string{versions + second, versions}
	cases := []struct {
		level compat.Level
		edit  [2]string
		want  diag.Severity
	}{
		{compat.LevelBackward, forward, diag.Warning}, {compat.LevelFull, forward, diag.Error}, {compat.LevelForward, forward, diag.Error},
		{compat.LevelNone, forward, diag.Info}, {compat.LevelBackward, backward, diag.Error}, {compat.LevelFull, backward, diag.Error},
		{compat.LevelForward, backward, diag.Warning}, {compat.LevelNone, backward, diag.Info},
	}
	for _, c := range cases {
		opts := compat.Options{Level: func(*model.Event) compat.Level { return c.level }}
		worst := diag.Info
		for _, d := range compat.Compare(modelOf(t, c.edit[0]), modelOf(t, c.edit[1]), opts).Findings() {
			worst = max(worst, d.Severity)
		}
		if worst != c.want {
			t.Errorf("level %d: %v, want %v", c.level, worst, c.want)
		}
	}
}

func TestFindingsNameWhoBreaks(t *testing.T) {
	found := e2(t, versions, versions+second).Findings()
	for _, d := range found {
		if d.Rule == "field-renamed" && strings.HasSuffix(d.Message, "consumers of older versions break: billing") && len(d.Related) == 2 {
			return
		}
	}
	t.Errorf("%+v", found)
}

func TestFindingsStandInFilesThatAreThere(t *testing.T) {
	for _, name := range fixtureNames(t) {
		for _, d := range compareFixture(t, name).Findings() {
			if d.Span.IsZero() || d.Message == "" {
				t.Errorf("%s: %s has no place", name, d.Rule)
			}
		}
	}
}

func TestAdvice(t *testing.T) {
	cases := map[string]compat.Advice{
		"optional-field-added": compat.AdviceVersion, "required-field-added": compat.AdviceWithRules, "field-doc-changed": compat.AdviceNone,
		"draft-added": compat.AdviceDraft, "partition-key-changed": compat.AdviceNewEvent, "defaulted-field-added": compat.AdviceVersion,
	}
	for name, want := range cases {
		if got := compareFixture(t, name).Events[0].Advice; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	replaced := e2(t, versions, strings.Replace(versions, "content: string, lang: string?", "order: uuid, total: int64", 1)).Events[0].Advice
	if replaced != compat.AdviceNewEvent {
		t.Errorf("nothing is kept: %s", replaced)
	}
}

func TestJSONSaysWhatTheDocsSay(t *testing.T) {
	b, err := json.Marshal(e2(t, versions, versions+second))
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		Format int
		Events []struct {
			Type     string
			Decoding struct{ Pairwise, Transitive struct{ Verdict string } }
			Steps    []struct {
				Kind    string
				Changes []struct {
					Rule, Path string
					Cured      bool
					Directions []string
					Old, New   struct{ Line, Column int }
					Witnesses  struct {
						Forward *struct{ Payload json.RawMessage }
					}
				}
			}
		}
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	e := out.Events[0]
	if out.Format != 1 || e.Type != "shop.Placed" || e.Decoding.Pairwise.Verdict != "BACKWARD" || e.Decoding.Transitive.Verdict != "BACKWARD" {
		t.Errorf("%+v", out)
	}
	c := e.Steps[0].Changes[0]
	if c.Rule != "field-renamed" || c.Path != "text" || !c.Cured || strings.Join(c.Directions, ",") != "forward" || c.New.Line != 9 || c.Witnesses.Forward == nil {
		t.Errorf("%+v", c)
	}
}

// TestJSONOfTheDocs keeps the result that docs/check-json.md shows.
func TestJSONOfTheDocs(t *testing.T) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(e2(t, versions, versions+second)); err != nil {
		t.Fatal(err)
	}
	got := b.String()
	const file = "testdata/check.json"
	want, _ := os.ReadFile(file)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
