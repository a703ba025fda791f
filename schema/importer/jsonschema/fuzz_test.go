package jsonschema_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/evgen/evgen/schema/importer/jsonschema"
)

// FuzzImport: whatever two files hold, an import ends, gives the same result for any order of them, and what it gives
// is a valid schema.
func FuzzImport(f *testing.F) {
	names, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data, archive.Files[min(1, len(archive.Files)-1)].Data)
	}
	schemas, err := filepath.Glob(corpora + "/events/*/*/*/schema.json")
	if err != nil {
		f.Fatal(err)
	}
	for i := 1; i < len(schemas); i += 3 {
		a, errA := os.ReadFile(schemas[i-1])
		b, errB := os.ReadFile(schemas[i])
		if errA != nil || errB != nil {
			f.Fatal(errA, errB)
		}
		f.Add(a, b)
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		first, second := jsonschema.Input{Name: "seen/1.0.0.json", Bytes: a}, jsonschema.Input{Name: "seen/2.0.0.yaml", Bytes: b}
		r, report := jsonschema.Import([]jsonschema.Input{first, second}, jsonschema.Options{})
		if diff := cmp.Diff(outcome(r, report), outcome(jsonschema.Import([]jsonschema.Input{second, first}, jsonschema.Options{}))); diff != "" {
			t.Errorf("the order of the inputs matters:\n%s", diff)
		}
		resolves(t, r)
	})
}
