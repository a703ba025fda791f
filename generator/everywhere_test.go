package generator_test

import (
	"path"
	"strings"
	"testing"

	"github.com/evgen/evgen/generator"
	"github.com/evgen/evgen/generator/plan"
	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/source"
)

// The go command would leave orders_linux.gen.go out on other systems.
func TestNoFileIsGeneratedForOneSystem(t *testing.T) {
	text := strings.Replace(shop, "  Orders:\n", "  OrdersWindows:\n", 1)
	rep := &diag.Report{}
	files, err := generator.Generate(generator.Input{
		Files:    []*source.File{source.NewFile("schema/shop.yaml", []byte(text))},
		Layout:   plan.Layout{Locate: func(p string) (string, string) { return path.Join("events", p), "example.com/events/" + p }},
		Declared: generator.ReadDeclared("does-not-exist"),
	}, rep)
	if err != nil || rep.HasErrors() {
		t.Fatalf("%v %v", err, rep.Sorted())
	}
	found := 0
	for _, f := range files {
		switch path.Base(f.Path) {
		case "orders_windows.gen.go":
			t.Errorf("%s is compiled on Windows alone", f.Path)
		case "orders_windows_.gen.go":
			found++
		}
	}
	if found == 0 {
		t.Error("there is no read model")
	}
}
