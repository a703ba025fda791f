package suppression_test

import (
	"testing"

	"github.com/evgen/evgen/analysis"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, analysis.Analyzers()...) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/notes") }
