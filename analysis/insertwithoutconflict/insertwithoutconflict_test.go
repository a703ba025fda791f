package insertwithoutconflict_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/insertwithoutconflict"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, insertwithoutconflict.Rule.Analyzer) }

func TestBareInsertsAreFound(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }

// It ends: the values of functions that call each other branch at every step.
func TestFunctionsThatCallEachOtherAreGivenUp(t *testing.T) { vettest.Run(t, "testdata/fluent") }
