package clock_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/clock"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, clock.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
