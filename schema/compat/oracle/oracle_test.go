package oracle_test

import (
	"os"
	"strings"
	"testing"

	"github.com/evgen/evgen/schema/compat/oracle"
)

const corpora = "../../importer/jsonschema/testdata/corpora"

func TestVerdictsAgreeWithValidators(t *testing.T) {
	pairs, err := oracle.Pairs(os.DirFS(corpora))
	if err != nil {
		t.Fatal(err)
	}
	if len(pairs) != 20 {
		t.Errorf("%d pairs", len(pairs))
	}
	var table strings.Builder
	if err := oracle.Print(&table, pairs); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + table.String())
	for _, p := range pairs {
		for direction, c := range map[string]oracle.Comparison{"backward": p.Backward, "forward": p.Forward} {
			if c.Outcome == oracle.Disagrees {
				t.Errorf("%s %s: %d payloads fail, and nothing was found to break", p.ID, direction, c.Fail)
			}
		}
	}
}
