package finding_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/lint/finding"
	"github.com/evgen/evgen/schema/source"
)

func at(rule, element string) finding.Finding {
	return finding.Finding{Element: element, Diagnostic: diag.Diagnostic{Rule: rule, Severity: diag.Error}}
}

func old() []finding.Finding {
	return []finding.Finding{
		at("missing-doc", "b.B"), at("float-for-money", "a.A@1.x"), at("float-for-money", "a.A@1.x"), at("suppression-unused", ""),
	}
}

func TestBaselineRoundTrips(t *testing.T) {
	b := finding.NewBaseline(old())
	want := `{
  "format": 1,
  "accepted": [
    {"rule":"float-for-money","element":"a.A@1.x","count":2},
    {"rule":"missing-doc","element":"b.B","count":1}
  ]
}
`
	if diff := cmp.Diff(want, string(b.Text())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, b := range []finding.Baseline{b, {}} {
		again, err := finding.ReadBaseline(b.Text())
		if err != nil || string(again.Text()) != string(b.Text()) {
			t.Errorf("%v %v", again, err)
		}
	}
}

func TestBaselineAcceptsWhatItHolds(t *testing.T) {
	ran := []string{"missing-doc", "float-for-money"}
	b := finding.NewBaseline(old())
	for _, c := range []struct {
		name string
		now  []finding.Finding
		ran  []string
		want []string
	}{
		{"the same", old()[:3], ran, nil},
		{"one more", append(old()[:3], at("missing-doc", "b.C")), ran, []string{"missing-doc b.C"}},
		{"more of one", append(old()[:3], at("missing-doc", "b.B")), ran, []string{"missing-doc b.B"}},
		{"one mended", old()[:2], ran, []string{"baseline-fixed a.A@1.x"}},
		{"all mended", nil, ran, []string{"baseline-fixed a.A@1.x", "baseline-fixed b.B"}},
		{"not run", nil, ran[:1], []string{"baseline-fixed b.B"}},
		{"about suppressions", old(), ran, []string{"suppression-unused "}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, f := range b.Apply(c.now, c.ran) {
				got = append(got, f.Rule+" "+f.Element)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaselineShrinksToWhatIsLeft(t *testing.T) {
	b := finding.NewBaseline(old()).Without(old()[1:2], []string{"float-for-money"})
	want := []finding.Entry{{Rule: "float-for-money", Element: "a.A@1.x", Count: 1}, {Rule: "missing-doc", Element: "b.B", Count: 1}}
	if diff := cmp.Diff(want, b.Accepted); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestBaselineRefusesWhatItCannotRead(t *testing.T) {
	for _, text := range []string{
		"", "[]", "{", `{"format":2,"accepted":[]}`, `{"accepted":[]}`, `{"format":1,"accepted":[{"rule":"x","element":"y","count":0}]}`,
		`{"format":1,"accepted":[{"element":"y","count":1}]}`, `{"format":1,"accepted":[],"more":1}`, `{"format":1,"accepted":[]} x`,
		"<<<<<<< HEAD\n" + string(finding.NewBaseline(old()).Text()),
	} {
		if _, err := finding.ReadBaseline([]byte(text)); !errors.Is(err, finding.ErrBaseline) {
			t.Errorf("%q: error %v", text, err)
		}
	}
}

func TestSortIsInFileOrder(t *testing.T) {
	f := found(file("z: 1\nprice: x\n"), "missing-doc", "price", "b")
	g := found(f.Span.File, "missing-doc", "z", "a")
	sorted := finding.Sort([]finding.Finding{f, g})
	if sorted[0].Element != "a" || len(finding.Diagnostics(sorted)) != 2 || strings.Contains(finding.Diagnostics(sorted)[0].Message, "price") {
		t.Errorf("%v", sorted)
	}
}

func file(text string) *source.File { return source.NewFile("a.yaml", []byte(text)) }
