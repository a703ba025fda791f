package hiddendependency_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/hiddendependency"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, hiddendependency.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
