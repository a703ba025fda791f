package source_test

import (
	"testing"

	"github.com/evgen/evgen/schema/source"
)

func TestPositionCountsCharacters(t *testing.T) {
	f := source.NewFile("a.yaml", []byte("né: x\r\n日本: y"))
	for _, c := range []struct{ offset, line, column int }{{0, 1, 1}, {3, 1, 3}, {5, 1, 5}, {8, 2, 1}, {11, 2, 2}, {16, 2, 5}, {99, 2, 6}} {
		p := source.Span{File: f, Start: c.offset, End: c.offset}.Position()
		if p.Line != c.line || p.Column != c.column {
			t.Errorf("offset %d is %d:%d, want %d:%d", c.offset, p.Line, p.Column, c.line, c.column)
		}
		if c.offset < 99 && f.Offset(c.line, c.column) != c.offset {
			t.Errorf("%d:%d is offset %d, want %d", c.line, c.column, f.Offset(c.line, c.column), c.offset)
		}
	}
}

func TestLineHasNoBreak(t *testing.T) {
	f := source.NewFile("a.yaml", []byte("one\r\ntwo\n\nfour"))
	for i, want := range []string{"", "one", "two", "", "four", ""} {
		if got := f.Line(i); got != want {
			t.Errorf("line %d is %q, want %q", i, got, want)
		}
	}
}

func TestZeroSpanIsNowhere(t *testing.T) {
	if p := (source.Span{}).Position(); p != (source.Position{}) || !(source.Span{}).IsZero() {
		t.Errorf("position %v", p)
	}
}

func TestCompareOrdersByFileThenPlace(t *testing.T) {
	a, b := source.NewFile("a", nil), source.NewFile("b", nil)
	ordered := []source.Span{{}, {File: a, Start: 1, End: 2}, {File: a, Start: 1, End: 3}, {File: a, Start: 2}, {File: b}}
	for i := 1; i < len(ordered); i++ {
		if source.Compare(ordered[i-1], ordered[i]) >= 0 || source.Compare(ordered[i], ordered[i-1]) <= 0 {
			t.Errorf("%v and %v are out of order", ordered[i-1], ordered[i])
		}
	}
}
