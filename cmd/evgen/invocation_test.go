package main

import (
	"bytes"
	"os"
	"testing"

	"github.com/evgen/evgen/schema/diag"
)

func TestColourIsForTerminalsAndThoseWhoAsk(t *testing.T) {
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, c := range []struct {
		flag, noColor string
		want          diag.Palette
	}{
		{"auto", "", diag.Palette{}},
		{"auto", "1", diag.Palette{}},
		{"always", "1", diag.ANSI()},
		{"never", "", diag.Palette{}},
	} {
		inv := &invocation{color: choice{value: c.flag}}
		inv.env = func(name string) string { return map[string]string{"NO_COLOR": c.noColor}[name] }
		if inv.palette(&bytes.Buffer{}) != c.want || inv.palette(file) != c.want {
			t.Errorf("--color=%s NO_COLOR=%q is wrong", c.flag, c.noColor)
		}
	}
}
