package tree_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax/tree"
)

func parse(t *testing.T, text string) *tree.Node {
	t.Helper()
	rep := &diag.Report{}
	n := tree.Parse(source.NewFile("test.yaml", []byte(text)), rep)
	if rep.Len() > 0 {
		t.Fatal(rep.Sorted())
	}
	return n
}

// TestSpansCoverScalars looks each scalar up in the text by its span.
func TestSpansCoverScalars(t *testing.T) {
	for text, want := range map[string][]string{
		"a: plain text # c\n":        {"a", "plain text"},
		"a: 'it''s'\n":               {"a", "'it''s'"},
		`a: "x\"y" `:                 {"a", `"x\"y"`},
		"é: {日本: ü}":                 {"é", "日本", "ü"},
		"a: string?\nb: [x?, 'y?']":  {"a", "string?", "b", "x?", "'y?'"},
		"\ufeffa: &anchor !!str b\n": {"a", "b"},
		"a: |\n  one\n  two\nb: c":   {"a", "|", "b", "c"},
		"a:\n- - b\n  - c\n":         {"a", "b", "c"},
	} {
		var got []string
		var visit func(n *tree.Node)
		visit = func(n *tree.Node) {
			if n.Kind == tree.Scalar {
				got = append(got, text[n.Span.Start:n.Span.End])
			}
			for _, item := range n.Items {
				visit(item)
			}
			for _, p := range n.Pairs {
				visit(p.Key)
				visit(p.Value)
			}
		}
		visit(parse(t, text))
		if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestOptionalMarksInBracketsAreText(t *testing.T) {
	n := parse(t, "{a: string?, b: list<int64>?, c: [x?], \ue000: \"\\ue001?\"}")
	if got := n.Get("a").Text + n.Get("b").Text + n.Get("c").Items[0].Text; got != "string?list<int64>?x?" {
		t.Errorf("got %q", got)
	}
	if got := n.Get("\ue000"); got == nil || got.Text != "\ue001?" {
		t.Errorf("private characters changed: %+v", got)
	}
}

func TestAliasesShareWhatTheyName(t *testing.T) {
	n := parse(t, "a: &x {b: c}\nd: *x\n")
	if n.Get("d").Get("b").Text != "c" {
		t.Errorf("got %+v", n.Get("d"))
	}
}

func TestEntryEndsBeforeItsNeighbour(t *testing.T) {
	const text = "a:\n  b:\n    c: [1,\n  2]\n    # inside\n# stray\n    d: |\n      x\n\n      y\n  # about e\n  e: 1\n"
	n := parse(t, text)
	a := n.Pairs[0].Value
	start, end := tree.Entry(n, a.Pairs[0])
	if got, want := text[start:end], text[3:strings.Index(text, "  # about e")]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEqualLooksAtMeaning(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"a: [x, 1]", "a:\n- 'x'\n- 1\n", true}, {"a: 1", "a: '1'", false}, {"a: x", "a: y", false}, {"a: [x]", "a: [x, y]", false}, {"{a: x, b: y}", "{b: y, a: x}", false},
	} {
		if got := tree.Equal(parse(t, c.a), parse(t, c.b)); got != c.want {
			t.Errorf("%q and %q equal: %t", c.a, c.b, got)
		}
	}
}
