package foreignstore_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/foreignstore"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, foreignstore.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
