package ignoredack_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/ignoredack"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, ignoredack.Rule.Analyzer) }

func TestDroppedErrorsAreFound(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
