package table_test

import (
	"strings"
	"testing"

	"github.com/evgen/evgen/cmd/evgen/internal/operate/table"
)

func printed(t *testing.T, tab *table.Table) string {
	t.Helper()
	var out strings.Builder
	if err := tab.Flush(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestColumnsAreAlignedAndKeepTheirWidth(t *testing.T) {
	tab := table.New(0, table.Column{Title: "name"}, table.Column{Title: "n", Right: true}, table.Column{Title: "note"})
	tab.Add("ä", "10", "")
	tab.Add("longer", "1", "x")
	if got, want := printed(t, tab), "NAME     N  NOTE\nä       10\nlonger   1  x\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	tab.Add("b", "2", "y")
	if got, want := printed(t, tab), "b        2  y\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLinesFitTheTerminalByCuttingTheWidestColumn(t *testing.T) {
	tab := table.New(24, table.Column{Title: "id"}, table.Column{Title: "a", Cut: true}, table.Column{Title: "b", Cut: true})
	tab.Add("1234567890", strings.Repeat("x", 30), "12345")
	got := printed(t, tab)
	if !strings.Contains(got, "1234567890  xxxxx…  12345") {
		t.Errorf("%s", got)
	}
	tab = table.New(30, table.Column{Title: "id"}, table.Column{Title: "a", Cut: true})
	tab.Add("1234567890", strings.Repeat("ö", 30))
	for _, line := range strings.Split(printed(t, tab), "\n") {
		if n := len([]rune(line)); n > 30 {
			t.Errorf("%d wide: %q", n, line)
		}
	}
}

func TestNothingSteersTheTerminal(t *testing.T) {
	if got := table.Printable("a\x1b[2Jb\nc\xffd\u202e"); got != `a\x1b[2Jb\nc�d\u202e` {
		t.Errorf("%q", got)
	}
}

func TestNumbersHaveCommas(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", -1234567: "-1,234,567"} {
		if got := table.Number(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
