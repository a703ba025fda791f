package exhaustive_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/exhaustive"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, exhaustive.Rule.Analyzer) }

func TestSwitchesThatMissAnEventAreFound(t *testing.T) {
	vettest.Run(t, "testdata/bad", "testdata/good")
}
