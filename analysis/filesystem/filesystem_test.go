package filesystem_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/filesystem"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, filesystem.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
