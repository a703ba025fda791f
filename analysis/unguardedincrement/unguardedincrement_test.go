package unguardedincrement_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/unguardedincrement"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, unguardedincrement.Rule.Analyzer) }

func TestIncrementsWithoutAGuardAreFound(t *testing.T) {
	vettest.Run(t, "testdata/bad", "testdata/good")
}
