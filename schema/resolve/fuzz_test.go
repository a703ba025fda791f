package resolve_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/evgen/evgen/schema/diag"
	"github.com/evgen/evgen/schema/resolve"
	"github.com/evgen/evgen/schema/source"
	"github.com/evgen/evgen/schema/syntax"
)

// FuzzResolve never panics, and gives a model exactly when there are no errors.
func FuzzResolve(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", fixtures + "/*/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add([]byte(schema("a: Address, b: Origin?", "a: Address, c: Site, d: list<string>", "a.street: {from: a.city, default: x}, c: {from: b, enum: {app: web, old: web}, else: web}, d: {from: a.zip, wrap: list}")))
	f.Fuzz(func(t *testing.T, text []byte) {
		rep := &diag.Report{}
		doc := syntax.Parse(source.NewFile("fuzz.yaml", text), rep)
		m := resolve.Resolve([]*syntax.Document{doc}, rep)
		if (m == nil) != rep.HasErrors() {
			t.Fatalf("model %v with errors %t", m, rep.HasErrors())
		}
	})
}
