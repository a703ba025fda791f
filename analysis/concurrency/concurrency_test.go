package concurrency_test

import (
	"testing"

	"github.com/evgen/evgen/analysis/concurrency"
	"github.com/evgen/evgen/analysis/vettest"
)

func TestMain(m *testing.M) { vettest.Main(m, concurrency.Rule.Analyzer) }

func TestFindings(t *testing.T) { vettest.Run(t, "testdata/bad", "testdata/good") }
